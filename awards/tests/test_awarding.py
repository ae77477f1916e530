"""From an agreed audit to an award."""

import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from audits.models import Audit
from audits.queries import agreed_ratings
from audits.rules import Rating
from audits.tests.factories import FrameworkFactory, make_open_audit
from awards.models import Award, Certificate, Reflection
from awards.services import awarding, decide_award, reissue_certificate
from awards.tests.factories import become, make_audit, make_award
from meetings.models import Meeting
from schools.models import School, TimelineKind
from schools.tests.factories import SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db


def awards_told(school: School) -> list[str]:
    """What the timeline says of the school's awards, the oldest first."""
    return list(school.timeline.filter(kind=TimelineKind.AWARD).order_by("id").values_list("text", flat=True))


@pytest.mark.parametrize("level", ["working_towards", "bronze", "silver", "gold"])
def test_decide_award_agreed_audit_keeps_what_the_rules_say(level):
    audit, officer = make_audit(level=level), UserFactory()

    award = decide_award(audit=audit, by=officer)

    award.refresh_from_db()
    assert (award.level, award.status, award.decided_by) == (level, "current", officer)
    assert award.school == audit.meeting.school
    assert award.reason.startswith(award.get_level_display())
    assert bool(award.next_step) == (level != "gold")
    assert award.decision["award"] == award.get_level_display()
    assert award.decision["reason"] == award.reason


def test_decide_award_counts_36_months_from_the_day_of_the_meeting():
    award = make_award(on=date(2024, 2, 29))

    assert (award.awarded_on, award.expires_on) == (date(2024, 2, 29), date(2027, 2, 28))


def test_decide_award_plans_reflections_12_and_24_months_later():
    award = make_award(on=date(2024, 2, 29))

    planned = award.audit.reflections.order_by("month").values_list("month", "due_on")

    assert list(planned) == [(12, date(2025, 2, 28)), (24, date(2026, 2, 28))]


def test_decide_award_open_audit_is_refused():
    audit = make_open_audit(default="green")

    with pytest.raises(ValidationError) as refused:
        decide_award(audit=audit, by=UserFactory())

    assert refused.value.messages == [
        "Agree the audit with the school first: the award follows from the agreed ratings."
    ]
    assert Award.objects.count() == 0


def test_decide_award_incomplete_ratings_are_refused_with_the_code(monkeypatch):
    # The database lets no such audit be agreed; should one ever be, it gets no award by mistake.
    audit = make_audit()
    ratings = {**agreed_ratings(audit), "P-INT-01": Rating.NOT_DISCUSSED}
    monkeypatch.setattr(awarding, "agreed_ratings", lambda audit: ratings)

    with pytest.raises(ValidationError) as refused:
        decide_award(audit=audit, by=UserFactory())

    assert refused.value.messages == ["No award yet: 1 criterion still needs an agreed rating (P-INT-01)."]
    assert (Award.objects.count(), Reflection.objects.count()) == (0, 0)


def test_decide_award_twice_gives_the_same_award():
    audit, officer = make_audit(), UserFactory()
    first = decide_award(audit=audit, by=officer)
    told = awards_told(first.school)

    second = decide_award(audit=audit, by=UserFactory())

    assert second == first
    assert second.decided_by == officer
    assert awards_told(first.school) == told
    assert Certificate.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_decide_award_four_clicks_at_once_give_one_award():
    audit, officer = make_audit(), UserFactory()

    def click(_: int) -> int:
        try:
            return decide_award(audit=Audit.objects.get(pk=audit.pk), by=officer).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        decided = list(pool.map(click, range(4)))

    assert set(decided) == {Award.objects.get().pk}
    assert Certificate.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_decide_award_at_six_schools_at_once_numbers_certificates_without_a_gap():
    officer, framework = UserFactory(), FrameworkFactory()
    audits = [make_audit(framework=framework) for _ in range(6)]

    def decide(audit: Audit) -> None:
        try:
            decide_award(audit=audit, by=officer)
        finally:
            connection.close()

    with time_machine.travel("2026-11-21", tick=True), ThreadPoolExecutor(6) as pool:
        list(pool.map(decide, audits))

    numbers = sorted(Certificate.objects.values_list("number", flat=True))
    assert numbers == [f"DQA-2026-000{serial}" for serial in range(1, 7)]


@pytest.mark.django_db(transaction=True)
def test_decide_award_two_audits_of_one_school_at_once_leave_one_current():
    school, officer, framework = SchoolFactory(), UserFactory(), FrameworkFactory()
    audits = [make_audit(school=school, on=date(2026, month, 4), framework=framework) for month in (3, 6, 9)]

    def decide(audit: Audit) -> None:
        try:
            decide_award(audit=audit, by=officer)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(decide, audits))

    statuses = Award.objects.order_by("awarded_on").values_list("status", flat=True)
    assert list(statuses) == ["superseded", "superseded", "current"]


def test_decide_award_newer_meeting_supersedes_the_older_award():
    old = make_award(level="bronze", on=date(2023, 5, 3))

    new = make_award(school=old.school, level="silver", on=date(2026, 5, 4))

    old.refresh_from_db()
    assert (old.status, new.status) == ("superseded", "current")
    assert "The award Bronze of 3 May 2023 is superseded by a newer one." in awards_told(old.school)


def test_decide_award_old_meeting_written_up_late_does_not_supersede_a_newer_award():
    new = make_award(level="silver", on=date(2026, 5, 4))

    old = make_award(school=new.school, level="gold", on=date(2023, 5, 3))

    new.refresh_from_db()
    assert (old.status, new.status) == ("superseded", "current")
    assert old.audit.reflections.count() == 0
    assert new.audit.reflections.count() == 2


def test_decide_award_newer_conversation_ends_the_older_reminders_but_keeps_what_was_answered():
    old = make_award(on=date(2025, 5, 5))
    old.audit.reflections.filter(month=12).update(answered_at=timezone.now())

    make_award(school=old.school, on=date(2026, 5, 6))

    assert list(old.audit.reflections.values_list("month", flat=True)) == [12]
    told = old.school.timeline.filter(kind=TimelineKind.REFLECTION).values_list("text", flat=True)
    assert list(told) == ["1 planned reflection(s) end: a newer conversation has agreed its own priorities."]


def test_decide_award_meeting_without_priorities_leaves_the_older_reminders():
    old = make_award(level="working_towards", on=date(2025, 5, 5))

    follow_up = make_award(school=old.school, level="gold", on=date(2026, 1, 6), priorities=[], kind="follow_up")

    assert follow_up.audit.reflections.count() == 0
    assert [sheet.month for sheet in Reflection.objects.due(as_of=date(2027, 6, 1)).order_by("month")] == [12, 24]


def test_decide_award_from_bronze_on_issues_a_certificate_with_its_fingerprint():
    with time_machine.travel("2026-11-21 12:00", tick=False):
        award = make_award(level="bronze")

    certificate = award.certificates.get()
    pdf = bytes(certificate.pdf)
    assert certificate.number == "DQA-2026-0001"
    assert certificate.school_name == award.school.name
    assert re.fullmatch(r"[\w-]{22}", certificate.key)
    assert pdf[:5] == b"%PDF-"
    assert certificate.sha256 == hashlib.sha256(pdf).hexdigest()
    assert "Certificate DQA-2026-0001 issued." in awards_told(award.school)


def test_decide_award_working_towards_bronze_issues_no_certificate():
    award = make_award(level="working_towards")

    assert award.certificates.count() == 0
    assert award.latest_certificate is None


def test_decide_award_new_year_starts_numbers_again():
    with time_machine.travel("2026-12-31 23:30+00:00", tick=False):
        make_award()
    with time_machine.travel("2027-01-01 00:30+00:00", tick=False):
        make_award()

    assert sorted(Certificate.objects.values_list("number", flat=True)) == ["DQA-2026-0001", "DQA-2027-0001"]


def test_decide_award_after_9999_certificates_goes_on_counting():
    make_award()
    year = Certificate.objects.get().number[4:8]
    last = Certificate.objects.get()
    last.pk, last.key, last.number, last.replaces = None, "k" * 22, f"DQA-{year}-9999", Certificate.objects.get()
    last.reason = "A new name."
    last.save()

    make_award()
    make_award()

    newest = Certificate.objects.order_by("-id").values_list("number", flat=True)[:2]
    assert list(newest) == [f"DQA-{year}-10001", f"DQA-{year}-10000"]


def test_decide_award_failing_certificate_leaves_nothing_behind_and_no_gap(monkeypatch):
    audit = make_audit()
    with monkeypatch.context() as broken:
        broken.setattr("awards.pdf.render_certificate", lambda text: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            decide_award(audit=audit, by=UserFactory())

    assert (Award.objects.count(), Certificate.objects.count(), Reflection.objects.count()) == (0, 0, 0)
    decide_award(audit=audit, by=UserFactory())
    assert Certificate.objects.get().number.endswith("-0001")


def test_decide_award_rating_the_framework_does_not_allow_is_a_sentence(monkeypatch):
    def refuse(**_: object) -> None:
        raise ValueError("P-INT-01 (A shared vision) cannot be not applicable; it needs a rating.")

    monkeypatch.setattr(awarding, "decide", refuse)

    with pytest.raises(ValidationError) as refused:
        decide_award(audit=make_audit(), by=UserFactory())

    assert refused.value.messages == ["P-INT-01 (A shared vision) cannot be not applicable; it needs a rating."]


def test_reissue_certificate_keeps_the_old_one_and_points_at_it():
    award = make_award()
    first = award.certificates.get()
    award.school.name = "Corrected Name School"
    award.school.save()

    second = reissue_certificate(award=award, reason="A new name.", by=UserFactory())

    first.refresh_from_db()
    assert (second.replaces, first.replaced_by, first.is_replaced) == (first, second, True)
    assert (second.school_name, first.school_name != second.school_name) == ("Corrected Name School", True)
    assert second.key != first.key
    assert Award.objects.get().latest_certificate == second
    assert f"Certificate {second.number} issued in place of {first.number}." in awards_told(award.school)


@pytest.mark.parametrize("level, status", [("working_towards", "current"), ("silver", "withdrawn")])
def test_reissue_certificate_without_one_that_counts_is_refused(level, status):
    award = make_award(level=level)
    become(status)

    with pytest.raises(ValidationError, match="Only a current award with a certificate"):
        reissue_certificate(award=award, reason="A new name.", by=UserFactory())


def test_decide_award_day_is_that_of_london_not_of_utc():
    audit = make_audit(on=date(2026, 6, 10))
    # 00:30 in British summer time, when UTC has the day before.
    starts_at = datetime(2026, 6, 9, 23, 30, tzinfo=UTC)
    Meeting.objects.update(period=DateTimeTZRange(starts_at, starts_at + timedelta(minutes=90)))

    award = decide_award(audit=audit, by=UserFactory())

    assert award.awarded_on == date(2026, 6, 10)
