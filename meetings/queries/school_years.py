"""The days without school in a school year: the hub's own holidays, and the bank holidays among them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from meetings.models import HubHoliday
from meetings.rules import bank_holidays
from meetings.rules.weeks import school_year_days, school_year_name


@dataclass(frozen=True)
class HolidayRow:
    """A bank holiday, or a holiday of the hub, which has a page of its own."""

    name: str
    first_on: date
    last_on: date
    holiday: HubHoliday | None = None

    @property
    def is_one_day(self) -> bool:
        return self.first_on == self.last_on


@dataclass(frozen=True)
class HolidayPage:
    """A school year with its holidays, the first one first."""

    year: int
    name: str
    rows: Sequence[HolidayRow]


def holiday_page(*, year: int) -> HolidayPage:
    """The holidays that touch the school year which begins in this year."""
    first_on, last_on = school_year_days(year)
    own = HubHoliday.objects.filter(first_on__lte=last_on, last_on__gte=first_on).select_related("area")
    rows = [HolidayRow(one.name, one.first_on, one.last_on, one) for one in own]
    rows += [
        HolidayRow(name, day, day)
        for number in (year, year + 1)
        for day, name in bank_holidays(number).items()
        if first_on <= day <= last_on
    ]
    return HolidayPage(year, school_year_name(year), sorted(rows, key=lambda row: (row.first_on, row.last_on)))
