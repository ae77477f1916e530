"""The demo's calendar: deeds in their order under a moved clock, school days counted from today, hours for meetings."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count, islice

import time_machine
from django.utils import timezone

from hubportal.accounts.models import User
from hubportal.demo.deeds import Deed, deliver_waiting_mail
from hubportal.demo.people import WORKING_WEEKS
from meetings.queries import hub_holidays_between
from meetings.rules import is_working_day
from schools.models import Area

MORNING, AFTERNOON = time(9, 30), time(13, 30)
# When meetings begin; between two of them is half an hour for the way.
STARTS = (time(9, 15), time(13, 15), time(11, 15))
BACKWARDS, FORWARDS = timedelta(days=-1), timedelta(days=1)


@dataclass
class Calendar:
    """Deeds by their moment. Each is done at that moment, then the mail it caused goes."""

    today: date
    deeds: list[tuple[datetime, int, Deed]] = field(default_factory=list)
    _number: count = field(default_factory=count)
    _meetings: Counter[tuple[int, date]] = field(default_factory=Counter)
    _closed: dict[int | None, frozenset[date]] = field(default_factory=dict)

    def add(self, day: date, at: time, deed: Deed) -> None:
        """Plan a deed; one that would be in the future is left out: that is where the school stands today."""
        moment = timezone.make_aware(datetime.combine(day, at))
        if moment < timezone.now():
            self.deeds.append((moment, next(self._number), deed))

    def run(self, *, say: Callable[[str], object]) -> None:
        years: set[int] = set()
        for moment, _, deed in sorted(self.deeds, key=lambda entry: entry[:2]):
            if moment.year not in years:
                years.add(moment.year)
                say(f"    {moment.year}")
            with time_machine.travel(moment, tick=False):
                deed()
                deliver_waiting_mail()

    def school_day(self, number: int) -> date:
        """The last school day before today (-1), the one before that (-2), the first after today (1) and so on.

        Whatever has to look the same on any day, also in the holidays, is counted so.
        """
        step = FORWARDS if number > 0 else BACKWARDS
        days = (day for day in _days(self.today + step, step) if self.is_school_day(day))
        return next(islice(days, abs(number) - 1, None))

    def is_school_day(self, day: date, area: Area | None = None) -> bool:
        key = area.pk if area else None
        if key not in self._closed:
            years = timedelta(days=5 * 366)
            self._closed[key] = hub_holidays_between(self.today - years, self.today + years, area=area)
        return is_working_day(day, hub_holidays=self._closed[key])

    def school_day_near(self, wished: date, step: timedelta, area: Area | None = None) -> date:
        """The wished day, or the nearest school day before or after it."""
        return next(day for day in _days(wished, step) if self.is_school_day(day, area))

    def find_time(self, officer: User, area: Area | None, wished: date) -> tuple[date, time]:
        """A time for a meeting near the wished day that the officer has free; what is past stays past."""
        step = FORWARDS if wished >= self.today else BACKWARDS
        for day in _days(wished, step):
            works = day.weekday() in WORKING_WEEKS[officer.email].days
            if works and self.is_school_day(day, area) and self._meetings[officer.pk, day] < len(STARTS):
                start = STARTS[(self._meetings[officer.pk, day] + day.toordinal() + officer.pk) % len(STARTS)]
                self._meetings[officer.pk, day] += 1
                return day, start
        raise AssertionError("days do not end")

    def free_day_next_week(self, officer: User) -> date:
        """A day of next week on which the officer has no meeting, from Wednesday on; Wednesday if there is none."""
        monday = self.today + timedelta(days=7 - self.today.weekday())
        days = [monday + timedelta(days=number) for number in (2, 3, 4, 1, 0)]
        return next((day for day in days if not self._meetings[officer.pk, day]), days[0])


def _days(first: date, step: timedelta) -> Iterator[date]:
    return (first + number * step for number in count())
