"""Plain made-up requests, meetings and data forms for tests."""

from datetime import UTC, datetime, time, timedelta

import factory
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from hubportal.accounts.models import User
from meetings.models import (
    DataForm,
    DayPart,
    HubHoliday,
    Meeting,
    MeetingKind,
    MeetingRequest,
    OfferedTime,
    OfficerDiary,
    TimeOff,
    Weekday,
    WorkingHours,
)
from meetings.rules import MEETING_LENGTH
from schools.models import Contact, ContactRole, School
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory


class MeetingRequestFactory(factory.django.DjangoModelFactory[MeetingRequest]):
    """A request that waits, from the school's coordinator, for the leader of the school's area."""

    class Meta:
        model = MeetingRequest

    reference = factory.Sequence(lambda number: f"MR-T{number:04}")
    school = factory.SubFactory(SchoolFactory)
    contact = factory.LazyAttribute(lambda request: ContactFactory(school=request.school))
    name = factory.LazyAttribute(lambda request: request.contact.name)
    role = ContactRole.MUSIC_COORDINATOR
    email = factory.LazyAttribute(lambda request: request.contact.email)
    consent_version = "test"
    consent_wording = "We may write to you about this meeting."
    assigned_to = factory.LazyAttribute(lambda request: request.school.area and request.school.area.leader)
    created_at = factory.LazyFunction(timezone.now)
    waiting_since = factory.SelfAttribute("created_at")


class OfferedTimeFactory(factory.django.DjangoModelFactory[OfferedTime]):
    class Meta:
        model = OfferedTime

    request = factory.SubFactory(MeetingRequestFactory)
    part = DayPart.MORNING


class MeetingFactory(factory.django.DjangoModelFactory[Meeting]):
    """A booked quality conversation; `starts_at` says when, otherwise each next one is a day later."""

    class Meta:
        model = Meeting

    class Params:
        starts_at = factory.Sequence(lambda number: datetime(2027, 3, 2, 9, 30, tzinfo=UTC) + timedelta(days=number))

    school = factory.SubFactory(SchoolFactory)
    kind = MeetingKind.QUALITY_CONVERSATION
    officer = factory.LazyAttribute(lambda meeting: meeting.school.area.leader)
    period = factory.LazyAttribute(
        lambda meeting: DateTimeTZRange(meeting.starts_at, meeting.starts_at + MEETING_LENGTH)
    )
    booked_by = factory.LazyAttribute(lambda meeting: meeting.officer)


class DataFormFactory(factory.django.DjangoModelFactory[DataForm]):
    class Meta:
        model = DataForm

    meeting = factory.SubFactory(MeetingFactory)


class HubHolidayFactory(factory.django.DjangoModelFactory[HubHoliday]):
    class Meta:
        model = HubHoliday

    name = "Closed"


def head_of(school: School) -> Contact:
    """A head teacher who may be written to."""
    role, name = ContactRole.HEAD_TEACHER, "Hilary Teacher"
    return ContactFactory(school=school, role=role, name=name, email="h.teacher@school.example.org")


def viewer() -> User:
    return UserFactory(role="viewer")


def administrator() -> User:
    return UserFactory(role="administrator")


def in_days(days: int) -> datetime:
    """So many days from now, at this time."""
    return timezone.now() + timedelta(days=days)


class WorkingHoursFactory(factory.django.DjangoModelFactory[WorkingHours]):
    class Meta:
        model = WorkingHours

    officer = factory.SubFactory(UserFactory)
    weekday = Weekday.TUESDAY
    opens = time(9, 0)
    closes = time(16, 0)


class TimeOffFactory(factory.django.DjangoModelFactory[TimeOff]):
    """Half an hour off, unless `starts_at` and `ends_at` say otherwise."""

    class Meta:
        model = TimeOff

    class Params:
        starts_at = datetime(2027, 3, 2, 12, 0, tzinfo=UTC)
        ends_at = factory.LazyAttribute(lambda off: off.starts_at + timedelta(minutes=30))

    officer = factory.SubFactory(UserFactory)
    period = factory.LazyAttribute(lambda off: DateTimeTZRange(off.starts_at, off.ends_at))


class OfficerDiaryFactory(factory.django.DjangoModelFactory[OfficerDiary]):
    class Meta:
        model = OfficerDiary

    officer = factory.SubFactory(UserFactory)
    travel_minutes = 45
