"""The school rates itself before the meeting: who may, until when, and what others at work on it make of that."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from audits.models import Audit, AuditChange
from audits.queries import colleagues_of, own_changes_since, own_view
from audits.services import (
    Change,
    ChangeConflict,
    begin_own_view,
    carry_over_audit,
    finish_own_view,
    go_on_with_own_view,
    save_own_section,
    save_own_view,
    send_own_view_link,
    start_audit,
)
from audits.tests.factories import FrameworkFactory, cancel, make_agreed_audit, make_open_audit, rate
from hubportal.mail.kinds import why_not_send
from hubportal.mail.models import Email
from meetings.models import Meeting
from meetings.queries import is_under_way
from meetings.tests.factories import MeetingFactory, head_of
from schools.models import AuditOffer, Contact, TimelineEvent
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 2, 20, 10, 0, tzinfo=UTC)
STARTS = datetime(2027, 3, 2, 9, 30, tzinfo=UTC)
CODE = "P-INT-01"


@pytest.fixture
def meeting() -> Meeting:
    FrameworkFactory()
    return MeetingFactory(school=SchoolFactory(name="Wren Primary"), starts_at=STARTS)


@pytest.fixture
def alice(meeting) -> Contact:
    return ContactFactory(school=meeting.school, name="Alice Green")


@pytest.fixture
def begun(meeting, alice) -> Audit:
    return begin_own_view(meeting=meeting, phase="primary", by_contact=alice, now=NOW)


def amber(**changes) -> Change:
    return Change(**{"code": CODE, "field": "school", "value": "amber", "before": "not_discussed"} | changes)


def save(meeting: Meeting, by: Contact, change: Change, now: datetime = NOW):
    return save_own_view(audit=audits_of(meeting).get(), change=change, by_contact=by, now=now)


def audits_of(meeting: Meeting):
    """Those under way: what was carried over stays as it was."""
    return meeting.audits.exclude(status="carried")


def sentence_of(caught: pytest.ExceptionInfo) -> str:
    (sentence,) = caught.value.messages
    return sentence


# --- Beginning ----------------------------------------------------------------------------------------------------


def test_school_begins_the_audit_itself(meeting, alice, begun):
    event = TimelineEvent.objects.get()

    assert (begun.meeting, begun.started_by, begun.started_by_contact, begun.started_at) == (meeting, None, alice, NOW)
    assert begun.ratings.count() == 8
    assert (event.by_contact, event.text) == (
        alice,
        "Small primary audit begun (version 1.0): the school rates itself.",
    )


def test_school_goes_on_with_the_audit_that_an_officer_has_begun(meeting, alice):
    audit = start_audit(meeting=meeting, phase="primary", by=meeting.officer)

    assert begin_own_view(meeting=meeting, phase="primary", by_contact=alice, now=NOW) == audit


def test_officer_goes_on_with_the_audit_that_the_school_has_begun(meeting, alice, begun):
    save(meeting, alice, amber())

    audit = start_audit(meeting=meeting, phase="primary", by=meeting.officer)

    assert (audit, audit.ratings.get(criterion__code=CODE).school) == (begun, "amber")


@pytest.fixture
def all_through(meeting) -> Meeting:
    FrameworkFactory(phase="secondary")
    meeting.school.audit_offer = AuditOffer.CHOICE
    meeting.school.save()
    return meeting


def test_officer_may_take_the_other_phase_while_nobody_has_written_anything(all_through, begun):
    other = start_audit(meeting=all_through, phase="secondary", by=all_through.officer)

    assert list(all_through.audits.all()) == [other]
    assert (other.framework.phase, other.ratings.count()) == ("secondary", 8)


def test_officer_is_told_why_the_other_phase_has_to_wait_once_the_school_has_written(all_through, alice, begun):
    save(all_through, alice, amber())

    with pytest.raises(ValidationError) as caught:
        start_audit(meeting=all_through, phase="secondary", by=all_through.officer)

    assert sentence_of(caught) == (
        "The school has rated itself in the primary audit already. Go on with that one, or agree it before you begin "
        "the other."
    )
    assert list(all_through.audits.all()) == [begun]


def test_school_may_choose_the_other_phase_while_nobody_has_said_anything(all_through, alice, begun):
    other = begin_own_view(meeting=all_through, phase="secondary", by_contact=alice, now=NOW)

    assert list(all_through.audits.all()) == [other]


@pytest.mark.parametrize("written_by", ["school", "officer"])
def test_school_stays_with_the_phase_in_which_somebody_has_begun(all_through, alice, written_by):
    if written_by == "school":
        first = begin_own_view(meeting=all_through, phase="primary", by_contact=alice, now=NOW)
        save(all_through, alice, amber())
    else:
        first = start_audit(meeting=all_through, phase="primary", by=all_through.officer)

    assert begin_own_view(meeting=all_through, phase="secondary", by_contact=alice, now=NOW) == first
    assert list(all_through.audits.all()) == [first]


# --- Who may, and until when --------------------------------------------------------------------------------------


def test_own_rating_is_stored_with_its_author(meeting, alice, begun):
    stored = save(meeting, alice, amber())

    change = AuditChange.objects.get()
    assert (stored.value, stored.by) == ("amber", "Alice Green")
    assert (change.by_contact, change.field, change.before, change.after) == (alice, "school", "not_discussed", "amber")


@pytest.mark.parametrize("field", ["officer", "agreed", "note", "reason"])
def test_school_cannot_change_what_is_the_hubs(meeting, alice, begun, field):
    with pytest.raises(ValidationError):
        save(meeting, alice, amber(field=field))

    assert not AuditChange.objects.exists()


@pytest.mark.parametrize(
    "who",
    [
        {"confirmed_at": None},
        {"left_at": NOW},
        {"school": "another"},
    ],
)
def test_only_people_of_the_school_who_are_known_may_rate_it(meeting, begun, who):
    school = SchoolFactory() if "school" in who else meeting.school
    stranger = ContactFactory(**{**who, "school": school})

    with pytest.raises(ValidationError) as caught:
        save(meeting, stranger, amber())

    assert sentence_of(caught) == "Only people of the school, known to the hub, can rate it."


@pytest.mark.parametrize("minutes, may", [(-1, True), (0, False), (1, False)])
def test_own_ratings_may_change_until_the_meeting_begins(meeting, alice, begun, minutes, may):
    now = STARTS + timedelta(minutes=minutes)

    if may:
        assert save(meeting, alice, amber(), now=now).value == "amber"
    else:
        with pytest.raises(ValidationError) as caught:
            save(meeting, alice, amber(), now=now)
        assert sentence_of(caught).startswith("Our meeting has begun,")


def test_own_ratings_of_a_cancelled_meeting_cannot_change(meeting, alice, begun):
    cancel(meeting)

    with pytest.raises(ValidationError) as caught:
        save(meeting, alice, amber())

    assert sentence_of(caught) == "The meeting was cancelled, so what you said for it can only be read."


def test_own_ratings_of_an_agreed_audit_cannot_change():
    audit = make_agreed_audit()
    alice = ContactFactory(school=audit.meeting.school)

    with pytest.raises(ValidationError) as caught:
        save(audit.meeting, alice, amber(), now=audit.meeting.starts_at - timedelta(days=1))

    assert (
        sentence_of(caught)
        == "We have agreed the audit with you, so what you said before the meeting can only be read."
    )


def test_own_rating_before_anybody_has_begun_is_refused(meeting, alice):
    with pytest.raises(ValidationError) as caught:
        save_own_section(meeting=meeting, changes=[amber()], by_contact=alice, now=NOW)

    assert sentence_of(caught) == "Nobody has begun to rate the school yet. Load the page again to begin."


# --- Several people -----------------------------------------------------------------------------------------------


def test_own_rating_of_an_audit_that_was_carried_over_goes_into_the_new_one_only(meeting, alice, begun):
    save(meeting, alice, amber())
    newer = FrameworkFactory(version="1.1")
    new = carry_over_audit(audit=begun, by=meeting.officer, now=NOW + timedelta(hours=1))

    with pytest.raises(ValidationError) as caught:
        save_own_view(audit=begun, change=amber(code="P-INT-02"), by_contact=alice, now=NOW)
    save(meeting, alice, amber(code="P-INT-02"), now=NOW + timedelta(hours=2))

    rows = own_view(meeting, now=NOW).rows
    assert sentence_of(caught).startswith("This audit goes on with a newer version of its framework.")
    assert (new.framework, [row.rating.school for row in rows[:3]]) == (newer, ["amber", "amber", "not_discussed"])
    # Whoever carried it over has said nothing themself, and was not at the school.
    assert [row.rated and row.rated.name for row in rows[:3]] == [None, "Alice Green", None]
    assert is_under_way(meeting) is False


def test_two_colleagues_change_different_fields_of_one_criterion(meeting, alice, begun):
    head = head_of(meeting.school)

    save(meeting, alice, amber())
    save(meeting, head, amber(field="school_note", value="We sing daily.", before=""))

    rating = begun.ratings.get(criterion__code=CODE)
    row = own_view(meeting, now=NOW).rows[0]
    assert (rating.school, rating.school_note) == ("amber", "We sing daily.")
    assert (row.rated.words, row.noted.words) == ("Alice Green, 20 February", "Hilary Teacher, 20 February")


def test_two_colleagues_who_change_the_same_field_are_both_asked(meeting, alice, begun):
    head = head_of(meeting.school)
    save(meeting, alice, amber())

    with pytest.raises(ChangeConflict) as caught:
        save(meeting, head, amber(value="red"))

    assert (caught.value.stored.value, caught.value.stored.by) == ("amber", "Alice Green")


def test_page_of_a_colleague_stores_all_but_what_others_changed(meeting, alice, begun):
    head = head_of(meeting.school)
    save(meeting, alice, amber())

    changes = [amber(value="red"), amber(code="P-INT-02", value="green")]
    outcome = save_own_section(meeting=meeting, changes=changes, by_contact=head, now=NOW)

    assert (outcome.saved, [conflict.change.code for conflict in outcome.conflicts]) == (1, [CODE])
    own = dict(begun.ratings.exclude(school="not_discussed").values_list("criterion__code", "school"))
    assert own == {CODE: "amber", "P-INT-02": "green"}


def test_page_with_something_that_is_not_allowed_stores_nothing(meeting, alice, begun):
    changes = [amber(), amber(code="P-INT-02", value="not_applicable")]

    with pytest.raises(ValidationError):
        save_own_section(meeting=meeting, changes=changes, by_contact=alice, now=NOW)

    assert not AuditChange.objects.exists()


def test_devices_of_the_school_hear_nothing_of_the_hubs_own_fields(meeting, alice, begun):
    save(meeting, alice, amber())
    rate(begun, officer="red", note="Thin.", by=meeting.officer)

    assert [change.field for change in own_changes_since(begun, after=0)] == ["school"]


# --- Done ---------------------------------------------------------------------------------------------------------


def test_school_says_that_it_is_done_once(meeting, alice, begun):
    save(meeting, alice, amber())
    for _ in range(2):
        finish_own_view(meeting=meeting, by_contact=alice, now=NOW)

    begun.refresh_from_db()
    events = TimelineEvent.objects.filter(text__contains="ready")
    assert (begun.school_done_at, begun.school_done_by) == (NOW, alice)
    assert [event.text for event in events] == ["Alice Green says the school’s own ratings are ready: 1 of 8."]


def test_school_goes_on_after_it_was_done(meeting, alice, begun):
    finish_own_view(meeting=meeting, by_contact=alice, now=NOW)

    go_on_with_own_view(meeting=meeting, by_contact=alice, now=NOW)

    begun.refresh_from_db()
    assert (begun.school_done_at, begun.school_done_by) == (None, None)


def test_done_can_no_longer_be_said_once_the_meeting_has_begun(meeting, alice, begun):
    with pytest.raises(ValidationError):
        finish_own_view(meeting=meeting, by_contact=alice, now=STARTS)

    begun.refresh_from_db()
    assert begun.school_done_at is None


# --- A colleague's link -------------------------------------------------------------------------------------------


def send(meeting: Meeting, alice: Contact, colleague: Contact, now: datetime = NOW) -> None:
    send_own_view_link(meeting=meeting, colleague=colleague, by_contact=alice, now=now)


def test_colleagues_are_each_listed_once_and_without_those_who_take_no_mail(meeting, alice):
    def person(name: str, **fields) -> Contact:
        return ContactFactory(school=meeting.school, name=name, **fields)

    bo = person("Bo Brown", email="bo@school.example.org")
    person("Bo Brown", email="Bo@school.example.org", role="other", confirmed_at=None)
    person("Alice Green", email=alice.email.upper(), role="head_teacher")
    person("Wendy Withdrawn", withdrawn_at=NOW)
    person("Lou Left", left_at=NOW)
    waiting = person("Will Waiting", confirmed_at=None)
    ContactFactory(name="Somebody Else")

    assert colleagues_of(alice) == [bo, waiting]


def test_colleague_gets_a_link_of_their_own(meeting, alice):
    head = head_of(meeting.school)

    send(meeting, alice, head)

    email = Email.objects.get()
    link = head.personal_links.get()
    assert (email.kind, email.to_address, link.destination) == (
        "own_view_link",
        head.email,
        f"/my-school/own-view/{meeting.pk}/",
    )
    assert email.subject == "Alice Green asks you to help rate music at your school, before Tuesday 2 March 2027"
    assert (link.mail_url in email.body_text, link.mail_url in email.body_html) == (True, True)
    assert why_not_send(email) is None


def test_colleague_gets_the_link_once_a_day(meeting, alice):
    head = head_of(meeting.school)
    send(meeting, alice, head)

    with pytest.raises(ValidationError) as caught:
        send(meeting, alice, head)
    send(meeting, alice, head, now=NOW + timedelta(days=1))

    assert sentence_of(caught) == "Hilary Teacher has been sent the link today already."
    assert Email.objects.count() == 2


@pytest.mark.parametrize("state", [{"confirmed_at": None}, {"withdrawn_at": NOW}, {"bounced_at": NOW}])
def test_colleague_who_may_not_be_written_to_gets_nothing(meeting, alice, state):
    colleague = ContactFactory(school=meeting.school, name="Bo Brown", **state)

    with pytest.raises(ValidationError) as caught:
        send(meeting, alice, colleague)

    assert sentence_of(caught).startswith("We may not write to Bo Brown at the moment.")
    assert not Email.objects.exists()


def test_somebody_of_another_school_gets_no_link(meeting, alice):
    with pytest.raises(ValidationError):
        send(meeting, alice, ContactFactory())

    assert not Email.objects.exists()


@pytest.mark.parametrize("what", ["cancelled", "begun"])
def test_link_that_waits_does_not_go_once_it_is_too_late(meeting, alice, what):
    send(meeting, alice, head_of(meeting.school))
    if what == "cancelled":
        cancel(meeting)
    else:
        make_past(meeting)

    assert why_not_send(Email.objects.get()) == "The school can no longer rate itself for this meeting."


def make_past(meeting: Meeting) -> None:
    past = MeetingFactory.build(school=meeting.school, starts_at=datetime(2026, 3, 2, 9, 30, tzinfo=UTC)).period
    Meeting.objects.filter(pk=meeting.pk).update(period=past)


# --- What is there to see -----------------------------------------------------------------------------------------


def test_own_view_counts_what_the_school_rated(meeting, alice, begun):
    save(meeting, alice, amber())
    save(meeting, alice, amber(code="P-IMP-03", value="not_applicable"))
    rate(begun, "P-INT-02", agreed="green", by=UserFactory())

    view = own_view(meeting, now=NOW)

    assert [(section.number, section.title, section.rated, len(section.rows)) for section in view.sections] == [
        (1, "Intent", 1, 3),
        (2, "Implementation", 1, 3),
        (3, "Impact", 0, 2),
    ]
    assert (view.rated, view.is_empty, view.done, view.closed) == (2, False, None, "")


def test_own_view_without_an_audit_is_empty(meeting):
    view = own_view(meeting, now=NOW)

    assert (view.audit, view.sections, view.rated, view.is_empty) == (None, (), 0, True)


def test_own_view_costs_the_same_however_much_was_said(meeting, alice, begun, django_assert_num_queries):
    codes = ["P-INT-01", "P-INT-02", "P-INT-03"]
    for number, code in enumerate(codes, start=1):
        save(meeting, alice, amber(code=code))
        if number in (1, 3):
            with django_assert_num_queries(3):
                assert own_view(meeting, now=NOW).rated == number


def test_own_view_is_about_the_open_audit_where_there_are_two(all_through):
    agreed = make_agreed_audit(school=all_through.school)
    second = make_open_audit(meeting=agreed.meeting, framework=FrameworkFactory(phase="secondary"))

    assert own_view(agreed.meeting, now=NOW).audit == second
