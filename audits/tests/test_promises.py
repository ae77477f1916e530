"""What school and hub promised: made at agreement, then kept, given up, moved or opened again."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from audits.models import Audit, Priority, Promise
from audits.services import agree_audit, give_up_promise, keep_promise, move_promise, reopen_promise
from audits.tests.factories import make_agreed_audit, make_open_audit, make_priorities
from hubportal.accounts.models import Role
from schools.tests.factories import ContactFactory, UserFactory
from support.tests.factories import OfferFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
THREE = ["P-INT-01", "P-IMP-01", "P-IPC-01"]


def make_promise(side: str = "hub") -> Promise:
    """What this side promised with the first priority of a meeting on 5 November 2026."""
    audit = make_agreed_audit(priorities=["P-INT-01"], kind="follow_up")
    return Promise.objects.get(priority__audit=audit, priority__number=1, side=side)


def told(promise: Promise) -> list[tuple[str, object, object]]:
    events = promise.priority.audit.meeting.school.timeline.filter(kind="audit").order_by("pk")
    return list(events.values_list("text", "by", "by_contact"))


def problem_of(deed, **arguments) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        deed(now=NOW, **arguments)
    return caught.value.messages


# --- Made at agreement ------------------------------------------------------------------------------------------------


def test_agree_audit_records_what_both_sides_promise():
    audit = make_open_audit(default="green")
    first, second, third = make_priorities(audit, THREE)
    officer, amir, offer = audit.meeting.officer, UserFactory(), OfferFactory()
    Priority.objects.filter(pk=first.pk).update(hub_owner=amir)
    Priority.objects.filter(pk=second.pk).update(support="", hub_owner=None, hub_due_on=None)
    Priority.objects.filter(pk=third.pk).update(support="", offer=offer)

    agree_audit(audit=audit, by=officer)

    rows = Promise.objects.order_by("priority__number", "-side")
    assert list(rows.values_list("priority__number", "side", "due_on", "owner", "status")) == [
        (1, "school", date(2027, 5, 4), None, "open"),
        (1, "hub", date(2027, 2, 3), amir.pk, "open"),
        (2, "school", date(2027, 5, 4), None, "open"),
        (3, "school", date(2027, 5, 4), None, "open"),
        (3, "hub", date(2027, 2, 3), officer.pk, "open"),
    ]


def test_agree_audit_twice_promises_once():
    audit = make_open_audit(default="green")
    make_priorities(audit, THREE)
    agree_audit(audit=audit, by=audit.meeting.officer)

    agree_audit(audit=audit, by=audit.meeting.officer)

    assert Promise.objects.count() == 6


# --- Kept -------------------------------------------------------------------------------------------------------------


def test_keep_promise_by_staff_notes_who_when_and_what():
    promise, officer = make_promise(), UserFactory()

    keep_promise(promise=promise, note=" Two visits.\r\nA scheme. ", by=officer, now=NOW)

    promise.refresh_from_db()
    assert (promise.status, promise.note) == ("kept", "Two visits.\nA scheme.")
    assert (promise.settled_at, promise.settled_by, promise.settled_by_contact) == (NOW, officer, None)
    assert told(promise) == [
        ("Done: the hub’s support with priority 1, A shared vision (5 November 2026).", officer.pk, None)
    ]


def test_keep_promise_by_the_schools_contact_notes_them():
    promise = make_promise("school")
    contact = ContactFactory(school=promise.priority.audit.meeting.school)

    keep_promise(promise=promise, by_contact=contact, now=NOW)

    promise.refresh_from_db()
    assert (promise.status, promise.settled_by, promise.settled_by_contact) == ("kept", None, contact)
    assert told(promise) == [("Done: the school’s priority 1, A shared vision (5 November 2026).", None, contact.pk)]


def test_keep_promise_twice_keeps_the_first_note():
    promise = make_promise()
    keep_promise(promise=promise, note="First", by=UserFactory(), now=NOW)

    keep_promise(promise=promise, note="Second", by=UserFactory(), now=NOW)

    promise.refresh_from_db()
    assert (promise.note, len(told(promise))) == ("First", 1)


@pytest.mark.parametrize("side, is_own", [("hub", True), ("school", False)])
def test_keep_promise_that_is_not_the_contacts_to_settle_is_refused(side, is_own):
    promise = make_promise(side)
    contact = ContactFactory(school=promise.priority.audit.meeting.school) if is_own else ContactFactory()

    problem = problem_of(keep_promise, promise=promise, by_contact=contact)

    assert problem == [
        "Only your own school’s side can be marked as done here. Please write to the hub about anything else."
    ]


def test_keep_promise_that_was_given_up_is_refused():
    promise = make_promise()
    give_up_promise(promise=promise, reason="The trainer moved away.", by=UserFactory(), now=NOW)

    problem = problem_of(keep_promise, promise=promise, by=UserFactory())

    assert problem == ["This is settled already: given up. Nothing was changed."]


def test_keep_promise_with_a_note_that_is_too_long_is_refused():
    problem = problem_of(keep_promise, promise=make_promise(), note="x" * 2001, by=UserFactory())

    assert problem == ["This may have at most 2000 characters; it has 2001. Please shorten it."]


# --- Given up, opened again -------------------------------------------------------------------------------------------


def test_give_up_promise_keeps_the_reason():
    promise, officer = make_promise(), UserFactory()

    give_up_promise(promise=promise, reason="The trainer moved away.", by=officer, now=NOW)

    promise.refresh_from_db()
    assert (promise.status, promise.note, promise.settled_by) == ("given_up", "The trainer moved away.", officer)
    text = "Given up: the hub’s support with priority 1, A shared vision (5 November 2026). The trainer moved away."
    assert told(promise) == [(text, officer.pk, None)]


@pytest.mark.parametrize("reason", ["", " \r\n "])
def test_give_up_promise_without_a_reason_is_refused(reason):
    problem = problem_of(give_up_promise, promise=make_promise(), reason=reason, by=UserFactory())

    assert problem == ["Say in a few words why it was given up."]


def test_reopen_promise_takes_the_slip_back():
    promise, officer = make_promise(), UserFactory()
    keep_promise(promise=promise, note="Wrong school", by=officer, now=NOW)

    reopen_promise(promise=promise, by=officer, now=NOW)
    reopen_promise(promise=promise, by=officer, now=NOW)

    promise.refresh_from_db()
    assert (promise.status, promise.note, promise.settled_at, promise.settled_by) == ("open", "", None, None)
    assert [text.partition(":")[0] for text, _, _ in told(promise)] == ["Done", "Open again"]


# --- Moved ------------------------------------------------------------------------------------------------------------


def test_move_promise_says_on_the_timeline_what_it_was():
    promise, officer = make_promise(), UserFactory()
    before, amir = promise.owner, UserFactory(name="Amir Other")

    move_promise(promise=promise, due_on=date(2027, 3, 31), owner=amir, by=officer, now=NOW)

    promise.refresh_from_db()
    assert (promise.due_on, promise.owner, promise.status) == (date(2027, 3, 31), amir, "open")
    assert told(promise) == [
        (
            "The hub’s support with priority 1, A shared vision (5 November 2026): by 31 March 2027 instead of "
            f"3 February 2027, seen to by Amir Other instead of {before.name}.",
            officer.pk,
            None,
        )
    ]


def test_move_promise_to_where_it_is_changes_nothing():
    promise = make_promise()

    move_promise(promise=promise, due_on=promise.due_on, owner=promise.owner, by=UserFactory(), now=NOW)

    assert told(promise) == []


def test_move_promise_that_is_late_may_keep_its_day_when_only_the_person_changes():
    promise, amir = make_promise(), UserFactory()

    move_promise(promise=promise, due_on=promise.due_on, owner=amir, by=amir, now=datetime(2028, 1, 1, tzinfo=UTC))

    promise.refresh_from_db()
    assert promise.owner == amir


@pytest.mark.parametrize("day, is_refused", [(date(2026, 11, 30), True), (date(2026, 12, 1), False)])
def test_move_promise_to_a_day_that_is_over_is_refused(day, is_refused):
    promise = make_promise()

    if is_refused:
        problem = problem_of(move_promise, promise=promise, due_on=day, by=UserFactory())
        assert problem == ["Choose today or a day that is still to come."]
    else:
        assert move_promise(promise=promise, due_on=day, by=UserFactory(), now=NOW).due_on == day


@pytest.mark.parametrize("change", [{"role": Role.VIEWER}, {"is_active": False}])
def test_move_promise_to_somebody_who_does_not_work_with_schools_is_refused(change):
    promise, other = make_promise(), UserFactory(name="Vera Viewer", **change)

    problem = problem_of(move_promise, promise=promise, due_on=promise.due_on, owner=other, by=UserFactory())

    assert problem == ["Vera Viewer does not work with schools; choose an officer."]


def test_move_promise_of_the_school_to_a_person_at_the_hub_is_refused():
    promise = make_promise("school")

    problem = problem_of(move_promise, promise=promise, due_on=promise.due_on, owner=UserFactory(), by=UserFactory())

    assert problem == ["Who at the school sees to it was agreed with the priority."]


def test_move_promise_that_is_settled_is_refused():
    promise = make_promise()
    keep_promise(promise=promise, by=UserFactory(), now=NOW)

    problem = problem_of(move_promise, promise=promise, due_on=date(2027, 6, 1), by=UserFactory())

    assert problem == ["This is settled already: kept. Nothing was changed."]


# --- Nobody's promises ------------------------------------------------------------------------------------------------


def test_promises_without_owner_are_those_of_nobody_and_of_people_who_left():
    one, left, viewer, fine = (make_promise() for _ in range(4))
    Promise.objects.filter(pk=one.pk).update(owner=None)
    for promise, change in ((left, {"is_active": False}), (viewer, {"role": Role.VIEWER})):
        type(promise.owner).objects.filter(pk=promise.owner_id).update(**change)

    assert set(Promise.objects.without_owner()) == {one, left, viewer}
    assert Promise.objects.of_hub().count() == 4
    assert fine.owner.is_officer


@pytest.mark.parametrize(
    "due_on, status, is_late",
    [
        (date(2026, 11, 30), "open", True),
        (date(2026, 12, 1), "open", False),
        (date(2026, 11, 30), "kept", False),
    ],
)
def test_promises_late_are_open_and_due_before_today(due_on, status, is_late):
    promise = make_promise()
    settled_at = NOW if status == "kept" else None
    Promise.objects.filter(pk=promise.pk).update(due_on=due_on, status=status, settled_at=settled_at)

    assert Promise.objects.of_hub().late(as_of=date(2026, 12, 1)).exists() is is_late


# --- What the database refuses ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "side, change, constraint",
    [
        ("hub", {"side": "both", "owner": None}, "audits_promise_side_known"),
        ("hub", {"status": "lost", "settled_at": NOW}, "audits_promise_status_known"),
        ("hub", {"status": "kept"}, "audits_promise_settled_with_time"),
        ("hub", {"settled_at": NOW}, "audits_promise_settled_with_time"),
        ("hub", {"status": "given_up", "settled_at": NOW}, "audits_promise_given_up_with_reason"),
        ("school", {"owner": "somebody"}, "audits_promise_owner_at_hub"),
        ("school", {"settled_by": "somebody", "settled_by_contact": "contact"}, "audits_promise_settled_by_one"),
    ],
)
def test_promise_row_that_breaks_a_constraint_is_refused(side, change, constraint):
    promise = make_promise(side)
    people = {"somebody": UserFactory, "contact": ContactFactory}
    change = {name: people[value]() if value in people else value for name, value in change.items()}

    with pytest.raises(IntegrityError, match=constraint):
        Promise.objects.filter(pk=promise.pk).update(**change)


def test_second_promise_of_one_side_is_refused():
    promise = make_promise("school")

    with pytest.raises(IntegrityError, match="audits_promise_side_once"):
        Promise.objects.create(priority=promise.priority, side="school", due_on=promise.due_on)


def test_priority_with_a_day_for_support_and_nobody_to_see_to_it_is_refused():
    make_priorities(make_open_audit(), ["P-INT-01"])

    with pytest.raises(IntegrityError, match="audits_priority_hub_date_with_owner"):
        Priority.objects.update(hub_owner=None)


def test_audit_deleted_as_a_whole_takes_its_promises_along():
    make_promise().priority.audit.delete()

    assert (Audit.objects.count(), Promise.objects.count()) == (0, 0)
