"""How long a request has waited, in working days: from when on it stands out, and when administrators are told."""

from collections.abc import Collection
from datetime import date, timedelta

from .days import is_working_day

# A request that has waited longer than a week of school stands out.
STANDS_OUT_AFTER_DAYS = 5
# After two, administrators are told; after two without a word from the school, its officer should ring.
ESCALATED_AFTER_DAYS = 10


def working_days_since(day: date, *, today: date, hub_holidays: Collection[date] = ()) -> int:
    """The working days after `day` up to and including `today`; none before `day` is over."""
    days = (today - day).days
    return sum(is_working_day(day + timedelta(days=n), hub_holidays=hub_holidays) for n in range(1, days + 1))


def last_day_over(number: int, *, today: date, hub_holidays: Collection[date] = ()) -> date:
    """The last day on which something can have begun that has waited for more than `number` working days today."""
    day = today
    while number >= 0:
        number -= is_working_day(day, hub_holidays=hub_holidays)
        day -= timedelta(days=1)
    return day


def waiting_words(days: int) -> str:
    """Waiting 7 working days."""
    return f"Waiting {days} working {'day' if days == 1 else 'days'}"
