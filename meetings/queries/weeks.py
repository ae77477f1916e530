"""What the team's calendar shows: meetings, time off and holidays, day by day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from hubportal.accounts.models import User
from meetings.models import HubHoliday, Meeting, TimeOff
from meetings.rules import LONDON, Slot, bank_holidays
from meetings.rules.diaries import part_off
from meetings.rules.weeks import MONDAY_TO_FRIDAY, marks_of
from schools.models import Area

from .diaries import stretch_of


@dataclass(frozen=True)
class CalendarFilters:
    """Whose meetings and where; None shows all."""

    officer: int | None = None
    area: int | None = None


@dataclass(frozen=True)
class Card:
    """A meeting in the calendar, with the short mark of who holds it."""

    meeting: Meeting
    mark: str
    is_mine: bool


@dataclass(frozen=True)
class Absence:
    """Somebody's time off on one day; `part` is empty when it is all of it."""

    officer: User
    mark: str
    part: str


@dataclass(frozen=True)
class CalendarDay:
    """A day of the calendar and all that is on it."""

    on: date
    is_today: bool
    holidays: Sequence[str]
    absences: Sequence[Absence]
    cards: Sequence[Card]

    @property
    def is_empty(self) -> bool:
        return not (self.holidays or self.absences or self.cards)


def calendar_areas() -> list[Area]:
    """The areas to filter by, by name."""
    return list(Area.objects.all())


def calendar_days(
    *, user: User, days: Sequence[date], filters: CalendarFilters, officers: Sequence[User], today: date
) -> dict[date, CalendarDay]:
    """Each of these days (in order, without a gap) with its meetings, time off and holidays: three questions."""
    meetings = _meetings(user, days, filters)
    times_off = _times_off(days, filters)
    holidays = _holidays(days, filters)
    people = [*officers, *(one.officer for one in meetings), *(off.officer for off in times_off)]
    marks = marks_of({person.pk: person.name for person in people})
    cards: dict[date, list[Card]] = defaultdict(list)
    for meeting in meetings:
        cards[meeting.held_on].append(Card(meeting, marks[meeting.officer_id], meeting.officer_id == user.pk))
    return {
        day: CalendarDay(
            on=day,
            is_today=day == today,
            holidays=_names(day, holidays),
            absences=_absences(day, times_off, marks),
            cards=cards[day],
        )
        for day in days
    }


def shown_days(week: Sequence[CalendarDay]) -> list[CalendarDay]:
    """Monday to Friday, and a day of the weekend only when somebody meets on it."""
    return [day for day in week if day.on.weekday() < MONDAY_TO_FRIDAY or day.cards]


def people_on(days: Iterable[CalendarDay]) -> list[tuple[str, str]]:
    """The marks that stand on these days, each with its name, by name."""
    found = {(card.meeting.officer.name, card.mark) for day in days for card in day.cards}
    return [(mark, name) for name, mark in sorted(found)]


def _meetings(user: User, days: Sequence[date], filters: CalendarFilters) -> list[Meeting]:
    found = Meeting.objects.visible_to(user).exclude(status="cancelled")
    found = found.filter(period__startswith__gte=_midnight(days[0]))
    found = found.filter(period__startswith__lt=_midnight(days[-1] + timedelta(days=1)))
    if filters.officer:
        found = found.filter(officer=filters.officer)
    if filters.area:
        found = found.filter(school__area=filters.area)
    return list(found.select_related("school__area", "officer").order_by("period", "school__name", "pk"))


def _times_off(days: Sequence[date], filters: CalendarFilters) -> list[TimeOff]:
    found = TimeOff.objects.filter(period__overlap=stretch_of(days[0], days[-1]), officer__is_active=True)
    if filters.officer:
        found = found.filter(officer=filters.officer)
    return list(found.select_related("officer").order_by("officer__name", "period"))


def _absences(day: date, times_off: Sequence[TimeOff], marks: Mapping[int, str]) -> list[Absence]:
    begins, ends = _midnight(day), _midnight(day + timedelta(days=1))
    return [
        Absence(off.officer, marks[off.officer_id], part_off(Slot(off.period.lower, off.period.upper), on=day))
        for off in times_off
        if off.period.lower < ends and off.period.upper > begins and day.weekday() < MONDAY_TO_FRIDAY
    ]


def _holidays(days: Sequence[date], filters: CalendarFilters) -> list[HubHoliday]:
    found = HubHoliday.objects.filter(first_on__lte=days[-1], last_on__gte=days[0]).select_related("area")
    if filters.area:
        found = found.filter(Q(area__isnull=True) | Q(area=filters.area))
    return list(found.order_by("first_on", "pk"))


def _names(day: date, holidays: Sequence[HubHoliday]) -> list[str]:
    if day.weekday() >= MONDAY_TO_FRIDAY:
        return []
    bank = bank_holidays(day.year).get(day)
    own = [f"{one.name} ({one.area.name})" if one.area else one.name for one in holidays if _covers(one, day)]
    return [*([f"Bank holiday: {bank}"] if bank else []), *own]


def _covers(holiday: HubHoliday, day: date) -> bool:
    return holiday.first_on <= day <= holiday.last_on


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=LONDON)
