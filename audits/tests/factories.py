"""A small framework and audits for tests, as plain as possible."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import factory
import yaml
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from audits.models import Audit, AuditStatus, Framework, Priority, Rating, RatingValue
from audits.services import Change, apply_changes, publish_framework
from audits.services.changes import read_field
from audits.services.promises import record_promises
from hubportal.accounts.models import User
from meetings.models import Meeting, MeetingKind, MeetingStatus
from schools.models import School
from schools.tests.factories import SchoolFactory, UserFactory

SMALL = Path(__file__).parent / "data" / "small.yaml"
SCHOOL_DAY_STARTS = time(8, 0)
MEETING_LENGTH = timedelta(minutes=90)


def small_data(**changes: Any) -> dict[str, Any]:
    """The data of the small framework file, its top-level entries replaced as named; secondary codes begin with S."""
    is_secondary = changes.get("phase") == "secondary"
    if is_secondary:
        changes.setdefault("id", "secondary")
        changes.setdefault("title", "Small secondary audit")
    return {**deepcopy(_data_of_file(first_letter="S" if is_secondary else "P")), **changes}


@cache
def _data_of_file(*, first_letter: str) -> dict[str, Any]:
    """Read once: thousands of tests publish it."""
    data: dict[str, Any] = yaml.safe_load(SMALL.read_text(encoding="utf-8").replace("P-", f"{first_letter}-"))
    return data


class FrameworkFactory(factory.django.DjangoModelFactory[Framework]):
    """Publishes the small framework; `FrameworkFactory(phase="secondary", version="1.1")` changes top-level entries.

    The same data a second time returns the framework that is published already.
    """

    class Meta:
        model = Framework

    @classmethod
    def _create(cls, model_class: type[Framework], *args: Any, **kwargs: Any) -> Framework:
        return publish_framework(definition_data=small_data(**kwargs), by=None)


def make_meeting(
    *,
    school: School | None = None,
    officer: User | None = None,
    on: date = date(2026, 11, 5),
    kind: str = MeetingKind.QUALITY_CONVERSATION,
    status: str = MeetingStatus.BOOKED,
) -> Meeting:
    """A meeting of 90 minutes on that day: the officer's first one at 8:00, the next right after it."""
    school, officer = school or SchoolFactory(), officer or UserFactory()
    day = timezone.make_aware(datetime.combine(on, SCHOOL_DAY_STARTS))
    same_day = Meeting.objects.filter(officer=officer, period__startswith__date=on).count()
    start = day + same_day * MEETING_LENGTH
    return Meeting.objects.create(
        school=school,
        officer=officer,
        kind=kind,
        period=DateTimeTZRange(start, start + MEETING_LENGTH),
        status=status,
        booked_at=start - timedelta(days=14),
        booked_by=officer,
    )


def cancel(meeting: Meeting) -> None:
    """The meeting as it is after it was cancelled."""
    Meeting.objects.filter(pk=meeting.pk).update(
        status=MeetingStatus.CANCELLED,
        cancelled_at=meeting.booked_at,
        cancelled_by=meeting.officer,
        cancel_reason="The school is closed that day.",
    )


def make_open_audit(
    *,
    meeting: Meeting | None = None,
    framework: Framework | None = None,
    ratings: Mapping[str, str] | None = None,
    default: str = RatingValue.NOT_DISCUSSED,
) -> Audit:
    """An open audit; `ratings` are agreed ratings by code, every other criterion gets `default`."""
    meeting, framework = meeting or make_meeting(), framework or FrameworkFactory()
    audit = Audit.objects.create(
        meeting=meeting, framework=framework, started_at=meeting.starts_at, started_by=meeting.officer
    )
    given = dict(ratings or {})
    Rating.objects.bulk_create(
        Rating(
            audit=audit,
            criterion=criterion,
            agreed=given.pop(criterion.code, default),
            updated_at=meeting.starts_at,
            updated_by=meeting.officer,
        )
        for criterion in framework.criteria.all()
    )
    assert not given, f"not in the framework: {', '.join(given)}"
    return audit


def rate(audit: Audit, code: str = "P-INT-01", *, by: User | None = None, **fields: str) -> Rating:
    """Somebody who sees what is stored now changes these fields of one criterion: `rate(audit, agreed="red")`."""
    rating = audit.ratings.get(criterion__code=code)
    changes = [
        Change(code=code, field=name, value=value, before=read_field(rating, name)) for name, value in fields.items()
    ]
    apply_changes(audit=audit, changes=changes, by=by or UserFactory())
    return audit.ratings.get(criterion__code=code)


def make_priorities(audit: Audit, codes: list[str]) -> list[Priority]:
    """Priorities 1, 2, 3 for these criteria, due half a year after the meeting; the hub helps within three months."""
    criteria = {criterion.code: criterion for criterion in audit.framework.criteria.all()}
    return Priority.objects.bulk_create(
        Priority(
            audit=audit,
            number=number,
            criterion=criteria[code],
            action=f"Action {number}",
            support=f"Support {number}",
            owner="Music coordinator",
            due_on=audit.meeting.held_on + timedelta(days=180),
            good_looks_like=f"Good {number}",
            hub_owner=audit.meeting.officer,
            hub_due_on=audit.meeting.held_on + timedelta(days=90),
        )
        for number, code in enumerate(codes, start=1)
    )


def make_agreed_audit(
    *,
    school: School | None = None,
    officer: User | None = None,
    on: date = date(2026, 11, 5),
    ratings: Mapping[str, str] | None = None,
    priorities: list[str] | None = None,
    kind: str = MeetingKind.QUALITY_CONVERSATION,
    framework: Framework | None = None,
    strengths: str = "Singing in assembly.",
) -> Audit:
    """An audit agreed at the end of a meeting held on that day.

    `ratings` are agreed ratings by criterion code, every other criterion is green; `priorities` are criterion
    codes, by default the first criterion of each section. Each call makes a new meeting.
    """
    meeting = make_meeting(school=school, officer=officer, on=on, kind=kind, status=MeetingStatus.HELD)
    audit = make_open_audit(meeting=meeting, framework=framework, ratings=ratings, default=RatingValue.GREEN)
    firsts = [section.criteria.first().code for section in audit.framework.sections.all()]
    make_priorities(audit, firsts[:3] if priorities is None else priorities)
    audit.strengths, audit.status, audit.agreed_at, audit.agreed_by = (
        strengths,
        AuditStatus.AGREED,
        meeting.ends_at,
        meeting.officer,
    )
    audit.save()
    record_promises(audit)
    return audit
