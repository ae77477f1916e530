"""Each thing that must hold is broken here, and the database refuses."""

import hashlib
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from audits.tests.factories import make_agreed_audit
from awards.models import Award, Certificate, OutcomePack, Reflection, ReflectionAnswer, ShownStatus
from awards.tests.factories import become, make_award
from hubportal.mail.tests.factories import EmailFactory
from schools.tests.factories import ContactFactory

pytestmark = pytest.mark.django_db


def award_like(award: Award, **changes: object) -> Award:
    """An unsaved award for another audit of another school, correct but for the changes."""
    audit = make_agreed_audit()
    fields = {
        "school": audit.meeting.school,
        "audit": audit,
        "level": "silver",
        "rules_level": changes.get("level", "silver"),
        "reason": "Silver, with 75% overall.",
        "decision": {},
        "awarded_on": date(2026, 11, 5),
        "expires_on": date(2029, 11, 5),
        "decided_by": award.decided_by,
    }
    return Award(**{**fields, **changes})


@pytest.fixture
def award() -> Award:
    return make_award()


@pytest.mark.parametrize(
    "changes, constraint",
    [
        ({"level": "platinum"}, "awards_award_level_known"),
        ({"status": "expired"}, "awards_award_status_known"),
        ({"expires_on": date(2026, 11, 5)}, "awards_award_dates_in_order"),
    ],
)
def test_award_that_makes_no_sense_is_refused(award, changes, constraint):
    with pytest.raises(IntegrityError, match=constraint):
        award_like(award, **changes).save()


def test_award_second_current_of_a_school_is_refused(award):
    with pytest.raises(IntegrityError, match="awards_award_one_current"):
        award_like(award, school=award.school).save()


def test_award_second_of_an_audit_is_refused(award):
    with pytest.raises(IntegrityError, match="awards_award_audit_id_key"):
        award_like(award, audit=award.audit, status="superseded").save()


@pytest.mark.parametrize(
    "changes",
    [
        {"level": "gold"},
        {"reason": "Because."},
        {"next_step": "None."},
        {"decision": {}},
        {"awarded_on": date(2026, 1, 1)},
        {"expires_on": date(2099, 1, 1)},
    ],
)
def test_award_decided_cannot_change(award, changes):
    with pytest.raises(IntegrityError, match="is decided and cannot change"):
        Award.objects.filter(pk=award.pk).update(**changes)


def test_award_decided_may_change_its_status_only(award):
    become("superseded")
    become("withdrawn")

    award.refresh_from_db()
    assert award.status == "withdrawn"


@pytest.mark.parametrize("status", ["superseded", "withdrawn"])
def test_award_that_no_longer_counts_cannot_count_again(award, status):
    become(status)

    with pytest.raises(IntegrityError, match="cannot count again"):
        become("current")


def test_award_decided_cannot_be_deleted():
    award = make_award(level="working_towards")
    award.renewal.delete()

    with pytest.raises(IntegrityError, match="is decided and cannot change"):
        award.delete()


@pytest.mark.parametrize(
    "changes",
    [
        {"pdf": b"%PDF other"},
        {"sha256": "0" * 64},
        {"number": "DQA-2026-9999"},
        {"key": "k" * 22},
        {"school_name": "Another School"},
        {"issued_at": timezone.now()},
    ],
)
def test_certificate_issued_cannot_change(award, changes):
    with pytest.raises(IntegrityError, match="is issued and cannot change"):
        award.certificates.update(**changes)


def test_certificate_issued_cannot_be_deleted_even_by_sql(award):
    with pytest.raises(IntegrityError, match="is issued and cannot change"), connection.cursor() as cursor:
        cursor.execute("DELETE FROM awards_certificate WHERE award_id = %s", [award.pk])


def certificate_like(award: Award, **changes: object) -> Certificate:
    pdf = b"%PDF-1.7 corrected"
    fields = {
        "award": award,
        "number": "DQA-2026-0900",
        "school_name": "School",
        "pdf": pdf,
        "sha256": hashlib.sha256(pdf).hexdigest(),
        "issued_by": award.decided_by,
        "replaces": award.certificates.get(replaces=None),
        "reason": "" if changes.get("replaces", award) is None else "A new name.",
    }
    return Certificate(**{**fields, **changes})


def test_certificate_with_a_false_fingerprint_is_refused(award):
    with pytest.raises(IntegrityError, match="awards_certificate_fingerprint_true"):
        certificate_like(award, sha256=hashlib.sha256(b"another file").hexdigest()).save()


def test_certificate_second_original_of_an_award_is_refused(award):
    with pytest.raises(IntegrityError, match="awards_certificate_one_original"):
        certificate_like(award, replaces=None).save()


def test_certificate_replaced_twice_is_refused(award):
    certificate_like(award).save()

    with pytest.raises(IntegrityError, match="awards_certificate_replaces_id_key"):
        certificate_like(award, number="DQA-2026-0901").save()


def test_certificate_that_replaces_itself_is_refused(award):
    with pytest.raises(IntegrityError, match="awards_certificate_not_its_own_correction"):
        certificate_like(award, reason="A new name.", pk=900_000, replaces_id=900_000, replaces=None).save(
            force_insert=True
        )


@pytest.mark.parametrize("field", ["number", "key"])
def test_certificate_number_and_key_are_unique(award, field):
    taken = getattr(award.certificates.get(), field)

    with pytest.raises(IntegrityError, match=f"awards_certificate_{field}_key"):
        certificate_like(award, **{field: taken}).save()


def test_outcome_pack_is_one_for_an_award():
    award = make_award(sent=True)

    with pytest.raises(IntegrityError, match="awards_outcomepack_award_id_key"):
        OutcomePack.objects.create(award=award, email=EmailFactory(), sent_by=award.decided_by)


def test_outcome_pack_has_an_email_of_its_own(award):
    sent = make_award(sent=True)

    with pytest.raises(IntegrityError, match="awards_outcomepack_email_id_key"):
        OutcomePack.objects.create(award=award, email=sent.outcome_pack.email, sent_by=award.decided_by)


@pytest.mark.parametrize(
    "changes, constraint",
    [
        ({"month": 12}, "awards_reflection_month_once"),
        ({"month": 36}, "awards_reflection_month_known"),
        ({"queued_at": timezone.now()}, "awards_reflection_queued_in_full"),
    ],
)
def test_reflection_that_makes_no_sense_is_refused(award, changes, constraint):
    award.audit.reflections.filter(month=24).delete()
    fields = {"audit": award.audit, "month": 24, "due_on": date(2028, 11, 5), **changes}

    with pytest.raises(IntegrityError, match=constraint):
        Reflection.objects.create(**fields)


def test_reflection_with_an_email_but_no_time_is_refused(award):
    with pytest.raises(IntegrityError, match="awards_reflection_queued_in_full"):
        award.audit.reflections.filter(month=12).update(email=EmailFactory())


def test_reflection_answered_by_somebody_has_a_time(award):
    with pytest.raises(IntegrityError, match="awards_reflection_answered_with_time"):
        award.audit.reflections.update(answered_by=ContactFactory())


def test_reflection_answer_second_for_a_priority_is_refused(award):
    response, priority = award.audit.reflections.first().responses.create(), award.audit.priorities.first()
    ReflectionAnswer.objects.create(response=response, priority=priority, progress="under_way")

    with pytest.raises(IntegrityError, match="awards_reflectionanswer_once"):
        ReflectionAnswer.objects.create(response=response, priority=priority, progress="achieved")


def test_reflection_answer_with_unknown_progress_is_refused(award):
    response, priority = award.audit.reflections.first().responses.create(), award.audit.priorities.first()

    with pytest.raises(IntegrityError, match="awards_reflectionanswer_progress_known"):
        ReflectionAnswer.objects.create(response=response, priority=priority, progress="nearly")


@pytest.mark.parametrize(
    "status, days_after_end, shown",
    [
        ("current", 0, ShownStatus.CURRENT),
        ("current", 1, ShownStatus.EXPIRED),
        ("superseded", -1, ShownStatus.SUPERSEDED),
        ("superseded", 1, ShownStatus.SUPERSEDED),
        ("withdrawn", 1, ShownStatus.WITHDRAWN),
    ],
)
def test_award_status_on_a_day_says_what_counts_then(status, days_after_end, shown):
    award = Award(status=status, level="bronze", expires_on=date(2029, 11, 5))

    assert award.status_on(award.expires_on + timedelta(days=days_after_end)) == shown


@pytest.mark.parametrize("status", ["current", "superseded"])
def test_award_status_working_towards_bronze_never_expires(status):
    award = Award(status=status, level="working_towards", expires_on=date(2029, 11, 5))

    assert (award.ends_on, award.status_on(date(2039, 1, 1))) == (None, ShownStatus(status))


@pytest.mark.parametrize("level", ["working_towards", "bronze"])
def test_award_with_shown_status_says_the_same_as_status_on(level):
    award = make_award(level=level)

    for day in (award.expires_on, award.expires_on + timedelta(days=1)):
        assert Award.objects.with_shown_status(day=day).get().shown_status == award.status_on(day)


def test_award_lists_the_changes_of_the_next_step_only_where_they_are_several():
    several = {"lead": "Silver needs two changes", "changes": ["First", "Second"]}
    one = {"lead": "Silver needs one change", "changes": ["First"]}

    found = [Award(decision={"next_step_parts": parts}) for parts in (several, one, {})] + [Award(decision={})]

    assert [award.next_changes for award in found] == [("First", "Second"), (), (), ()]
    assert [award.next_step_lead for award in found] == [
        "Silver needs two changes", "Silver needs one change", "", "",
    ]  # fmt: skip


def test_award_has_further_steps_above_its_own_level_and_none_where_they_were_not_kept():
    words = {"changes": ["First"], "others": "", "sentence": "It needs one change: First."}
    kept = [{"level": level, "lead": f"{level} needs", **words} for level in ("silver", "gold")]

    awards = [Award(level=level, decision={"further_steps": kept}) for level in ("working_towards", "bronze", "silver")]

    assert [[step.level for step in award.further_steps] for award in awards] == [["silver", "gold"], ["gold"], []]
    assert Award(level="bronze", decision={}).further_steps == ()


def test_award_says_that_other_sets_of_changes_are_as_small_where_it_was_kept():
    said = [Award(decision={"next_step_parts": parts}) for parts in ({"others": "Two others."}, {"lead": "x"}, {})]

    assert [award.next_step_others for award in said] == ["Two others.", "", ""]


def test_reflection_of_current_priorities_leaves_out_what_a_newer_meeting_replaced():
    old = make_award(on=date(2025, 3, 3))
    Reflection.objects.filter(audit=old.audit, month=12).update(answered_at=timezone.now())
    new = make_award(school=old.school, on=date(2026, 3, 3))

    of_now = Reflection.objects.of_current_priorities().order_by("month")

    assert [(one.audit_id, one.month) for one in of_now] == [(new.audit_id, 12), (new.audit_id, 24)]
