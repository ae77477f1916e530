"""Between the form and the sending: the page to check the answers, Back, double clicks, and haste."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.urls import reverse

from hubportal.mail.models import Email
from meetings.forms.request import opened_at, opened_now
from meetings.models import MeetingRequest
from meetings.tests.factories import MeetingRequestFactory
from meetings.tests.public_form import URL, address, answers, go_on, problems, send
from schools.models import SchoolStatus
from schools.tests.factories import ContactFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
TOO_QUICK = (
    "That was quicker than people type, so we held it back in case a program sent it. Please press the button once "
    "more: everything is still here."
)


# --- The page to check ----------------------------------------------------------------------------


def test_good_answers_lead_to_the_page_to_check_them_and_nothing_is_sent(client, school):
    typed = answers(school)

    response = go_on(client, typed)

    assert (response.status_code, response.url) == (302, address("check", typed))
    assert (MeetingRequest.objects.count(), Email.objects.count()) == (0, 0)


def test_check_page_shows_every_answer_with_a_way_to_change_it(client, school):
    typed = answers(school, part_1="at_time", start_1="15.45", day_2="2027-03-03", phone="")

    form = client.get(go_on(client, typed).url).context["form"]

    consent = str(form.fields["consent"].label)
    assert [(row["key"], row["value"], row["action_value"]) for row in form.summary] == [
        ("Your school", "Anstey Primary School\nAnstey, LE7 7AA", "school"),
        ("Your name", "Cara Coordinator", "name"),
        ("Your role", "Music coordinator", "role"),
        ("Your e-mail address", "cara@school.example.org", "email"),
        ("Your telephone number", "Not given", "phone"),
        ("Head teacher’s name", "Hilary Teacher", "head_name"),
        ("Head teacher’s e-mail address", "hilary@school.example.org", "head_email"),
        ("Which meeting", "A first meeting, or a new one because an award comes to its end", "kind"),
        ("When you are free", "Tuesday 2 March 2027, 15:45\nWednesday 3 March 2027, any time that day", "day_1"),
        ("Anything we should know", "The hall is being painted.", "notes"),
        ("What you agree to", consent, "consent"),
    ]


@pytest.mark.parametrize(
    "name, place",
    [("school", "your-school"), ("email", "id_email"), ("role", "id_role_0"), ("day_1", "id_day_1")],
)
def test_change_leads_back_to_the_field_with_everything_still_there(client, school, name, place):
    typed = answers(school)
    check = client.get(go_on(client, typed).url).context["form"]

    response = client.post(address("check", typed), check.typed | {"change": name})

    page = client.get(address("form", typed))
    form = page.context["form"]
    names = [name for name in typed if name in form.fields and name not in ("consent", "school")]
    assert response.url == f"{address('form', typed)}#{place}"
    assert f'id="{place}"' in page.content.decode()
    assert {name: str(form[name].value() or "") for name in names} == {name: typed[name] for name in names}
    assert (page.context["school"], form["consent"].value()) == (school, "on")
    assert MeetingRequest.objects.count() == 0


def test_odd_change_is_taken_for_nothing(client, school):
    typed = answers(school)

    response = client.post(address("check", typed), typed | {"change": "password"})

    assert response.url == reverse("request_thanks", args=[MeetingRequest.objects.get().reference])


def test_no_answer_is_in_an_address(client, school):
    typed = answers(school)

    urls = [go_on(client, typed).url, client.post(address("check", typed), typed | {"change": "email"}).url]
    urls.append(client.post(address("check", typed), typed).url)

    for private in ("Cara", "cara", "Hilary", "0116", "painted"):
        assert [url for url in urls if private in url] == []


def test_answers_stay_with_the_browser_that_typed_them(client, school):
    typed = answers(school)
    go_on(client, typed)
    client.cookies.clear()

    check, form = client.get(address("check", typed)), client.get(address("form", typed))

    assert (check.url, form.url) == (URL, URL)
    assert "twelve hours" in client.get(URL).content.decode()


def test_check_page_is_not_kept_by_the_browser(client, school):
    response = client.get(go_on(client, answers(school)).url)

    assert "no-store" in response["Cache-Control"]


def test_day_that_has_passed_meanwhile_is_asked_for_again(client, school, time_machine):
    time_machine.move_to(datetime(2026, 11, 20, 23, 0, tzinfo=UTC), tick=False)
    url = go_on(client, answers(school, day_1="2026-11-20")).url
    time_machine.move_to(datetime(2026, 11, 21, 1, 0, tzinfo=UTC), tick=False)

    response = client.get(url)

    assert problems(response) == ["Friday 20 November 2026 has passed. Choose a day from today on."]


def test_school_that_closed_meanwhile_is_explained_with_everything_still_there(client, school):
    typed = answers(school)
    go_on(client, typed)
    type(school).objects.update(status=SchoolStatus.CLOSED)

    response = client.post(address("check", typed), typed)

    assert problems(response) == [
        "Anstey Primary School has closed, so it cannot ask for a meeting. Look for the school that took its place."
    ]
    assert response.context["form"]["notes"].value() == "The hall is being painted."


# --- Back, double clicks, sessions that end ---------------------------------------------------------


def test_back_to_the_form_shows_what_was_typed(client, school):
    typed = answers(school)
    go_on(client, typed)

    assert client.get(address("form", typed)).context["form"]["notes"].value() == "The hall is being painted."


def test_form_with_a_problem_is_there_again_after_a_detour(client, school):
    typed = answers(school, email="cara(at)school")
    go_on(client, typed)
    client.get("/privacy/")

    form = client.get(address("form", typed)).context["form"]

    assert (form["email"].value(), form["notes"].value()) == ("cara(at)school", "The hall is being painted.")


def test_two_forms_side_by_side_keep_their_own_answers(client, school):
    first, second = answers(school, notes="First."), answers(school, notes="Second.")
    go_on(client, first)
    go_on(client, second)

    assert [client.get(address("form", typed)).context["form"]["notes"].value() for typed in (first, second)] == [
        "First.",
        "Second.",
    ]


def test_of_many_forms_the_oldest_is_forgotten(client, school):
    forms = [answers(school) for _ in range(6)]
    for typed in forms:
        go_on(client, typed)

    assert [client.get(address("check", typed)).status_code for typed in forms] == [302, *[200] * 5]


def test_form_sent_twice_is_one_request_and_the_same_thank_you_page(client, school):
    typed = answers(school)

    first, second = (client.post(address("check", typed), typed) for _ in range(2))

    assert first.url == second.url
    assert (MeetingRequest.objects.count(), Email.objects.count()) == (1, 2)


@pytest.mark.parametrize("step", ["form", "check"])
def test_back_after_sending_leads_to_the_thanks_and_shows_no_answer(client, school, step):
    typed = answers(school)
    thanks = send(client, typed).url

    response = client.get(address(step, typed))

    assert (response.status_code, response.url) == (302, thanks)


def test_form_sent_again_with_another_answer_is_not_lost_but_joins_the_first(client, school):
    typed = answers(school)

    first, second = send(client, typed), send(client, typed | {"notes": "Please ring first."})

    assert first.url != second.url
    assert list(MeetingRequest.objects.order_by("pk").values_list("status", "notes")) == [
        ("new", "The hall is being painted."),
        ("joined", "Please ring first."),
    ]


def test_sending_works_after_the_session_has_ended(client, school):
    typed = answers(school)
    form = client.get(go_on(client, typed).url).context["form"]
    client.cookies.clear()

    response = client.post(address("check", typed), form.typed)

    assert response.url == reverse("request_thanks", args=[MeetingRequest.objects.get().reference])


def test_changing_works_after_the_session_has_ended(client, school):
    typed = answers(school)
    form = client.get(go_on(client, typed).url).context["form"]
    client.cookies.clear()

    client.post(address("check", typed), form.typed | {"change": "email"})

    assert client.get(address("form", typed)).context["form"]["notes"].value() == "The hall is being painted."


# --- Shared addresses -----------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["email", "head_email"])
def test_shared_address_is_pointed_out_before_sending_and_never_refused(client, school, field):
    typed = answers(school, **{field: "office@school.example.org"})
    url = go_on(client, typed).url

    page = client.get(url)

    assert page.context["form"].shared_addresses == ["office@school.example.org"]
    assert "an address that several people share" in page.content.decode()
    assert client.post(url, page.context["form"].typed).status_code == 302
    assert getattr(MeetingRequest.objects.get(), field) == "office@school.example.org"


def test_own_addresses_are_not_pointed_out(client, school):
    content = client.get(go_on(client, answers(school)).url).content.decode()

    assert "several people share" not in content


# --- Too quick for a person -------------------------------------------------------------------------


@pytest.mark.parametrize("seconds, is_held_back", [(0, True), (2, True), (3, False), (60 * 60 * 24 * 30, False)])
def test_form_that_comes_back_too_quickly_is_asked_for_again(client, school, seconds, is_held_back):
    key = uuid4()
    opened = opened_now(key, now=NOW - timedelta(seconds=seconds))

    response = go_on(client, answers(school, key=key, opened=opened))

    assert (response.status_code == 200) == is_held_back
    if is_held_back:
        assert problems(response) == [TOO_QUICK]
        assert response.context["form"]["notes"].value() == "The hall is being painted."


def test_form_held_back_for_haste_goes_through_three_seconds_later(client, school, time_machine):
    key = uuid4()
    held_back = go_on(client, answers(school, key=key, opened=opened_now(key, now=NOW)))
    time_machine.move_to(NOW + timedelta(seconds=3), tick=False)

    response = go_on(client, answers(school, key=key, opened=held_back.context["form"].opened))

    assert response.status_code == 302


@pytest.mark.parametrize("note", [None, "", "forged", opened_now(uuid4(), now=NOW - timedelta(hours=1))])
@pytest.mark.parametrize("step", ["form", "check"])
def test_form_without_a_note_of_ours_is_held_back_once(client, school, note, step, time_machine):
    typed = answers(school, opened=note)
    first = client.post(address(step, typed), typed)
    time_machine.move_to(NOW + timedelta(seconds=3), tick=False)

    second = client.post(address(step, typed), typed | {"opened": first.context["form"].opened})

    assert (problems(first), second.status_code) == ([TOO_QUICK], 302)


def test_changing_one_answer_in_a_moment_is_not_too_quick(client, school, time_machine):
    typed = answers(school)
    form = client.get(go_on(client, typed).url).context["form"]
    client.post(address("check", typed), form.typed | {"change": "email"})
    changed = client.get(address("form", typed)).context["form"]

    assert opened_at(changed.opened, key=changed.key) == NOW - timedelta(minutes=1)
    assert go_on(client, typed | {"opened": changed.opened}).status_code == 302


def test_haste_is_mentioned_only_where_nothing_else_is_wrong(client, school):
    response = go_on(client, answers(school, opened=None, name=""))

    assert problems(response) == ["Enter your name."]


def test_page_to_open_the_form_notes_when(client, school):
    form = client.get(URL, {"school": school.urn}, follow=True).context["form"]

    assert opened_at(form.opened, key=form.key) == NOW


# --- The thanks -------------------------------------------------------------------------------------


def test_thanks_for_a_joined_request_name_the_first_and_nobody(client):
    first = MeetingRequestFactory(reference="MR-7K3QD")
    second = MeetingRequestFactory(
        school=first.school, contact=first.contact, reference="MR-9QQQQ", status="joined", joined_to=first
    )

    content = client.get(reverse("request_thanks", args=[second.reference])).content.decode()

    assert "Its reference is MR-7K3QD." in content
    for private in (first.name, first.email, first.school.name, "MR-9QQQQ"):
        assert private not in content


def test_thanks_read_the_same_for_somebody_who_withdrew(client, school):
    ContactFactory(school=school, email="cara@school.example.org", withdrawn_at=NOW)

    def words(email: str) -> str:
        cache.clear()
        url = send(client, answers(school, email=email, kind="additional")).url
        reference = url.split("/")[-2]
        MeetingRequest.objects.filter(reference=reference).update(
            status="declined", decided_at=NOW, decided_by=school.area.leader, decline_reason="Full"
        )
        content = client.get(url).content.decode()
        return content.replace(reference, "")

    assert words("cara@school.example.org") == words("dara@school.example.org")
