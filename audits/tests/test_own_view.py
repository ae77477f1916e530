"""The pages on which a school rates itself before the meeting, by personal link."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from audits.models import Audit, AuditChange, Rating
from audits.services import Change, begin_own_view, finish_own_view, save_own_view, start_audit
from audits.tests.factories import FrameworkFactory, cancel, make_agreed_audit, make_open_audit, rate
from hubportal.accounts.models import Role
from hubportal.mail.models import Email
from meetings.models import Meeting, MeetingKind
from meetings.tests.factories import DataFormFactory, MeetingFactory, head_of, in_days
from schools.models import AuditOffer, Contact
from schools.tests.factories import ContactFactory, SchoolFactory

pytestmark = pytest.mark.django_db

CODE = "P-INT-01"


@pytest.fixture
def meeting() -> Meeting:
    FrameworkFactory()
    return MeetingFactory(school=SchoolFactory(name="Wren Primary"), starts_at=in_days(10))


@pytest.fixture
def alice(meeting) -> Contact:
    return ContactFactory(school=meeting.school, name="Alice Green")


@pytest.fixture
def begun(meeting, alice) -> Audit:
    return begin_own_view(meeting=meeting, phase="primary", by_contact=alice, now=timezone.now())


def address(meeting: Meeting, page: str = "") -> str:
    return f"/my-school/own-view/{meeting.pk}/{page}"


def changes_address(meeting: Meeting) -> str:
    audit = meeting.audits.first()
    return address(meeting, f"changes/{audit.pk if audit else 0}/")


def save(meeting: Meeting, by: Contact, value: str = "amber", *, field: str = "school", code: str = CODE) -> None:
    before = "" if field == "school_note" else "not_discussed"
    change = Change(code=code, field=field, value=value, before=before)
    save_own_view(audit=meeting.audits.get(), change=change, by_contact=by, now=timezone.now())


def page(**changes: str) -> dict[str, str]:
    """The Intent page as it is loaded while nothing was said, with these fields of the first criterion changed."""
    names = ("P-INT-01", "P-INT-02", "P-INT-03")
    loaded = {f"{code}-{name}": "not_discussed" for code in names for name in ("school", "school_before")}
    loaded |= {f"{code}-{name}": "" for code in names for name in ("school_note", "school_note_before")}
    return loaded | {f"{CODE}-{name}": value for name, value in changes.items()}


def message(**changes: Any) -> dict[str, Any]:
    sent = {"id": str(uuid.uuid4()), "code": CODE, "field": "school", "value": "amber", "before": "not_discussed"}
    return sent | changes


def said(response: HttpResponse) -> list[str]:
    return [str(each) for each in get_messages(response.wsgi_request)]


def own(audit: Audit, code: str = CODE) -> tuple[str, str]:
    return audit.ratings.filter(criterion__code=code).values_list("school", "school_note").get()


# --- Who may open it ----------------------------------------------------------------------------------------------

PAGES = ("", "section/INT/")
ACTIONS = ("begin/", "done/", "colleague/", "section/INT/")


@pytest.mark.parametrize("role", [None, Role.VIEWER, Role.OFFICER, Role.ADMINISTRATOR])
def test_own_view_without_a_personal_link_explains_how_to_get_in(as_role, meeting, begun, role):
    client = as_role(role)

    answers = [client.get(address(meeting, one)) for one in PAGES] + [
        client.post(address(meeting, one)) for one in ACTIONS
    ]

    assert {answer["Location"] for answer in answers} == {"/my-school/link-needed/"}
    assert client.get(changes_address(meeting)).status_code == 401
    assert client.post(changes_address(meeting), message()).status_code == 401
    assert own(begun) == ("not_discussed", "")


def test_own_view_of_another_school_is_not_found(as_contact, meeting, begun):
    client = as_contact(ContactFactory())

    codes = {client.get(address(meeting, one)).status_code for one in (*PAGES, f"changes/{begun.pk}/")}
    codes |= {client.post(address(meeting, one), message()).status_code for one in (*ACTIONS, f"changes/{begun.pk}/")}

    assert codes == {404}
    assert own(begun) == ("not_discussed", "")


def test_own_view_waits_until_an_officer_knows_the_person(as_contact, meeting, begun):
    client = as_contact(ContactFactory(school=meeting.school, confirmed_at=None))

    pages = [client.get(address(meeting, one)) for one in PAGES]

    assert [each.templates[0].name for each in pages] == ["schools/not_confirmed.html"] * 2
    assert client.post(changes_address(meeting), message()).status_code == 401
    assert own(begun) == ("not_discussed", "")


def test_looking_begins_nothing(as_contact, meeting, alice):
    client = as_contact(alice)

    assert client.get(address(meeting)).status_code == 200
    others = ("section/INT/", "begin/", "done/", "changes/1/")
    assert [client.get(address(meeting, one)).status_code for one in others] == [404, 405, 405, 404]
    assert not Audit.objects.exists()


# --- The overview -------------------------------------------------------------------------------------------------


def test_overview_says_what_it_is_before_anybody_has_begun(as_contact, meeting, alice):
    text = as_contact(alice).get(address(meeting)).content.decode()

    for words in (
        "You need not do it.",
        "10 to 15 minutes",
        "“Not sure yet” is a fine answer",
        "does not decide the award",
    ):
        assert text.count(words) == 1, words
    assert text.count("Rate our school</button>") == 1


def test_school_with_a_choice_is_asked_which_phase(as_contact, meeting, alice):
    FrameworkFactory(phase="secondary")
    meeting.school.audit_offer = AuditOffer.CHOICE
    meeting.school.save()
    client = as_contact(alice)

    text = client.get(address(meeting)).content.decode()
    begun = client.post(address(meeting, "begin/"), {"phase": "secondary"})

    assert [text.count(f"Rate the {phase} phase</button>") for phase in ("primary", "secondary")] == [1, 1]
    assert Audit.objects.get().framework.phase == "secondary"
    assert begun["Location"] == address(meeting, "section/INT/")


def test_begin_with_a_phase_that_is_not_offered_says_so(as_contact, meeting, alice):
    answer = as_contact(alice).post(address(meeting, "begin/"), {"phase": "secondary"})

    assert answer["Location"] == address(meeting)
    assert [sentence[:46] for sentence in said(answer)] == ["Wren Primary is offered the primary audit. To "]
    assert not Audit.objects.exists()


def test_overview_says_how_far_each_step_has_got(as_contact, meeting, alice, begun):
    for code in ("P-INT-01", "P-IMP-01", "P-IMP-02", "P-IMP-03"):
        save(meeting, alice, code=code)

    text = as_contact(alice).get(address(meeting)).content.decode()

    for words in ("4 of 8 rated so far.", "1 of 3 rated", "All 3 rated", "Not begun: 2 questions"):
        assert text.count(words) == 1, words


def test_done_is_said_and_taken_back(as_contact, meeting, alice, begun):
    client = as_contact(alice)
    save(meeting, alice)
    assert client.get(address(meeting)).content.decode().count('name="done" value="yes"') == 1

    thanked = said(client.post(address(meeting, "done/"), {"done": "yes"}))
    begun.refresh_from_db()
    assert (begun.school_done_by, thanked) == (
        alice,
        [f"Thank you. {meeting.officer.name} sees your ratings before the meeting."],
    )

    client.post(address(meeting, "done/"), {"done": "no"})
    begun.refresh_from_db()
    assert begun.school_done_at is None


@pytest.mark.parametrize("number", [1, 3])
def test_overview_costs_the_same_for_one_colleague_and_three(
    as_contact, meeting, alice, begun, number, django_assert_num_queries
):
    client = as_contact(alice)
    for code in ("P-INT-01", "P-INT-02", "P-INT-03")[:number]:
        save(meeting, alice, code=code)
        ContactFactory(school=meeting.school)

    with django_assert_num_queries(8):
        assert client.get(address(meeting)).status_code == 200


def test_colleague_is_sent_a_link_of_their_own(as_contact, meeting, alice, begun):
    head = head_of(meeting.school)
    waiting = ContactFactory(school=meeting.school, name="Wendy Waiting", confirmed_at=None)
    client = as_contact(alice)

    text = client.get(address(meeting)).content.decode()
    answer = client.post(address(meeting, "colleague/"), {"colleague": head.pk})

    assert (
        text.count(f'value="{head.pk}"'),
        text.count(f'value="{waiting.pk}"'),
        text.count(f'value="{alice.pk}"'),
    ) == (1, 0, 0)
    assert said(answer) == ["Hilary Teacher gets an e-mail with a link of their own."]
    assert [email.to_address for email in Email.objects.all()] == [head.email]


@pytest.mark.parametrize("who", ["another school", "nobody", "a number without end", "left"])
def test_link_for_somebody_who_is_no_colleague_is_not_found(as_contact, meeting, alice, begun, who):
    keys = {
        "another school": lambda: ContactFactory().pk,
        "nobody": lambda: "x",
        "a number without end": lambda: "9" * 5000,
        "left": lambda: ContactFactory(school=meeting.school, left_at=timezone.now()).pk,
    }

    answer = as_contact(alice).post(address(meeting, "colleague/"), {"colleague": keys[who]()})

    assert (answer.status_code, Email.objects.count()) == (404, 0)


# --- One step, without scripts ------------------------------------------------------------------------------------


def test_section_page_shows_each_criterion_in_words_with_what_was_said_by_whom(as_contact, meeting, alice, begun):
    save(meeting, alice)
    save(meeting, alice, "We sing daily.", field="school_note")

    text = as_contact(head_of(meeting.school)).get(address(meeting, "section/INT/")).content.decode()

    today = f"{timezone.localtime():%-d %B}"
    for words in (
        "Step 1 of 3",
        "There is no written aim.",
        "There is an aim that few people know.",
        "Everybody knows the aim.",
        f"Rated by Alice Green, {today}",
        f"Written by Alice Green, {today}",
        "We sing daily.</textarea>",
    ):
        assert text.count(words) == 1, words


def test_section_page_shows_nothing_of_the_hubs(as_contact, meeting, alice, begun):
    rate(begun, officer="red", agreed="red", note="Thin.", reason="Heard it.", by=meeting.officer)

    answer = as_contact(alice).get(address(meeting, "section/INT/"))

    text = answer.content.decode()
    assert [text.count(words) for words in ("Thin.", "Heard it.", meeting.officer.name, " checked")] == [0, 0, 0, 3]


def test_section_page_offers_not_applicable_where_it_is_allowed(as_contact, meeting, alice, begun):
    text = as_contact(alice).get(address(meeting, "section/IMP/")).content.decode()

    assert text.count('value="not_applicable"') == 1


def test_section_is_saved_by_its_button_and_leads_to_the_next(as_contact, meeting, alice, begun):
    client = as_contact(alice)

    answer = client.post(
        address(meeting, "section/INT/"), page(school="green", school_note="Two\r\nlines") | {"then": "next"}
    )

    assert (answer.status_code, answer["Location"]) == (302, address(meeting, "section/IMP/"))
    assert own(begun) == ("green", "Two\nlines")
    assert set(AuditChange.objects.values_list("by_contact", flat=True)) == {alice.pk}


@pytest.mark.parametrize("section, then, to", [("INT", "stay", "section/INT/"), ("IPC", "next", ""), ("INT", "", "")])
def test_section_leads_where_its_button_says(as_contact, meeting, alice, begun, section, then, to):
    client = as_contact(alice)
    codes = [code for code in begun.ratings.values_list("criterion__code", flat=True) if section in code]
    loaded = {f"{code}-{name}": "not_discussed" for code in codes for name in ("school", "school_before")}

    answer = client.post(address(meeting, f"section/{section}/"), loaded | {"then": then})

    assert answer["Location"] == address(meeting, to)


def test_section_with_a_mistake_says_so_and_keeps_what_was_typed(as_contact, meeting, alice, begun):
    answer = as_contact(alice).post(address(meeting, "section/INT/"), page(school="green", school_note="x" * 5001))

    text = answer.content.decode()
    assert (answer.status_code, own(begun)) == (422, ("not_discussed", ""))
    assert text.count("A shared vision: This may have at most 5000 characters; it has 5001. Please shorten it.") == 1
    assert text.count("x" * 5001) == 1


def test_section_a_colleague_has_changed_shows_both_and_keeps_what_was_typed(as_contact, meeting, alice, begun):
    head = head_of(meeting.school)
    save(meeting, head)
    save(meeting, head, "Theirs.", field="school_note")
    client = as_contact(alice)

    answer = client.post(address(meeting, "section/INT/"), page(school="red", school_note="Mine."))

    text = answer.content.decode()
    assert (answer.status_code, own(begun)) == (409, ("amber", "Theirs."))
    assert [
        text.count(words)
        for words in ("<blockquote>Theirs.</blockquote>", "Mine.</textarea>", "Hilary Teacher wrote this")
    ] == [1, 1, 1]
    # A second press replaces theirs knowingly.
    again = page(school="red", school_before="amber", school_note="Mine.", school_note_before="Theirs.")
    client.post(address(meeting, "section/INT/"), again)
    assert own(begun) == ("red", "Mine.")


def test_section_sent_after_the_meeting_began_saves_nothing_and_keeps_what_was_typed(as_contact, meeting, alice, begun):
    Meeting.objects.filter(pk=meeting.pk).update(
        period=MeetingFactory.build(school=meeting.school, starts_at=in_days(-1)).period
    )

    answer = as_contact(alice).post(address(meeting, "section/INT/"), page(school="red", school_note="Too late."))

    text = answer.content.decode()
    assert (answer.status_code, own(begun)) == (409, ("not_discussed", ""))
    assert [text.count("Our meeting has begun"), text.count("Too late.</textarea>")] == [1, 1]


@pytest.mark.parametrize("number", [1, 3])
def test_section_costs_the_same_for_one_answer_and_three(
    as_contact, meeting, alice, begun, number, django_assert_num_queries
):
    client = as_contact(alice)
    for code in ("P-INT-01", "P-INT-02", "P-INT-03")[:number]:
        save(meeting, alice, code=code)

    with django_assert_num_queries(7):
        assert client.get(address(meeting, "section/INT/")).status_code == 200


# --- Afterwards ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["begun", "cancelled", "agreed"])
def test_own_view_can_be_read_when_it_can_no_longer_change(as_contact, what):
    audit = make_agreed_audit() if what == "agreed" else make_open_audit()
    meeting = audit.meeting
    if what == "cancelled":
        cancel(meeting)
    Rating.objects.filter(audit__status="open", audit=audit, criterion__code=CODE).update(school="amber")
    client = as_contact(ContactFactory(school=meeting.school))

    text = client.get(address(meeting)).content.decode() + client.get(address(meeting, "section/INT/")).content.decode()

    first = {
        "begun": "Our meeting has begun",
        "cancelled": "The meeting was cancelled",
        "agreed": "We have agreed the audit",
    }
    assert (text.count(first[what]), text.count("<form method"), text.count('type="radio"')) == (2, 0, 0)


# --- What a device sends ------------------------------------------------------------------------------------------


def test_change_is_stored_and_acknowledged(as_contact, meeting, alice, begun):
    answer = as_contact(alice).post(changes_address(meeting), message(author=alice.pk))

    stored = answer.json()
    assert (answer.status_code, stored["value"], stored["by"], stored["version"]) == (200, "amber", "Alice Green", 1)
    assert own(begun) == ("amber", "")


def test_change_of_an_audit_of_another_meeting_is_not_found(as_contact, meeting, alice, begun):
    other = make_open_audit(meeting=MeetingFactory(school=meeting.school, starts_at=in_days(20)))

    answer = as_contact(alice).post(address(meeting, f"changes/{other.pk}/"), message())

    assert (answer.status_code, AuditChange.objects.count()) == (404, 0)


def test_change_that_comes_twice_is_stored_once(as_contact, meeting, alice, begun):
    client, sent = as_contact(alice), message()

    codes = [client.post(changes_address(meeting), sent).status_code for _ in range(2)]

    assert (codes, AuditChange.objects.count()) == ([200, 200], 1)


def test_change_of_what_a_colleague_changed_is_a_conflict(as_contact, meeting, alice, begun):
    save(meeting, head_of(meeting.school))

    answer = as_contact(alice).post(changes_address(meeting), message(value="red"))

    assert (answer.status_code, answer.json()["value"], answer.json()["by"]) == (409, "amber", "Hilary Teacher")


@pytest.mark.parametrize("change", [{"field": "agreed"}, {"code": "X"}, {"value": "purple"}, {"id": "none"}])
def test_change_that_is_not_the_schools_to_make_is_refused(as_contact, meeting, alice, begun, change):
    answer = as_contact(alice).post(changes_address(meeting), message(**change))

    assert (answer.status_code, AuditChange.objects.count()) == (400, 0)


def test_change_made_by_somebody_else_on_this_computer_is_not_sent_in_another_name(as_contact, meeting, alice, begun):
    client, head = as_contact(alice), head_of(meeting.school)

    sent = client.post(changes_address(meeting), message(author=head.pk))
    heard = client.get(changes_address(meeting), {"author": head.pk})

    assert [(each.status_code, each.json()["reason"]) for each in (sent, heard)] == [(403, "other-account")] * 2
    assert not AuditChange.objects.exists()


def test_changes_of_one_person_are_limited_by_the_hour(as_contact, meeting, alice, begun, monkeypatch):
    monkeypatch.setattr("audits.views.own_view.CHANGES_AN_HOUR", 2)
    client, url = as_contact(alice), changes_address(meeting)

    answers = [
        client.post(url, message(value=value, version=version)) for version, value in enumerate(["red", "green"])
    ]
    one_too_many = client.post(url, message(value="amber", version=2))

    assert [*(each.status_code for each in answers), one_too_many.status_code] == [200, 200, 429]
    assert own(begun) == ("green", "")


def test_section_sent_too_often_is_not_saved_and_what_was_typed_stays(as_contact, meeting, alice, begun, monkeypatch):
    monkeypatch.setattr("audits.views.own_view.SECTIONS_AN_HOUR", 0)

    answer = as_contact(alice).post(address(meeting, "section/INT/"), page(school_note="We sing daily."))

    assert (answer.status_code, own(begun)) == (429, ("not_discussed", ""))
    assert answer.content.decode().count("We sing daily.") == 1


def test_device_hears_what_colleagues_changed_and_nothing_of_the_hubs(as_contact, meeting, alice, begun):
    save(meeting, head_of(meeting.school))
    rate(begun, officer="red", note="Thin.", by=meeting.officer)

    heard = as_contact(alice).get(changes_address(meeting), {"after": "0"}).json()

    lines = [(line["code"], line["field"], line["value"], line["by"]) for line in heard["changes"]]
    assert (heard["status"], lines) == ("open", [(CODE, "school", "amber", "Hilary Teacher")])


def test_device_that_comes_back_by_another_link_goes_on(client: Client, as_contact, meeting, alice, begun):
    assert client.post(changes_address(meeting), message()).status_code == 401

    assert as_contact(alice).post(changes_address(meeting), message()).status_code == 200


# --- Ways in ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind, links", [(MeetingKind.QUALITY_CONVERSATION, 1), (MeetingKind.FOLLOW_UP, 0)])
def test_school_page_leads_to_own_view_before_a_conversation(as_contact, meeting, alice, kind, links):
    Meeting.objects.filter(pk=meeting.pk).update(kind=kind)

    text = as_contact(alice).get("/my-school/").content.decode()

    assert text.count(f'href="{address(meeting)}"') == links


def test_thanks_for_the_data_form_lead_to_own_view(as_contact, meeting, alice):
    DataFormFactory(meeting=meeting, saved_at=timezone.now(), sent_at=timezone.now(), sent_by=alice)

    text = as_contact(alice).get(f"/my-school/data-form/{meeting.pk}/thanks/").content.decode()

    assert text.count(f'href="{address(meeting)}"') == 1


# --- What the officer sees ----------------------------------------------------------------------------------------


def test_meeting_page_says_how_far_the_school_has_rated_itself(client, officer, meeting, alice, begun):
    save(meeting, alice)
    finish_own_view(meeting=meeting, by_contact=alice, now=timezone.now())

    text = client.get(f"/meetings/{meeting.pk}/").content.decode()

    today = f"{timezone.localtime():%-d %B %Y}"
    assert text.count(f"The school has rated itself: 1 of 8, done on {today} (Alice Green).") == 1


def test_meeting_page_says_nothing_of_own_ratings_where_there_are_none(client, officer, meeting):
    start_audit(meeting=meeting, phase="primary", by=officer)

    assert client.get(f"/meetings/{meeting.pk}/").content.decode().count("rated itself") == 0


def test_officer_is_offered_the_other_phase_while_the_school_has_said_nothing(client, officer, meeting, alice, begun):
    meeting.school.audit_offer = AuditOffer.CHOICE
    meeting.school.save()

    before = client.get(f"/meetings/{meeting.pk}/").content.decode()
    save(meeting, alice)
    after = client.get(f"/meetings/{meeting.pk}/").content.decode()

    assert [text.count("Start the secondary audit</button>") for text in (before, after)] == [1, 0]


def test_meeting_that_only_the_school_prepared_may_be_noted_as_missed(client, officer, alice, meeting, begun):
    save(meeting, alice)
    Meeting.objects.filter(pk=meeting.pk).update(
        period=MeetingFactory.build(school=meeting.school, starts_at=timezone.now() - timedelta(hours=3)).period
    )

    text = client.get(f"/meetings/{meeting.pk}/").content.decode()
    client.post(f"/meetings/{meeting.pk}/miss/", {"note": "", "again": "yes"})

    meeting.refresh_from_db()
    assert (text.count("Nobody was there</a>"), meeting.status) == (1, "no_show")


def test_school_page_does_not_take_own_ratings_for_a_conversation_under_way(client, officer, meeting, begun):
    text = client.get(f"/schools/{meeting.school.urn}/").content.decode()

    assert text.count("Continue the audit") == 0
