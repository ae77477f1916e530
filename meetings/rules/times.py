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
        # Its start is the offer's own; see `start_of_offer`.
        PartOfDay("at_time", "a certain time", time(8, 0), time(18, 30), time(9, 30)),
    )
}
AT_TIME, ANY_TIME = "at_time", "any"


@dataclass(frozen=True)
class Offer:
    """A day when a school could meet, and the part of it or, with `AT_TIME`, the time when the meeting would begin."""

    on: date
    part: str
    start: time | None = None

    @property
    def order(self) -> tuple[date, time, str]:
        """The earliest first; a part of the day counts from when it opens."""
        return self.on, self.start or PARTS_OF_DAY[self.part].opens, self.part


@dataclass(frozen=True)
class ReadTime:
    """What a school's answers about one day mean, or why they mean nothing and which answer to mend."""

    part: str
    start: time | None = None
    problem: str = ""
    is_about_start: bool = True


def read_time(part_key: str, start: time | None) -> ReadTime:
    """A part of the day and a time, as a school filled them in side by side.

    A time says more than a part of the day: where the two agree, or the part is left at "any", the time counts.

    Raises:
        KeyError: no such part of the day.
    """
    part = PARTS_OF_DAY[part_key]
    if start is None:
        missing = "Give the time when the meeting would begin, such as 15:45, or choose a part of the day."
        return ReadTime(part_key, problem=missing if part_key == AT_TIME else "")
    if problem := offered_start_problem(start):
        return ReadTime(part_key, problem=problem)
    if not part.has_room_at(start):
        return ReadTime(
            part_key,
            problem=f"A meeting at {start:%H:%M} does not fit {part.words}. Choose “At a certain time” to meet at "
            f"{start:%H:%M}, or empty the time.",
            is_about_start=False,
        )
    return ReadTime(AT_TIME, start)


def offered_start_problem(start: time) -> str | None:
    """Why no meeting can begin at this time, as a sentence that says how to mend it; None when one can."""
    day = PARTS_OF_DAY[AT_TIME]
    if day.has_room_at(start):
        return None
    return (
        f"{start:%H:%M} is outside our day. Give a time from {day.opens:%H:%M} to {day.latest_start:%H:%M}, "
        f"so that the 90 minutes end by {day.closes:%H:%M}."
    )


def start_of_offer(part_key: str, offered_start: time | None = None) -> time:
    """When a meeting at an offered time begins unless the officer says otherwise.

    Raises:
        KeyError: no such part of the day.
    """
    return offered_start or PARTS_OF_DAY[part_key].usual_start


def start_problem(part_key: str, start: time, *, offered_start: time | None = None) -> str | None:
    """Why a meeting at this time does not fit what the school offered; None when it does.

    `offered_start` is the time the school named, if it did: then no other will do.

    Raises:
        KeyError: no such part of the day.
    """
    if offered_start:
        if start == offered_start:
            return None
        return (
            f"The school offered {offered_start:%H:%M}: leave the start empty or at {offered_start:%H:%M}, or choose "
            "“Another date and time”."
        )
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
