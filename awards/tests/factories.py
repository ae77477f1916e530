"""Awards as the services make them, each from an agreed audit of its own."""

from contextlib import nullcontext
from datetime import date, timedelta
from typing import TYPE_CHECKING
from unittest.mock import patch

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import QuerySet
from django.utils import timezone

from audits.models import Audit, AuditStatus, Framework, Priority, Rating
from audits.services import agree_audit
from audits.tests.factories import (
    FrameworkFactory,
    make_agreed_audit,
    make_meeting,
    make_open_audit,
    make_priorities,
)
from awards.models import Award, AwardLevel, AwardStatus, OutcomePack, Reflection
from awards.services import decide_award, send_outcome_pack
from hubportal.accounts.models import User
from hubportal.mail.models import Email, EmailStatus
from meetings.models import Meeting, MeetingKind, MeetingStatus
from schools.models import Contact, School
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory

if TYPE_CHECKING:
    from awards.pdf import CertificateText

# Agreed ratings in turn through the framework: 0 %, 50 %, 75 % and 100 % in every section of an even number.
PATTERNS = {
    AwardLevel.WORKING_TOWARDS: ("red",),
    AwardLevel.BRONZE: ("amber",),
    AwardLevel.SILVER: ("amber", "green"),
    AwardLevel.GOLD: ("green",),
}


def ratings_for(level: str, framework: Framework) -> dict[str, str]:
    """Agreed ratings that lead to this level by the usual thresholds."""
    pattern = PATTERNS[AwardLevel(level)]
    codes = framework.criteria.values_list("code", flat=True)
    return {code: pattern[place % len(pattern)] for place, code in enumerate(codes)}


def make_audit(
    *,
    level: str = AwardLevel.SILVER,
    school: School | None = None,
    on: date = date(2026, 11, 5),
    officer: User | None = None,
    framework: Framework | None = None,
    **details: object,
) -> Audit:
    """An agreed audit whose ratings lead to this level."""
    framework = framework or FrameworkFactory()
    ratings = ratings_for(level, framework)
    return make_agreed_audit(school=school, officer=officer, on=on, framework=framework, ratings=ratings, **details)


def stand_in(text: "CertificateText") -> bytes:
    """In place of a certificate where a test does not read it: setting one takes longer than most tests."""
    return f"%PDF-1.7 certificate {text.number} of {text.school_name}".encode()


def make_award(
    *,
    school: School | None = None,
    level: str = AwardLevel.SILVER,
    on: date = date(2026, 11, 5),
    officer: User | None = None,
    framework: Framework | None = None,
    sent: bool = False,
    is_set: bool = False,
    **details: object,
) -> Award:
    """An award for a meeting on that day, decided now; `sent` also sends its outcome pack, to the school's contacts
    or to a new coordinator. Its certificate is a stand-in of a few bytes; `is_set` has the real one set."""
    officer = officer or UserFactory()
    audit = make_audit(level=level, school=school, on=on, officer=officer, framework=framework, **details)
    with nullcontext() if is_set else patch("awards.pdf.render_certificate", stand_in):
        award = decide_award(audit=audit, by=officer)
    assert award.level == level, f"these ratings lead to {award.level}"
    if sent:
        if not award.school.contacts.reachable().exists():
            ContactFactory(school=award.school)
        send_outcome_pack(award=award, by=officer)
        award.refresh_from_db()
    return award


def make_known(award: Award) -> OutcomePack:
    """The school has heard of the award: its outcome pack went, without the work of putting one together."""
    email = Email.objects.create(
        kind="outcome",
        dedupe_key=f"outcome:{award.pk}:test",
        message_id=f"<outcome.{award.pk}@test>",
        to_address="music@school.example.org",
        status=EmailStatus.SENT,
        sent_at=timezone.now(),
    )
    return OutcomePack.objects.create(award=award, email=email, sent_by=award.decided_by)


def become(status: str, awards: QuerySet[Award] | None = None) -> None:
    """Give these awards (all, when left out) a status as if it had come about, with what the database wants with it."""
    withdrawn = {
        "withdrawn_at": timezone.now(),
        "withdrawn_by": UserFactory(),
        "withdrawn_reason": "Issued by mistake.",
    }
    awards = Award.objects.all() if awards is None else awards
    awards.update(status=status, **withdrawn if status == AwardStatus.WITHDRAWN else {})


def make_award_with_private_note(
    note: str, *, school: School | None = None, level: str = AwardLevel.SILVER, on: date = date(2026, 11, 5)
) -> Award:
    """An award whose audit has a note that no school may ever read; its outcome pack is not sent yet."""
    audit = make_open_audit(meeting=make_meeting(school=school, on=on), ratings=ratings_for(level, FrameworkFactory()))
    audit.private_note, audit.strengths = note, "Singing in assembly."
    audit.save()
    make_priorities(audit, [section.criteria.first().code for section in audit.framework.sections.all()])
    agree_audit(audit=audit, by=audit.meeting.officer)
    return decide_award(audit=audit, by=audit.meeting.officer)


def make_due_reflections(number: int, *, due_on: date) -> list[Reflection]:
    """So many sheets due on that day, each of a school of its own with a coordinator and three priorities.

    Written straight into the tables, table after table: through the services it would take minutes.
    """
    officer, framework, kind = UserFactory(), FrameworkFactory(), MeetingKind.QUALITY_CONVERSATION
    schools = School.objects.bulk_create(SchoolFactory.build_batch(number, area=None))
    Contact.objects.bulk_create(ContactFactory.build(school=school) for school in schools)
    # One officer cannot be in two places: a minute for each will do.
    first = timezone.now() - timedelta(days=400)
    periods = [DateTimeTZRange(first + timedelta(minutes=n), first + timedelta(minutes=n + 1)) for n in range(number)]
    meetings = Meeting.objects.bulk_create(
        Meeting(school=school, kind=kind, officer=officer, booked_by=officer, status=MeetingStatus.HELD, period=at)
        for school, at in zip(schools, periods, strict=True)
    )
    audits = Audit.objects.bulk_create(
        Audit(meeting=meeting, framework=framework, started_by=officer, started_at=first) for meeting in meetings
    )
    criteria = list(framework.criteria.all())
    Rating.objects.bulk_create(
        Rating(audit=audit, criterion=criterion, agreed="green") for audit in audits for criterion in criteria
    )
    Priority.objects.bulk_create(
        Priority(
            audit=audit, number=place, criterion=criterion, action="Sing every day.", owner="The lead", due_on=due_on
        )
        for audit in audits
        for place, criterion in enumerate(criteria[:3], start=1)
    )
    Audit.objects.filter(pk__in=[audit.pk for audit in audits]).update(
        status=AuditStatus.AGREED, agreed_at=timezone.now(), agreed_by=officer
    )
    return Reflection.objects.bulk_create(Reflection(audit=audit, month=12, due_on=due_on) for audit in audits)
