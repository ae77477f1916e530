"""Agreeing an audit, and what the database then refuses."""

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection

from audits.models import Audit, Criterion, Priority, Rating, RatingValue
from audits.queries import agreed_ratings, priority_codes
from audits.services import Change, agree_audit, apply_change
from audits.tests.factories import (
    FrameworkFactory,
    cancel,
    make_agreed_audit,
    make_meeting,
    make_open_audit,
    make_priorities,
)
from hubportal.accounts.models import User
from meetings.models import MeetingKind, MeetingStatus
from schools.models import TimelineEvent
from schools.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

THREE = ["P-INT-01", "P-IMP-01", "P-IPC-01"]


def make_complete_audit(**ratings: str) -> Audit:
    """Every criterion green but those given, and three priorities."""
    audit = make_open_audit(
        ratings={code.replace("_", "-"): rating for code, rating in ratings.items()}, default=RatingValue.GREEN
    )
    make_priorities(audit, THREE)
    return audit


def problems_of_agreeing(audit: Audit) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        agree_audit(audit=audit, by=UserFactory())
    audit.refresh_from_db()
    assert audit.is_open
    return caught.value.messages


# --- The service ------------------------------------------------------------------------------------------------------


def test_agree_audit_records_who_and_when_and_holds_the_meeting():
    audit, officer = make_complete_audit(P_INT_01="red", P_INT_02="amber", P_IMP_03="not_applicable"), UserFactory()
    now = datetime(2026, 11, 5, 10, 0, tzinfo=UTC)

    agree_audit(audit=audit, by=officer, now=now)

    audit.refresh_from_db()
    assert (audit.status, audit.agreed_at, audit.agreed_by) == ("agreed", now, officer)
    assert audit.meeting.status == MeetingStatus.HELD
    assert list(TimelineEvent.objects.order_by("pk").values_list("text", flat=True)) == [
        "Quality conversation held.",
        "Small primary audit agreed: 5 green, 1 amber, 1 red, 1 not applicable; 3 priorities.",
    ]


def test_agree_audit_twice_changes_nothing():
    audit, first = make_complete_audit(), UserFactory()
    agree_audit(audit=audit, by=first)

    agree_audit(audit=audit, by=UserFactory())

    audit.refresh_from_db()
    assert audit.agreed_by == first
    assert TimelineEvent.objects.count() == 2


def test_agree_audit_with_criteria_not_discussed_names_them_in_order():
    audit = make_complete_audit(P_IMP_01="not_discussed", P_INT_02="not_discussed")

    assert problems_of_agreeing(audit) == [
        "Still to be rated: P-INT-02, P-IMP-01. “Not discussed” is never counted as red, so it must be settled."
    ]
    assert audit.meeting.status == MeetingStatus.BOOKED


@pytest.mark.parametrize("codes, number", [([], "none"), (THREE[:1], "1"), (THREE[:2], "2")])
def test_agree_audit_of_a_quality_conversation_without_three_priorities_is_refused(codes, number):
    audit = make_open_audit(default=RatingValue.GREEN)
    make_priorities(audit, codes)

    assert problems_of_agreeing(audit) == [
        f"A quality conversation ends with exactly three complete priorities; there are {number} yet."
    ]


def test_agree_audit_with_nothing_done_says_everything_that_is_missing():
    assert len(problems_of_agreeing(make_open_audit())) == 2


@pytest.mark.parametrize("kind", [MeetingKind.FOLLOW_UP, MeetingKind.ADDITIONAL])
@pytest.mark.parametrize("codes, words", [([], "no priorities"), (THREE[:1], "1 priority")])
def test_agree_audit_of_another_visit_needs_no_priorities(kind, codes, words):
    audit = make_open_audit(meeting=make_meeting(kind=kind), default=RatingValue.GREEN)
    make_priorities(audit, codes)

    agree_audit(audit=audit, by=UserFactory())

    assert TimelineEvent.objects.order_by("pk").last().text == f"Small primary audit agreed: 8 green; {words}."


def test_agree_audit_of_a_cancelled_meeting_is_refused():
    audit = make_complete_audit()
    cancel(audit.meeting)

    assert problems_of_agreeing(audit) == ["The meeting of this audit is cancelled, so nothing can be agreed at it."]


def test_agree_audit_of_a_meeting_that_is_held_already_leaves_it_held():
    audit = make_complete_audit()
    type(audit.meeting).objects.update(status=MeetingStatus.HELD)

    agree_audit(audit=audit, by=UserFactory())

    assert TimelineEvent.objects.count() == 1


def test_agree_audit_empties_the_draft_of_the_priorities():
    audit = make_complete_audit()
    Audit.objects.update(priorities_draft=[{"action": "half a sentence"}])

    agree_audit(audit=audit, by=UserFactory())

    audit.refresh_from_db()
    assert audit.priorities_draft == []


def test_agreed_ratings_and_priority_codes_are_what_the_award_rules_take():
    audit = make_agreed_audit(ratings={"P-INT-01": "red"}, priorities=["P-IPC-02", "P-INT-01", "P-IMP-02"])

    assert agreed_ratings(audit) == {
        "P-INT-01": "red",
        "P-INT-02": "green",
        "P-INT-03": "green",
        "P-IMP-01": "green",
        "P-IMP-02": "green",
        "P-IMP-03": "green",
        "P-IPC-01": "green",
        "P-IPC-02": "green",
    }
    assert priority_codes(audit) == ["P-IPC-02", "P-INT-01", "P-IMP-02"]


@pytest.mark.django_db(transaction=True)
def test_agree_audit_while_others_rate_leaves_a_complete_audit():
    """A rating that is taken back while the audit is being agreed is either seen by the check or refused."""
    audit, officers = make_complete_audit(), UserFactory.create_batch(4)
    together = threading.Barrier(len(officers))
    errors: list[Exception] = []

    def act(number: int) -> None:
        together.wait()
        try:
            if number == 0:
                agree_audit(audit=audit, by=officers[0])
            else:
                code = ["P-INT-01", "P-INT-02", "P-INT-03"][number - 1]
                back = Change(code=code, field="agreed", value="not_discussed", before="green")
                apply_change(audit=audit, change=back, by=officers[number])
        except (ValidationError, IntegrityError) as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=(number,)) for number in range(len(officers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    audit = Audit.objects.get(pk=audit.pk)
    missing = audit.ratings.filter(agreed="not_discussed").count()
    assert (audit.is_open, missing > 0) in [(True, True), (False, False)]


# --- What the database refuses once an audit is agreed ----------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audits_rating SET agreed = 'red'",
        "UPDATE audits_rating SET note = 'Added later'",
        "UPDATE audits_rating SET version = version + 1",
        "UPDATE audits_priority SET action = 'Something else'",
        "UPDATE audits_priority SET due_on = due_on + 1",
        "UPDATE audits_audit SET status = 'open', agreed_at = NULL, agreed_by_id = NULL",
        "UPDATE audits_audit SET strengths = 'Other'",
        "UPDATE audits_audit SET agreed_at = agreed_at + interval '1 day'",
        "UPDATE audits_audit SET started_at = started_at - interval '1 day'",
        "INSERT INTO audits_rating (audit_id, criterion_id, school, officer, agreed, note, version, updated_at) "
        "SELECT audit_id, criterion_id, 'red', 'red', 'red', '', 0, now() FROM audits_rating",
        "INSERT INTO audits_priority (audit_id, number, criterion_id, action, support, owner, due_on) "
        "SELECT audit_id, number, criterion_id, '', '', '', due_on FROM audits_priority",
    ],
)
def test_agreed_audit_changed_by_raw_sql_is_refused(statement):
    make_agreed_audit()

    with pytest.raises(IntegrityError, match="is agreed and cannot change"), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize("model", [Rating, Priority])
def test_agreed_audit_that_loses_an_answer_is_refused_when_the_transaction_ends(model):
    make_agreed_audit()

    model.objects.first().delete()

    with pytest.raises(IntegrityError, match="is agreed and cannot change"), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_agreed_audit_deleted_as_a_whole_takes_its_answers_along():
    audit = make_agreed_audit()

    audit.delete()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    assert (Rating.objects.count(), Priority.objects.count()) == (0, 0)


def test_agreed_audit_may_still_have_its_private_note_erased():
    audit = make_agreed_audit()

    Audit.objects.update(private_note="")

    audit.refresh_from_db()
    assert audit.private_note == ""


def test_rating_moved_out_of_an_agreed_audit_is_refused():
    agreed = make_agreed_audit()
    other = make_open_audit(framework=agreed.framework)
    other.ratings.all().delete()

    with pytest.raises(IntegrityError, match="is agreed and cannot change"):
        agreed.ratings.update(audit=other)


# --- What the database refuses at any time ----------------------------------------------------------------------------


def test_audit_marked_agreed_with_a_criterion_not_discussed_is_refused():
    audit = make_complete_audit(P_INT_01="not_discussed")

    with pytest.raises(IntegrityError, match="has criteria without an agreed rating"):
        mark_agreed(audit, audit.started_by)


def test_audit_marked_agreed_with_a_rating_missing_altogether_is_refused():
    audit = make_complete_audit()
    audit.ratings.first().delete()

    with pytest.raises(IntegrityError, match="has criteria without an agreed rating"):
        mark_agreed(audit, audit.started_by)


def test_quality_conversation_marked_agreed_with_two_priorities_is_refused():
    audit = make_complete_audit()
    audit.priorities.last().delete()

    with pytest.raises(IntegrityError, match="needs exactly three priorities"):
        mark_agreed(audit, audit.started_by)


def mark_agreed(audit: Audit, by: User) -> None:
    Audit.objects.filter(pk=audit.pk).update(status="agreed", agreed_at=audit.started_at, agreed_by=by)


def test_audit_that_begins_agreed_is_refused():
    meeting, framework = make_meeting(), FrameworkFactory()

    with pytest.raises(IntegrityError, match="an audit begins open"):
        Audit.objects.create(
            meeting=meeting,
            framework=framework,
            status="agreed",
            started_by=meeting.officer,
            agreed_at=meeting.ends_at,
            agreed_by=meeting.officer,
        )


def test_audit_with_an_unknown_status_is_refused():
    make_open_audit()
    with connection.cursor() as cursor:
        # An unknown status breaks this one too; without it, the other has to speak.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audits_audit DROP CONSTRAINT audits_audit_agreed_in_full")

    with pytest.raises(IntegrityError, match="audits_audit_status_known"):
        Audit.objects.update(status="lost")


def test_open_audit_with_a_time_of_agreement_is_refused():
    audit = make_open_audit()

    with pytest.raises(IntegrityError, match="audits_audit_agreed_in_full"):
        Audit.objects.update(agreed_at=audit.meeting.ends_at)


@pytest.mark.parametrize("missing", ["agreed_at", "agreed_by"])
def test_audit_agreed_only_in_part_is_refused(missing):
    audit = make_complete_audit()
    whole = {"status": "agreed", "agreed_at": audit.meeting.ends_at, "agreed_by": audit.started_by}

    with pytest.raises(IntegrityError, match="audits_audit_agreed_in_full"):
        Audit.objects.update(**whole | {missing: None})


def test_audit_agreed_before_it_was_started_is_refused():
    audit = make_complete_audit()

    with pytest.raises(IntegrityError, match="audits_audit_times_in_order"):
        Audit.objects.update(
            status="agreed", agreed_at=audit.started_at - timedelta(seconds=1), agreed_by=audit.started_by
        )


@pytest.mark.parametrize("field", ["school", "officer", "agreed"])
@pytest.mark.parametrize("value, reason", [("purple", "audits_rating_{}_known"), ("not_applicable", "always applies")])
def test_rating_that_is_not_allowed_is_refused(field, value, reason):
    make_open_audit().ratings.exclude(criterion__code="P-INT-01").delete()

    with pytest.raises(IntegrityError, match=reason.format(field)):
        Rating.objects.update(**{field: value})


def test_second_rating_of_a_criterion_is_refused():
    rating = make_open_audit().ratings.first()

    with pytest.raises(IntegrityError, match="audits_rating_criterion_once"):
        Rating.objects.create(audit=rating.audit, criterion=rating.criterion)


def foreign_criterion() -> Criterion:
    return FrameworkFactory(phase="secondary").criteria.first()


def test_rating_of_a_criterion_from_another_framework_is_refused():
    audit = make_open_audit()

    with pytest.raises(IntegrityError, match="is not in the framework"):
        Rating.objects.create(audit=audit, criterion=foreign_criterion())


def test_priority_for_a_criterion_from_another_framework_is_refused():
    audit = make_open_audit()

    with pytest.raises(IntegrityError, match="is not in the framework"):
        Priority.objects.create(audit=audit, number=1, criterion=foreign_criterion(), due_on=date(2027, 1, 1))


@pytest.mark.parametrize(
    "changes, constraint",
    [
        ({"number": 0}, "audits_priority_one_to_three"),
        ({"number": 4}, "audits_priority_one_to_three"),
        ({"number": 1}, "audits_priority_number_once"),
    ],
)
def test_priority_row_that_breaks_a_constraint_is_refused(changes, constraint):
    audit = make_open_audit()
    make_priorities(audit, THREE[:2])

    with pytest.raises(IntegrityError, match=constraint):
        audit.priorities.filter(number=2).update(**changes)


def test_two_priorities_for_one_criterion_are_refused():
    audit = make_open_audit()

    with pytest.raises(IntegrityError, match="audits_priority_criterion_once"):
        make_priorities(audit, ["P-INT-01", "P-INT-01"])
