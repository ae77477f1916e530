"""Calendar months, working days, and when mail that can wait goes out. Wall-clock times are those of Europe/London."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from dateutil.easter import easter
from dateutil.relativedelta import relativedelta

LONDON = ZoneInfo("Europe/London")
MAIL_GOES_AT = time(9, 0)
SATURDAY = 5
# A customary beginning of term this close to a holiday that the hub has entered is the same one: the hub knows better.
SAME_BREAK = timedelta(weeks=3)


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


def mail_opens_on(*, today: date, mail_paused_until: date | None, is_paused: bool, pause_ends_on: date | None) -> date:
    """From which day on a school gets mail that can wait: today, or when its pauses are over.

    `mail_paused_until` is the first day with mail again; `pause_ends_on` the last day of the school's own pause. While
    nobody knows how long that lasts (None), tomorrow: then the question is asked again.
    """
    opens_on = max(today, mail_paused_until or today)
    if is_paused:
        opens_on = max(opens_on, (pause_ends_on or today) + timedelta(days=1))
    return opens_on


def customary_terms(year: int, *, closed: Collection[date] = ()) -> tuple[date, date, date]:
    """When the spring, summer and autumn terms of a calendar year customarily begin in England.

    Each on the first working day that is not `closed`, counted from

    - 4 January;
    - the end of Easter's fortnight: Monday of the second week after Easter Sunday; in a year with Easter in March,
      when the fortnight begins with Good Friday instead of ending soon after it, a week later;
    - 1 September.

    Every council sets its own dates, so this stands in only for holidays that the hub has not entered.
    """
    sunday = easter(year)
    fortnight_ends = sunday + timedelta(days=15 if sunday.month == 3 else 8)
    return (
        first_working_day(date(year, 1, 4), hub_holidays=closed),
        first_working_day(fortnight_ends, hub_holidays=closed),
        first_working_day(date(year, 9, 1), hub_holidays=closed),
    )


def next_term_begins(*, today: date, breaks: Iterable[tuple[date, date]], closed: Collection[date] = ()) -> date:
    """The first school day of the term after today's; a term that begins today has begun.

    `breaks` are the first and last days of the holidays after which a term begins, `closed` all single days without
    school, those of half-terms too. Where no break is known the customary one stands in (see `customary_terms`): any
    that lies three weeks or more from every break in `breaks`, recent ones included.
    """
    known = list(breaks)
    begins = [first_working_day(last + timedelta(days=1), hub_holidays=closed) for _, last in known]
    begins += [
        day
        for year in (today.year, today.year + 1)
        for day in customary_terms(year, closed=closed)
        if not any(first - SAME_BREAK < day < last + SAME_BREAK for first, last in known)
    ]
    return min(day for day in begins if day > today)


def long_date(day: date) -> str:
    """Tuesday 3 March 2026."""
    return f"{day:%A} {day.day} {day:%B %Y}"
