"""Weeks and months as a calendar on a wall shows them, school years, and short marks for people."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

MONDAY_TO_FRIDAY = 5
# Nobody looks further; a year such as 0001 or 9999 has no week before or after it.
EARLIEST_DAY, LATEST_DAY = date(2000, 1, 1), date(2099, 12, 31)
SCHOOL_YEAR_BEGINS = 9


def monday_after_weekend(day: date) -> date:
    """The day itself, on a Saturday or Sunday the Monday after it: at the weekend people look ahead."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= MONDAY_TO_FRIDAY else day


def week_of(day: date) -> list[date]:
    """The seven days of the week of this day, Monday first."""
    monday = day - timedelta(days=day.weekday())
    return [monday + timedelta(days=number) for number in range(7)]


def month_of(day: date) -> list[list[date]]:
    """The weeks that hold the month of this day, whole, so also the days before its first and after its last."""
    first = day.replace(day=1)
    weeks, monday = [], first - timedelta(days=first.weekday())
    while monday < month_after(day):
        weeks.append(week_of(monday))
        monday += timedelta(days=7)
    return weeks


def month_before(day: date) -> date:
    """The first day of the month before."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def month_after(day: date) -> date:
    """The first day of the month after."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def is_in_reach(day: date) -> bool:
    """Whether the calendar can be turned to this day."""
    return EARLIEST_DAY <= day <= LATEST_DAY


def school_year_of(day: date) -> int:
    """The year in which the school year of this day began, on 1 September."""
    return day.year if day.month >= SCHOOL_YEAR_BEGINS else day.year - 1


def school_year_days(year: int) -> tuple[date, date]:
    """The first and the last day of the school year that begins in this year."""
    return date(year, SCHOOL_YEAR_BEGINS, 1), date(year + 1, SCHOOL_YEAR_BEGINS, 1) - timedelta(days=1)


def school_year_name(year: int) -> str:
    """2026/27."""
    return f"{year}/{(year + 1) % 100:02}"


def marks_of(names: Mapping[int, str]) -> dict[int, str]:
    """One or two letters for each person, with a number where two would have the same."""
    marks: dict[int, str] = {}
    taken: dict[str, int] = {}
    for person, name in sorted(names.items(), key=lambda item: (item[1], item[0])):
        mark = _initials(name.split())
        taken[mark] = taken.get(mark, 0) + 1
        marks[person] = mark if taken[mark] == 1 else f"{mark}{taken[mark]}"
    return marks


def _initials(words: Sequence[str]) -> str:
    first_and_last = [*words[:1], *words[1:][-1:]]
    return "".join(word[0].upper() for word in first_and_last) or "?"
