"""When a mail goes, when it is tried again, and when it is given up. Pure functions.

Times of day are those of the clock in Europe/London.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
# Mail with a pace goes while a school's office reads it.
MAIL_GOES_FROM = time(9, 0)
MAIL_GOES_UNTIL = time(18, 0)

# After the first temporary failure one minute, then longer; after the last the mail goes to the staff's list.
BACKOFF_MINUTES = (1, 5, 15, 60, 180, 720)
# A worker that holds a mail for longer than this is taken for dead.
STUCK_AFTER = timedelta(minutes=15)


def next_attempt(*, attempts: int) -> timedelta | None:
    """How long to wait after so many failed attempts (1 or more), or None when it is time to give up.

    Raises:
        ValueError: fewer than one attempt.
    """
    if attempts < 1:
        raise ValueError("A mail that was not tried has nothing to wait for.")
    if attempts > len(BACKOFF_MINUTES):
        return None
    return timedelta(minutes=BACKOFF_MINUTES[attempts - 1])


def is_permanent(smtp_code: int) -> bool:
    """True for SMTP reply codes 5xx, which say that trying again will not help (RFC 5321, 4.2.1)."""
    return 500 <= smtp_code <= 599


def day_of(moment: datetime) -> date:
    """The day in London."""
    return moment.astimezone(LONDON).date()


def is_going_time(moment: datetime) -> bool:
    """True from 09:00 up to, not including, 18:00: when mail with a pace goes, on a day that is right for it."""
    return MAIL_GOES_FROM <= moment.astimezone(LONDON).time() < MAIL_GOES_UNTIL


def earliest_day(moment: datetime) -> date:
    """The first day whose hours for mail have not ended by then."""
    has_ended = moment.astimezone(LONDON).time() >= MAIL_GOES_UNTIL
    return day_of(moment) + timedelta(days=1 if has_ended else 0)


def moment_on(day: date, *, wanted: datetime) -> datetime:
    """09:00 on that day, or the moment that was wanted where it is later."""
    return max(datetime.combine(day, MAIL_GOES_FROM, tzinfo=LONDON), wanted)


def first_day_with_room(
    day: date,
    *,
    first_open: Callable[[date], date],
    numbers: Mapping[date, int],
    limit: int,
    counted_on: date | None = None,
) -> date:
    """The first day on or after `day` that is right for a mail and on which fewer than `limit` go already.

    `first_open` gives the first right day on or after a day, `numbers` how many go on each. On the day `counted_on` the
    mail has its number already. With a limit below 1 nothing goes: the mail waits from day to day.
    """
    if limit < 1:
        return first_open(day + timedelta(days=1))
    day = first_open(day)
    while day != counted_on and numbers.get(day, 0) >= limit:
        day = first_open(day + timedelta(days=1))
    return day
