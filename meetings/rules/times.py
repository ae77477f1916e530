"""The days and times a school offers, and the stretch of time a meeting takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from .days import LONDON, SATURDAY, add_months, bank_holidays, long_date

# The scheme's promise to schools: 90 minutes, at the school.
MEETING_LENGTH = timedelta(minutes=90)
# A school plans a year ahead at most; a later date is nearly always a slip in the year.
MONTHS_AHEAD = 12


def offered_day_problem(day: date, *, today: date) -> str | None:
    """Why a school cannot offer this day, as a sentence that says how to mend it; None when it can."""
    last = add_months(today, MONTHS_AHEAD)
    if day < today:
        return f"{long_date(day)} has passed. Choose a day from today on."
    if day > last:
        return f"{long_date(day)} is more than 12 months away. Choose a day up to {long_date(last)}."
    if day.weekday() >= SATURDAY:
        return f"{long_date(day)} is at the weekend. Choose a day from Monday to Friday."
    if name := bank_holidays(day.year).get(day):
        return f"{long_date(day)} is a bank holiday ({name}). Choose another day."
    return None


@dataclass(frozen=True)
class PartOfDay:
    """A part of the school day: a meeting that fits it begins and ends within these times."""

    key: str
    words: str
    opens: time
    closes: time
    usual_start: time

    @property
    def latest_start(self) -> time:
        """The last start from which the whole meeting still fits."""
        return (datetime.combine(date.min, self.closes) - MEETING_LENGTH).time()

    def has_room_at(self, start: time) -> bool:
        return self.opens <= start <= self.latest_start


# The keys are the values of `meetings.models.DayPart`.
PARTS_OF_DAY: Mapping[str, PartOfDay] = {
    part.key: part
    for part in (
        PartOfDay("morning", "the morning", time(8, 0), time(12, 30), time(9, 30)),
        PartOfDay("afternoon", "the afternoon", time(12, 0), time(16, 0), time(13, 30)),
        PartOfDay("after_school", "after school", time(15, 0), time(18, 30), time(15, 45)),
        PartOfDay("any", "any time that day", time(8, 0), time(18, 30), time(9, 30)),
    )
}


def start_problem(part_key: str, start: time) -> str | None:
    """Why a meeting at this time does not fit the part of the day the school offered; None when it does.

    Raises:
        KeyError: no such part of the day.
    """
    part = PARTS_OF_DAY[part_key]
    if part.has_room_at(start):
        return None
    return (
        f"The school offered {part.words}: give a start from {part.opens:%H:%M} to "
        f"{part.latest_start:%H:%M}, or choose “Another date and time”."
    )


@dataclass(frozen=True)
class Slot:
    """A stretch of time from its first minute up to, not including, its last."""

    starts_at: datetime
    ends_at: datetime


def slot_at(on: date, start: time, *, length: timedelta = MEETING_LENGTH) -> Slot:
    """The meeting that begins on this day at this time in Europe/London.

    Its length is real time, also when the clocks change.
    """
    starts_at = datetime.combine(on, start, tzinfo=LONDON)
    ends_at = (starts_at.astimezone(UTC) + length).astimezone(LONDON)
    return Slot(starts_at, ends_at)
