"""The public request form against odd characters, over-long input and floods."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import Resolver404, resolve

from hubportal.access.rules import derive_token
from hubportal.mail.models import Email
from hubportal.throttle import is_over_limit
from meetings.models import MeetingRequest, RequestDraft
from meetings.tests.factories import MeetingRequestFactory
from meetings.tests.public_form import URL, address, answers, go_on, problems, send
from schools.tests.factories import ContactFactory, SchoolFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
ODD = ["\0", "x" * 100_000, "9" * 5000, "-1", "\ud800".encode("utf-8", "surrogatepass")]


NAMES = [name for name in [*answers(None), "subject_line", "school_text", "change", "ask"] if name != "key"]


@pytest.mark.parametrize("odd", [ODD[0], ODD[1], ODD[-1]], ids=["nul", "long", "surrogate"])
def test_odd_input_in_any_box_is_answered_with_a_page(client, school, odd, settings):
    settings.PUBLIC_FORM_LIMIT_PER_HOUR = 100

    for name in NAMES:
        typed = answers(school) | {"school_text": "anstey", name: odd}
        assert go_on(client, typed).status_code in (200, 302), name


@pytest.mark.parametrize("odd", ODD, ids=["nul", "long", "number", "negative", "surrogate"])
def test_odd_input_in_every_box_is_answered_with_a_page(client, school, odd):
    for step, button in (("form", {}), ("form", {"find": "school"}), ("check", {}), ("save", {})):
        typed = dict.fromkeys(NAMES, odd) | button
        assert client.post(f"{URL}{step}/{uuid4()}/", typed).status_code == 200, (step, button)
    for step, typed in (("check", {"change": "email"}), ("save", {"email": "cara@school.example.org"})):
        key = uuid4()
        client.post(f"{URL}{step}/{key}/", dict.fromkeys(NAMES, odd) | typed | {"subject_line": ""})
        assert client.get(f"{URL}form/{key}/").status_code == 200


@pytest.mark.parametrize("odd", ["%00", "x" * 3000, "MR-%00%00", "%ED%A0%80"])
def test_thank_you_page_of_an_odd_reference_is_no_fault_of_ours(client, odd):
    status = client.get(f"/request-a-meeting/thanks/{odd}/").status_code

    assert status in (400, 404)


def test_reference_with_a_nul_is_not_found_by_the_address_alone():
    with pytest.raises(Resolver404):
        resolve("/request-a-meeting/thanks/MR-\0/")


def test_search_for_odd_words_finds_no_school(client):
    assert [client.get(URL, {"q": odd}).status_code for odd in ("x" * 20_000, "é" * 20_000)] == [200, 200]


def test_head_teachers_long_name_from_the_register_fits_the_form(client):
    school = SchoolFactory(head_name="H" * 150)
    typed = answers(
        school, head_name=client.get(URL, {"school": school.urn}, follow=True).context["form"]["head_name"].value()
    )

    assert send(client, typed).status_code == 302


# --- Too many -------------------------------------------------------------------------------------


def waiting(school, *, number: int) -> MeetingRequest:
    """A request of the school and others that joined it, `number` together."""
    contact = ContactFactory(school=school)
    first = MeetingRequestFactory(school=school, contact=contact)
    joined = {"status": "joined", "joined_to": first}
    MeetingRequestFactory.create_batch(number - 1, school=school, contact=contact, **joined)
    return first


def test_sixth_request_that_would_wait_is_refused_with_everything_typed_still_there(client, school):
    waiting(school, number=5)

    response = send(client, answers(school))

    assert problems(response) == [
        "Anstey Primary School has 5 requests waiting for our answer already, so we cannot take another one yet. "
        "To change or add something, write to music@hub.example.org."
    ]
    assert response.context["form"]["notes"].value() == "The hall is being painted."
    assert MeetingRequest.objects.count() == 5


def test_request_is_taken_when_others_wait_elsewhere_or_are_answered(client, school, officer):
    decided = {"decided_at": NOW, "decided_by": officer, "decline_reason": "Full"}
    first = waiting(school, number=5)
    MeetingRequest.objects.filter(pk=first.pk).update(status="declined", **decided)
    waiting(SchoolFactory(), number=5)

    assert send(client, answers(school)).url == f"/request-a-meeting/thanks/{newest().reference}/"


def newest() -> MeetingRequest:
    return MeetingRequest.objects.latest("pk")


def thanked(address: str, *, ago: timedelta, kind: str = "request_thanks") -> None:
    key = str(uuid4())
    Email.objects.create(kind=kind, to_address=address, created_at=NOW - ago, dedupe_key=key, message_id=key)


def test_fourth_request_of_an_address_within_a_day_is_taken_without_a_mail(client, school):
    for hours in (0, 1, 23):
        thanked("Cara@school.example.org", ago=timedelta(hours=hours))

    response = send(client, answers(school))

    page = client.get(response.url)
    assert MeetingRequest.objects.count() == 1
    assert Email.objects.filter(kind="request_thanks").count() == 3
    assert Email.objects.filter(kind="request_notice").count() == 1
    assert "If our mail does not arrive within an hour" in page.content.decode()


def test_request_is_thanked_when_the_three_before_are_a_day_old_or_others(client, school):
    thanked("cara@school.example.org", ago=timedelta(hours=24))
    thanked("hilary@school.example.org", ago=timedelta())
    thanked("cara@school.example.org", ago=timedelta(), kind="booking")
    for _ in range(2):
        thanked("cara@school.example.org", ago=timedelta(hours=1))

    send(client, answers(school))

    assert Email.objects.filter(kind="request_thanks", dedupe_key__startswith="request_thanks:").count() == 1


def test_references_are_not_tried_out_all_day(client, rf):
    for _ in range(119):
        is_over_limit(rf.get(URL), action="request_thanks", limit=120)

    assert [client.get(f"{URL}thanks/MR-2222{number}/").status_code for number in (2, 3)] == [404, 429]


# --- What a browser keeps ---------------------------------------------------------------------------


@pytest.fixture
def pages(client, school, settings):
    """Each page of the form by name, as it answers somebody who has typed something into it."""
    typed, wrong = answers(school), answers(school, email="nobody")
    check = go_on(client, typed).url
    go_on(client, wrong)
    unasked = answers(school, email="")
    kept = answers(school)
    client.post(address("save", kept), kept)
    link = f"{URL}saved/{derive_token(link_id=RequestDraft.objects.get().pk, secret=settings.SECRET_KEY)}/"
    return {
        "find the school": lambda: client.get(URL, {"q": "anstey"}),
        "school chosen": lambda: client.get(URL, {"school": school.urn}),
        "form": lambda: client.get(address("form", typed)),
        "form with mistakes": lambda: go_on(client, wrong),
        "form that may go on": lambda: go_on(client, typed),
        "another school": lambda: go_on(client, typed | {"find": "school", "school_text": "anstey"}),
        "check": lambda: client.get(check),
        "check with mistakes": lambda: client.get(address("check", wrong)),
        "sent with mistakes": lambda: client.post(address("check", wrong), wrong),
        "change an answer": lambda: client.post(check, typed | {"change": "email"}),
        "save": lambda: client.post(address("save", unasked), unasked),
        "kept": lambda: client.get(address("kept", kept)),
        "link": lambda: client.get(link),
        "link pressed": lambda: client.post(link),
        "link that opens nothing": lambda: client.get(f"{URL}saved/unknown/"),
    }


def test_no_browser_keeps_a_page_that_repeats_what_was_typed(pages):
    kept = {name for name, page in pages.items() if "no-store" not in page().get("Cache-Control", "").split(", ")}

    assert (len(pages), kept) == (15, set())
