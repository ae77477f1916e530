"""Reads about officers' time: what a time would run into, and which times are free."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import QuerySet

from hubportal.accounts.models import User
from meetings.models import (
    LONGEST_TRAVEL_MINUTES,
    CalendarFeed,
    HubHoliday,
    Meeting,
    OfficerDiary,
    TimeOff,
    WorkingHours,
)
from meetings.rules import LONDON, SATURDAY, Slot, bank_holidays
from meetings.rules.diaries import (
    STARTS_PROPOSED,
    USUAL_TRAVEL,
    USUAL_WEEK,
    Appointment,
    Clash,
    DiaryDay,
    Hours,
    clashes,
    free_starts_on,
    time_off_words,
)
from schools.models import School


@dataclass(frozen=True)
class Asked:
    """A time somebody thinks of: who would hold the meeting, when, and where if that is known."""

    officer: User
    slot: Slot
    school: School | None = None

    @property
    def on(self) -> date:
        return self.slot.starts_at.astimezone(LONDON).date()


@dataclass(frozen=True)
class Diaries:
    """The diaries of some officers over some days, read once: what follows asks the database nothing more."""

    weeks: Mapping[int, Mapping[int, Hours]]
    travel: Mapping[int, timedelta]
    appointments: Mapping[int, Sequence[Appointment]]
    times_off: Mapping[int, Sequence[Slot]]
    holidays: Sequence[HubHoliday]

    def day(self, *, officer: User, on: date, school: School | None = None) -> DiaryDay:
        """One officer's day; the holidays are those of everywhere and of the school's area."""
        week = self.weeks.get(officer.pk, USUAL_WEEK)
        return DiaryDay(
            on=on,
            hours=week.get(on.weekday()),
            travel=self.travel.get(officer.pk, USUAL_TRAVEL),
            appointments=self.appointments.get(officer.pk, ()),
            times_off=self.times_off.get(officer.pk, ()),
            no_school=why_no_school(on, holidays=self.holidays, area_id=school.area_id if school else None),
        )

    def clashes(self, *, officer: User, slot: Slot, school: School | None = None) -> list[Clash]:
        """All that speaks against a meeting in this slot, the gravest first; nothing when it fits."""
        on = slot.starts_at.astimezone(LONDON).date()
        return clashes(slot, self.day(officer=officer, on=on, school=school), place=school.pk if school else None)

    def free_starts(
        self, *, officer: User, on: date, part: str, school: School | None = None, limit: int = STARTS_PROPOSED
    ) -> list[time]:
        """The first starts that fit a part of the day (a key of `PARTS_OF_DAY`) and the officer's diary."""
        day = self.day(officer=officer, on=on, school=school)
        return free_starts_on(day, part=part, place=school.pk if school else None, limit=limit)


@dataclass(frozen=True)
class TimeOffRow:
    """A stretch of time off to come, and the meetings that are booked in it nevertheless."""

    time_off: TimeOff
    words: str
    meetings: Sequence[Meeting]


@dataclass(frozen=True)
class DiaryPage:
    """All that the page about an officer's diary shows. `has_own_hours` is False while the usual ones apply."""

    week: Mapping[int, Hours]
    has_own_hours: bool
    travel_minutes: int
    times_off: Sequence[TimeOffRow]
    feed: CalendarFeed | None


def diary_owners(user: User) -> QuerySet[User]:
    """Whose diaries this person may open: an administrator each officer's, an officer the own one."""
    owners: QuerySet[User] = User.objects.officers()
    return owners if user.is_administrator else owners.filter(pk=user.pk)


def diary_page(*, officer: User, now: datetime) -> DiaryPage:
    """The officer's hours, time off to come with what is booked in it, and the subscription."""
    rows = WorkingHours.objects.filter(officer=officer)
    week = {row.weekday: Hours(row.opens, row.closes) for row in rows}
    minutes = OfficerDiary.objects.filter(officer=officer).values_list("travel_minutes", flat=True).first()
    booked = list(Meeting.objects.upcoming(now=now).filter(officer=officer).select_related("school"))
    times_off = [
        TimeOffRow(off, time_off_words(_slot(off.period)), [one for one in booked if _overlap(one.period, off.period)])
        for off in TimeOff.objects.filter(officer=officer, period__endswith__gt=now).order_by("period")
    ]
    return DiaryPage(
        week=week or USUAL_WEEK,
        has_own_hours=bool(week),
        travel_minutes=int(USUAL_TRAVEL.total_seconds() // 60) if minutes is None else minutes,
        times_off=times_off,
        feed=CalendarFeed.objects.filter(officer=officer, revoked_at__isnull=True).first(),
    )


def _slot(period: DateTimeTZRange) -> Slot:
    return Slot(period.lower, period.upper)


def _overlap(one: DateTimeTZRange, other: DateTimeTZRange) -> bool:
    return bool(one.lower < other.upper and other.lower < one.upper)


def read_diaries(
    *, officers: Collection[User], first_on: date, last_on: date, apart_from: Meeting | None = None
) -> Diaries:
    """The diaries of these officers from one day to another, both included: five questions, however many there are.

    `apart_from` is the meeting that is to be moved: it is in nobody's way.
    """
    ids = {officer.pk for officer in officers}
    stretch = stretch_of(first_on, last_on)
    margin = timedelta(minutes=LONGEST_TRAVEL_MINUTES)
    near = DateTimeTZRange(stretch.lower - margin, stretch.upper + margin)
    meetings = Meeting.objects.standing().filter(officer__in=ids, period__overlap=near).select_related("school")
    if apart_from:
        meetings = meetings.exclude(pk=apart_from.pk)
    appointments: dict[int, list[Appointment]] = defaultdict(list)
    for meeting in meetings.order_by("period"):
        slot = Slot(meeting.starts_at, meeting.ends_at)
        appointments[meeting.officer_id].append(Appointment(slot, meeting.school.name, meeting.school_id))
    times_off: dict[int, list[Slot]] = defaultdict(list)
    for off in TimeOff.objects.filter(officer__in=ids, period__overlap=stretch).order_by("period"):
        times_off[off.officer_id].append(_slot(off.period))
    weeks: dict[int, dict[int, Hours]] = defaultdict(dict)
    for row in WorkingHours.objects.filter(officer__in=ids):
        weeks[row.officer_id][row.weekday] = Hours(row.opens, row.closes)
    minutes = OfficerDiary.objects.filter(officer__in=ids).values_list("officer_id", "travel_minutes")
    travel = {officer: timedelta(minutes=number) for officer, number in minutes}
    return Diaries(weeks, travel, appointments, times_off, holidays_between(first_on, last_on))


def clashes_of(
    *, officer: User, slot: Slot, school: School | None = None, apart_from: Meeting | None = None
) -> list[Clash]:
    """All that speaks against this officer holding a meeting then (at this school), the gravest first."""
    return clashes_of_many(asked=[Asked(officer, slot, school)], apart_from=apart_from)[0]


def clashes_of_many(*, asked: Sequence[Asked], apart_from: Meeting | None = None) -> list[list[Clash]]:
    """The same for many times, in the order asked; the number of questions to the database stays the same."""
    if not asked:
        return []
    days = [one.on for one in asked]
    diaries = read_diaries(
        officers=[one.officer for one in asked], first_on=min(days), last_on=max(days), apart_from=apart_from
    )
    return [diaries.clashes(officer=one.officer, slot=one.slot, school=one.school) for one in asked]


def free_starts(
    *,
    officer: User,
    on: date,
    part: str,
    school: School | None = None,
    apart_from: Meeting | None = None,
    limit: int = STARTS_PROPOSED,
) -> list[time]:
    """The first starts that fit a part of the day and this officer's diary; for many days use `read_diaries`.

    Raises:
        KeyError: no such part of the day.
    """
    diaries = read_diaries(officers=[officer], first_on=on, last_on=on, apart_from=apart_from)
    return diaries.free_starts(officer=officer, on=on, part=part, school=school, limit=limit)


def holidays_between(first_on: date, last_on: date) -> list[HubHoliday]:
    """The hub's holidays that touch these days, the earliest first."""
    return list(HubHoliday.objects.filter(first_on__lte=last_on, last_on__gte=first_on).order_by("first_on", "pk"))


def why_no_school(on: date, *, holidays: Sequence[HubHoliday], area_id: int | None) -> str:
    """Why there is no school on a day, in an area or (without one) everywhere; empty on a school day."""
    if on.weekday() >= SATURDAY:
        return "it is the weekend"
    if name := bank_holidays(on.year).get(on):
        return name
    for holiday in holidays:
        if holiday.first_on <= on <= holiday.last_on and holiday.area_id in (None, area_id):
            return holiday.name
    return ""


def stretch_of(first_on: date, last_on: date) -> DateTimeTZRange:
    """From midnight to midnight in Europe/London, both days included."""
    begins = datetime.combine(first_on, time.min, tzinfo=LONDON)
    ends = datetime.combine(last_on + timedelta(days=1), time.min, tzinfo=LONDON)
    return DateTimeTZRange(begins, ends)
