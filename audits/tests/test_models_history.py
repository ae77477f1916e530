"""What the database itself refuses of an audit's history, of who began it, and of one that was carried over."""

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.db.models import F
from django.utils import timezone

from audits.models import Audit, AuditChange, AuditStatus, ChangedField, Rating
from audits.tests.factories import make_open_audit, make_priorities, rate
from schools.tests.factories import ContactFactory, UserFactory

pytestmark = pytest.mark.django_db

KEPT = "the history of audit .* cannot change"
FROZEN = "is agreed and cannot change"


def breaks(constraint: str):
    return pytest.raises(IntegrityError, match=constraint)


def add_change(audit: Audit | None = None, *, criterion: bool = True, **fields) -> AuditChange:
    """A line of the history as it should be, with some columns changed."""
    audit = audit or make_open_audit()
    given = {
        "audit": audit,
        "change_id": uuid.uuid4(),
        "criterion": audit.framework.criteria.first() if criterion else None,
        "field": ChangedField.AGREED,
        "before": "red",
        "after": "green",
        "version": 1,
        "made_at": (now := timezone.now()),
        "saved_at": now,
        "by": UserFactory(),
    }
    return AuditChange.objects.create(**given | fields)


def settle() -> None:
    """What the database checks at the end of a transaction, it checks now."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def erase(changes, **words: str) -> int:
    """Change words as an erasure does (migration 0005)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('hubportal.erasing', 'on', true)")
        try:
            return changes.update(**words)
        finally:
            if not connection.needs_rollback:
                cursor.execute("SELECT set_config('hubportal.erasing', 'off', true)")


# --- A line of the history ------------------------------------------------------------------------------------------


def test_second_change_under_the_same_id_is_refused_in_one_audit_and_allowed_in_another():
    first = add_change()
    add_change(change_id=first.change_id)

    with breaks("audits_change_once"):
        add_change(first.audit, change_id=first.change_id)


@pytest.mark.parametrize(
    "fields, constraint",
    [
        ({"field": "level"}, "audits_change_field_known"),
        ({"field": ChangedField.STRENGTHS}, "audits_change_of_rating_or_audit"),
        ({"criterion": False}, "audits_change_of_rating_or_audit"),
        ({"saved_at": timezone.now() - timedelta(days=1)}, "audits_change_made_before_saved"),
    ],
)
def test_change_that_cannot_be_is_refused(fields, constraint):
    with breaks(constraint):
        add_change(**fields)


def test_change_by_staff_and_by_the_school_at_once_is_refused():
    with breaks("audits_change_by_one"):
        add_change(by_contact=ContactFactory())


@pytest.mark.parametrize(
    "fields",
    [
        {"before": "amber"},
        {"after": "amber"},
        {"field": ChangedField.OFFICER},
        {"version": 7},
        {"change_id": uuid.UUID(int=1)},
        {"saved_at": timezone.now() + timedelta(days=1)},
        {"by": None},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_history_rewritten_is_refused(fields):
    change = add_change()

    with breaks(KEPT):
        AuditChange.objects.filter(pk=change.pk).update(**fields)


def test_history_given_to_another_contact_is_refused():
    change = add_change(by=None, by_contact=ContactFactory())

    with breaks(KEPT):
        AuditChange.objects.filter(pk=change.pk).update(by_contact=ContactFactory())


def test_history_deleted_is_refused_when_the_transaction_ends():
    change = add_change()
    change.delete()

    with breaks(KEPT):
        settle()


def test_history_goes_with_its_audit():
    audit = add_change().audit
    audit.delete()

    settle()

    assert AuditChange.objects.count() == 0


def test_history_lets_a_contact_go_and_its_words_be_erased():
    change = add_change(by=None, by_contact=ContactFactory(), field=ChangedField.NOTE, after="Ada sings.")

    AuditChange.objects.filter(pk=change.pk).update(by_contact=None)
    erase(AuditChange.objects.filter(pk=change.pk), before="", after="[name removed] sings.")

    change.refresh_from_db()
    assert (change.by_contact, change.before, change.after) == (None, "", "[name removed] sings.")


@pytest.mark.parametrize("fields", [{"version": 7}, {"field": ChangedField.OFFICER}, {"by": None}])
def test_erasing_changes_nothing_but_words(fields):
    change = add_change()

    with breaks(KEPT):
        erase(AuditChange.objects.filter(pk=change.pk), **fields)


# --- Who began an audit, and what it was carried over from ----------------------------------------------------------


def test_audit_begun_by_staff_and_by_the_school_at_once_is_refused():
    audit = make_open_audit()

    with breaks("audits_audit_started_by_one"):
        Audit.objects.filter(pk=audit.pk).update(started_by_contact=ContactFactory())


def test_who_says_that_the_schools_ratings_are_ready_without_a_time_is_refused():
    audit = make_open_audit()

    with breaks("audits_audit_school_done_with_time"):
        Audit.objects.filter(pk=audit.pk).update(school_done_by=ContactFactory())


def test_audit_carried_over_from_itself_is_refused():
    audit = make_open_audit()

    with breaks("audits_audit_not_carried_from_itself"):
        Audit.objects.filter(pk=audit.pk).update(carried_from=F("pk"))


# --- Agreeing, and what was carried over ----------------------------------------------------------------------------


def make_difference(reason: str) -> Audit:
    """Everything rated and three priorities chosen; the school saw one criterion otherwise."""
    audit = make_open_audit(default="green")
    Rating.objects.filter(criterion__code="P-INT-01").update(school="red", reason=reason)
    make_priorities(audit, ["P-INT-01", "P-INT-02", "P-INT-03"])
    return audit


@pytest.mark.parametrize("reason", ["", "  "])
def test_audit_marked_agreed_with_an_unexplained_difference_is_refused(reason):
    audit = make_difference(reason)

    with breaks("differ from the school's own without a reason"):
        agree(audit)


def test_audit_marked_agreed_with_its_difference_explained_is_agreed():
    audit = make_difference("We heard it.")

    agree(audit)

    assert Audit.objects.agreed().get() == audit


def agree(audit: Audit) -> None:
    Audit.objects.filter(pk=audit.pk).update(
        status=AuditStatus.AGREED, agreed_at=timezone.now(), agreed_by=audit.started_by
    )


def make_carried() -> Audit:
    audit = make_open_audit(default="green")
    Audit.objects.filter(pk=audit.pk).update(status=AuditStatus.CARRIED_OVER)
    return Audit.objects.get(pk=audit.pk)


@pytest.mark.parametrize(
    "fields",
    [{"status": AuditStatus.OPEN}, {"strengths": "Choir"}, {"started_by": None}, {"framework": None}],
    ids=lambda fields: next(iter(fields)),
)
def test_carried_over_audit_changed_is_refused(fields):
    audit = make_carried()

    with breaks(FROZEN):
        Audit.objects.filter(pk=audit.pk).update(**fields)


@pytest.mark.parametrize("fields", [{"agreed": "red"}, {"note": "Later"}, {"is_parked": True}])
def test_rating_of_a_carried_over_audit_changed_is_refused(fields):
    make_carried()

    with breaks(FROZEN):
        Rating.objects.update(**fields)


def test_carried_over_audit_that_loses_a_rating_is_refused_when_the_transaction_ends():
    make_carried().ratings.first().delete()

    with breaks(FROZEN):
        settle()


def test_carried_over_audit_may_still_have_its_words_erased():
    audit = make_open_audit()
    rate(audit, note="Ada sings.")
    Audit.objects.filter(pk=audit.pk).update(status=AuditStatus.CARRIED_OVER, private_note="Call Ada.")

    erase(audit.ratings.filter(criterion__code="P-INT-01"), note="[name removed] sings.")
    Audit.objects.filter(pk=audit.pk).update(private_note="")

    assert audit.ratings.get(criterion__code="P-INT-01").note == "[name removed] sings."
    assert Audit.objects.get(pk=audit.pk).private_note == ""
