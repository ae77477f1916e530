"""What must hold of another level than the rules', and of its award, is broken here, and the database refuses."""

from datetime import date

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from audits.models import Audit
from awards.models import Award, LevelOverride
from awards.tests.factories import become, make_audit, make_award
from schools.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture
def audit() -> Audit:
    return make_audit(level="bronze")


def override_like(audit: Audit, **changes: object) -> LevelOverride:
    """An unsaved proposal by the officer of the meeting, correct but for the changes."""
    fields = {
        "audit": audit,
        "rules_level": "bronze",
        "level": "silver",
        "reason": "Every class sings since the summer.",
        "proposed_by": audit.meeting.officer,
    }
    return LevelOverride(**{**fields, **changes})


@pytest.mark.parametrize(
    "changes, constraint",
    [
        ({"level": "platinum"}, "awards_override_levels_known"),
        ({"rules_level": "none"}, "awards_override_levels_known"),
        ({"level": "bronze"}, "awards_override_is_another_level"),
        ({"reason": ""}, "awards_override_has_reason"),
        ({"state": "forgotten"}, "awards_override_by_two_officers"),
        ({"state": "proposed", "answered_at": NOW}, "awards_override_by_two_officers"),
        ({"state": "agreed"}, "awards_override_by_two_officers"),
        ({"state": "declined", "answered_at": NOW}, "awards_override_by_two_officers"),
        ({"state": "taken_back"}, "awards_override_by_two_officers"),
    ],
)
def test_override_that_makes_no_sense_is_refused(audit, changes, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        override_like(audit, **changes).save()


@pytest.mark.parametrize("state", ["agreed", "declined"])
def test_override_answered_by_who_proposed_it_is_refused(audit, state):
    officer = audit.meeting.officer

    with pytest.raises(IntegrityError, match="awards_override_by_two_officers"):
        override_like(audit, state=state, answered_at=NOW, answered_by=officer).save()


def test_override_taken_back_by_somebody_else_is_refused(audit):
    with pytest.raises(IntegrityError, match="awards_override_by_two_officers"):
        override_like(audit, state="taken_back", answered_at=NOW, answered_by=UserFactory()).save()


@pytest.mark.parametrize("state", ["proposed", "agreed"])
def test_override_beside_one_that_stands_is_refused(audit, state):
    answer = {"answered_at": NOW, "answered_by": UserFactory()} if state == "agreed" else {}
    override_like(audit, state=state, **answer).save()

    with pytest.raises(IntegrityError, match="awards_override_one_standing"):
        override_like(audit, level="gold").save()


def test_override_after_one_that_was_declined_is_allowed(audit):
    override_like(audit, state="declined", answered_at=NOW, answered_by=UserFactory()).save()

    override_like(audit).save()

    assert LevelOverride.objects.standing().count() == 1


@pytest.mark.parametrize(
    "changes",
    [{"level": "gold"}, {"rules_level": "gold"}, {"reason": "Because."}, {"proposed_at": NOW}],
)
def test_override_proposed_cannot_change(audit, changes):
    override_like(audit).save()

    with pytest.raises(IntegrityError, match="what was proposed and answered"):
        LevelOverride.objects.update(**changes)


@pytest.mark.parametrize("changes", [{"state": "declined"}, {"answer_note": "Not so."}, {"answered_at": NOW}])
def test_override_answered_cannot_change(audit, changes):
    override_like(audit, state="agreed", answered_at=audit.agreed_at, answered_by=UserFactory()).save()

    with pytest.raises(IntegrityError, match="what was proposed and answered"):
        LevelOverride.objects.update(**changes)


def test_override_cannot_be_deleted(audit):
    override_like(audit).save()

    with pytest.raises(IntegrityError, match="what was proposed and answered"):
        LevelOverride.objects.all().delete()


def award_like(audit: Audit, **changes: object) -> Award:
    """An unsaved award for this audit, correct but for the changes."""
    fields = {
        "school": audit.meeting.school,
        "audit": audit,
        "level": "bronze",
        "rules_level": "bronze",
        "reason": "Bronze, with 50% overall.",
        "decision": {},
        "awarded_on": date(2026, 11, 5),
        "expires_on": date(2029, 11, 5),
        "decided_by": audit.meeting.officer,
    }
    return Award(**{**fields, **changes})


@pytest.mark.parametrize(
    "changes, constraint",
    [
        ({"level": "silver"}, "awards_award_level_by_rules_or_two_officers"),
        ({"rules_level": "none", "level": "none"}, "awards_award_.*level_known"),
        ({"withdrawn_reason": "Because."}, "awards_award_withdrawn_in_full"),
        ({"withdrawn_at": NOW}, "awards_award_withdrawn_in_full"),
        ({"status": "withdrawn", "withdrawn_at": NOW}, "awards_award_withdrawn_in_full"),
    ],
)
def test_award_that_makes_no_sense_is_refused(audit, changes, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        award_like(audit, **changes).save()


def test_award_withdrawn_without_a_reason_is_refused(audit):
    withdrawn = {"status": "withdrawn", "withdrawn_at": NOW, "withdrawn_by": audit.meeting.officer}

    with pytest.raises(IntegrityError, match="awards_award_withdrawn_in_full"):
        award_like(audit, **withdrawn).save()


def test_award_by_an_agreed_override_of_its_own_is_taken(audit):
    override = override_like(audit, state="agreed", answered_at=NOW, answered_by=UserFactory())
    override.save()

    award_like(audit, override=override, level="silver").save()

    assert Award.objects.get().level == "silver"


@pytest.mark.parametrize("fault", ["not agreed", "another level", "another audit"])
def test_award_by_an_override_that_is_not_its_own_is_refused(audit, fault):
    agreed = {"state": "agreed", "answered_at": NOW, "answered_by": UserFactory()}
    about = make_audit(level="bronze") if fault == "another audit" else audit
    override = override_like(about, **({} if fault == "not agreed" else agreed))
    override.save()

    with pytest.raises(IntegrityError, match="does not belong to this award"):
        award_like(audit, override=override, level="gold" if fault == "another level" else "silver").save()


def test_override_gives_one_award_only(audit):
    override = override_like(audit, state="agreed", answered_at=NOW, answered_by=UserFactory())
    override.save()
    award_like(audit, level="silver", override=override).save()

    with pytest.raises(IntegrityError, match=r"awards_award_(override|audit)_id_key"):
        award_like(audit, level="silver", status="superseded", override=override).save()


@pytest.mark.parametrize("changes", [{"rules_level": "gold"}, {"override": None}])
def test_award_decided_by_two_officers_cannot_change(audit, changes):
    override = override_like(audit, state="agreed", answered_at=NOW, answered_by=UserFactory())
    override.save()
    award_like(audit, level="silver", override=override).save()

    with pytest.raises(IntegrityError, match="is decided and cannot change"):
        Award.objects.update(**changes)


@pytest.mark.parametrize("changes", [{"status": "superseded"}, {"withdrawn_reason": "No."}, {"withdrawn_at": NOW}])
def test_award_withdrawn_stays_withdrawn_as_it_is(changes):
    make_award(level="working_towards")
    become("withdrawn")

    with pytest.raises(IntegrityError, match="is withdrawn for good"):
        Award.objects.update(**changes)


def test_award_withdrawn_reason_may_lose_a_name_while_somebody_is_erased():
    make_award(level="working_towards")
    become("withdrawn")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('hubportal.erasing', 'on', true)")

    Award.objects.update(withdrawn_reason="[erased]")

    assert Award.objects.get().withdrawn_reason == "[erased]"
