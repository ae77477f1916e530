"""Calendar months, working days, and when mail that can wait goes out. Wall-clock times are those of Europe/London."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from dateutil.relativedelta import relativedelta

LONDON = ZoneInfo("Europe/London")
MAIL_GOES_AT = time(9, 0)
SATURDAY = 5


def add_months(day: date, months: int) -> date:
    """The same day so many calendar months later, or that month's last: 29 February + 12 = 28 February."""
    return day + relativedelta(months=months)


@lru_cache(maxsize=64)
def bank_holidays(year: int) -> Mapping[date, str]:
    """England's bank holidays of a year, with their names (source: the `holidays` package, GB-ENG)."""
    return dict(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_working_day(day: date, *, hub_holidays: Collection[date] = ()) -> bool:
    """True from Monday to Friday, bank holidays and the hub's own holidays left out."""
    return day.weekday() < SATURDAY and day not in bank_holidays(day.year) and day not in hub_holidays


def first_working_day(day: date, *, hub_holidays: Collection[date] = ()) -> date:
    """The first working day on or after `day`; `hub_holidays` are single days, each one of them."""
    while not is_working_day(day, hub_holidays=hub_holidays):
        day += timedelta(days=1)
    return day


def morning_of(day: date) -> datetime:
    """09:00 in Europe/London on that day: when mail that can wait goes out."""
    return datetime.combine(day, MAIL_GOES_AT, tzinfo=LONDON)


def mail_time(on: date, *, hub_holidays: Collection[date] = ()) -> datetime:
    """When mail that is due on a day goes out: 09:00 on the first working day on or after it."""
    return morning_of(first_working_day(on, hub_holidays=hub_holidays))


def long_date(day: date) -> str:
    """Tuesday 3 March 2026."""
    return f"{day:%A} {day.day} {day:%B %Y}"
