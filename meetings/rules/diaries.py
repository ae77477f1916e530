"""Whether a meeting fits an officer's day: hours, time off, travel, other meetings, and days without school.

Everything said here is advice. What may never be, an officer in two places at once, is refused by the database.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from .days import LONDON, long_date
from .times import PARTS_OF_DAY, PartOfDay, Slot, slot_at

MONDAY_TO_FRIDAY = range(5)
# The grid on which starts are proposed.
START_STEP = timedelta(minutes=15)
STARTS_PROPOSED = 3
# A longer absence is nearly always a slip in the year.
LONGEST_TIME_OFF_DAYS = 366


@dataclass(frozen=True)
class Hours:
    """When somebody works on a day, on the clock in Europe/London."""

    opens: time
    closes: time

    def __str__(self) -> str:
        return f"{self.opens:%H:%M} to {self.closes:%H:%M}"


# For an officer who has set no hours yet: from before the first lesson until after a staff meeting.
USUAL_HOURS = Hours(time(8, 0), time(18, 0))
USUAL_WEEK: Mapping[int, Hours] = dict.fromkeys(MONDAY_TO_FRIDAY, USUAL_HOURS)
# For an officer who has not said how long the way takes. The model's default is the same.
USUAL_TRAVEL = timedelta(minutes=30)


class ClashKind(StrEnum):
    """What a time runs into, the gravest first."""

    MEETING = "meeting"
    TRAVEL = "travel"
    TIME_OFF = "time_off"
    HOURS = "hours"
    NO_SCHOOL = "no_school"


@dataclass(frozen=True)
class Clash:
    """One thing that speaks against a time, as a sentence for the officer who chooses."""

    kind: ClashKind
    sentence: str


@dataclass(frozen=True)
class Appointment:
    """A meeting that stands already. `place` tells schools apart: between two meetings at one nobody travels."""

    slot: Slot
    school: str
    place: int

    def __str__(self) -> str:
        return f"the meeting at {self.school}, {clock_words(self.slot)}"


@dataclass(frozen=True)
class DiaryDay:
    """All that matters of one officer's day. `hours` is None on a day of the week without work; `no_school` is the
    name of the holiday, empty on a school day."""

    on: date
    hours: Hours | None = USUAL_HOURS
    travel: timedelta = USUAL_TRAVEL
    appointments: Sequence[Appointment] = ()
    times_off: Sequence[Slot] = ()
    no_school: str = ""


def clashes(slot: Slot, day: DiaryDay, *, place: int | None = None) -> list[Clash]:
    """All that speaks against a meeting in this slot at this place, the gravest first; nothing when it fits."""
    found = [
        *(Clash(ClashKind.MEETING, f"Overlaps {one}.") for one in day.appointments if _overlap(slot, one.slot)),
        *_travel_clashes(slot, day, place=place),
        *(_time_off_clash(one, on=day.on) for one in day.times_off if _overlap(slot, one)),
    ]
    if problem := _hours_problem(slot, day):
        found.append(Clash(ClashKind.HOURS, problem))
    if day.no_school:
        found.append(Clash(ClashKind.NO_SCHOOL, f"Not a school day: {day.no_school}."))
    return found


def free_starts_on(day: DiaryDay, *, part: str, place: int | None = None, limit: int = STARTS_PROPOSED) -> list[time]:
    """Starts from which a meeting fits the part of the day and the diary: from the usual start on, then earlier ones.

    Raises:
        KeyError: no such part of the day.
    """
    found: list[time] = []
    for start in _starts(PARTS_OF_DAY[part]):
        if len(found) == limit:
            break
        if not clashes(slot_at(day.on, start), day, place=place):
            found.append(start)
    return found


def time_off_slot(first_on: date, last_on: date, *, starts: time | None, ends: time | None) -> Slot:
    """The stretch from the first day to the last, both included; the times cut the first and the last day short."""
    begins = datetime.combine(first_on, starts or time.min, tzinfo=LONDON)
    if ends:
        return Slot(begins, datetime.combine(last_on, ends, tzinfo=LONDON))
    return Slot(begins, _midnight(last_on + timedelta(days=1)))


def part_off(off: Slot, *, on: date) -> str:
    """Which part of a day a stretch of time off takes: "from 12:00 until 14:00"; empty when it is all of it."""
    begins = f"from {_local(off.starts_at):%H:%M}" if off.starts_at > _midnight(on) else ""
    ends = f"until {_local(off.ends_at):%H:%M}" if off.ends_at < _midnight(on + timedelta(days=1)) else ""
    return " ".join(words for words in (begins, ends) if words)


def time_off_words(off: Slot) -> str:
    """Tuesday 2 March 2027 / Tuesday 2 March 2027, from 12:00 until 14:00 / Monday … to Friday …."""
    first_on = _local(off.starts_at).date()
    last_on = _local(off.ends_at - timedelta(microseconds=1)).date()
    if first_on == last_on:
        return ", ".join(words for words in (long_date(first_on), part_off(off, on=first_on)) if words)
    begins, ends = part_off(off, on=first_on), part_off(off, on=last_on)
    return f"{long_date(first_on)}{f' {begins}' if begins else ''} to {long_date(last_on)}{f' {ends}' if ends else ''}"


def clock_words(slot: Slot) -> str:
    """09:30 to 11:00, on the clock in Europe/London."""
    return f"{_local(slot.starts_at):%H:%M} to {_local(slot.ends_at):%H:%M}"


# --- How ------------------------------------------------------------------------------------------


def _starts(part: PartOfDay) -> Iterator[time]:
    usual = datetime.combine(date.min, part.usual_start)
    later = usual
    while part.has_room_at(later.time()):
        yield later.time()
        later += START_STEP
    earlier = usual - START_STEP
    while part.has_room_at(earlier.time()):
        yield earlier.time()
        earlier -= START_STEP


def _travel_clashes(slot: Slot, day: DiaryDay, *, place: int | None) -> Iterator[Clash]:
    allowed = _minutes(day.travel)
    for other in day.appointments:
        if other.place == place or _overlap(slot, other.slot):
            continue
        is_after = other.slot.ends_at <= slot.starts_at
        between = _between(other.slot, slot) if is_after else _between(slot, other.slot)
        if between < day.travel:
            gap = f"Only {_minutes(between)} minutes" if between else "No time to travel"
            yield Clash(
                ClashKind.TRAVEL,
                f"{gap} {'after' if is_after else 'before'} {other}; the diary allows {allowed} for travel.",
            )


def _time_off_clash(off: Slot, *, on: date) -> Clash:
    return Clash(ClashKind.TIME_OFF, f"Time off {part_off(off, on=on) or 'that day'}.")


def _hours_problem(slot: Slot, day: DiaryDay) -> str | None:
    weekday = f"{day.on:%A}s"
    if day.hours is None:
        return f"Not a working day: no hours on {weekday}."
    opens = datetime.combine(day.on, day.hours.opens, tzinfo=LONDON)
    closes = datetime.combine(day.on, day.hours.closes, tzinfo=LONDON)
    if opens <= slot.starts_at and slot.ends_at <= closes:
        return None
    return f"Outside working hours, on {weekday} {day.hours}."


def _overlap(one: Slot, other: Slot) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def _between(first: Slot, second: Slot) -> timedelta:
    # In UTC: two times of one zone are subtracted by the clock on the wall, which may have been changed in between.
    return second.starts_at.astimezone(UTC) - first.ends_at.astimezone(UTC)


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time.min, tzinfo=LONDON)


def _local(at: datetime) -> datetime:
    return at.astimezone(LONDON)
