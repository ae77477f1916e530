"""When a school is reminded: of the data form a week before its meeting, of the meeting two working days before.

Days are those of Europe/London. `hub_holidays` are single days on which the hub, or the school's area, is closed.
"""

from collections.abc import Collection
from datetime import date, timedelta

from .days import first_working_day, is_working_day

DATA_FORM_DAYS_BEFORE = 7
# Whoever was asked for the data form by the mail about the meeting is left alone for so long.
QUIET_DAYS = 2
MEETING_WORKING_DAYS_BEFORE = 2


def data_form_reminder_on(*, held_on: date, asked_on: date, hub_holidays: Collection[date] = ()) -> date | None:
    """The day on which a school that has not sent its data form is reminded of it; None where it is not.

    That is seven days before the meeting or, where nobody reads mail then, the last working day before that. The mail
    about the booking (`asked_on`) has just asked whoever booked at short notice: they are reminded two days after it
    or on the next working day, if that is still before the meeting.
    """
    day = _last_working_day(held_on - timedelta(days=DATA_FORM_DAYS_BEFORE), hub_holidays=hub_holidays)
    earliest = asked_on + timedelta(days=QUIET_DAYS)
    if day < earliest:
        day = first_working_day(earliest, hub_holidays=hub_holidays)
    return day if day < held_on else None


def meeting_reminder_on(*, held_on: date, asked_on: date, hub_holidays: Collection[date] = ()) -> date | None:
    """The day on which those who come are reminded of the meeting: two working days before it.

    None where they heard of its time on that day or later (`asked_on`): that mail reminds them well enough.
    """
    day = held_on
    for _ in range(MEETING_WORKING_DAYS_BEFORE):
        day = _last_working_day(day - timedelta(days=1), hub_holidays=hub_holidays)
    return day if asked_on < day else None


def _last_working_day(day: date, *, hub_holidays: Collection[date]) -> date:
    """The last working day on or before `day`."""
    while not is_working_day(day, hub_holidays=hub_holidays):
        day -= timedelta(days=1)
    return day
