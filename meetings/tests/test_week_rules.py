"""Weeks, months, school years and marks."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.rules.weeks import (
    EARLIEST_DAY,
    LATEST_DAY,
    is_in_reach,
    marks_of,
    monday_after_weekend,
    month_after,
    month_before,
    month_of,
    school_year_days,
    school_year_name,
    school_year_of,
    week_of,
)


@pytest.mark.parametrize(
    "day, opens",
    [
        (date(2026, 11, 20), date(2026, 11, 20)),
        (date(2026, 11, 21), date(2026, 11, 23)),
        (date(2026, 11, 22), date(2026, 11, 23)),
        (date(2026, 11, 23), date(2026, 11, 23)),
    ],
)
def test_weekend_looks_ahead_to_monday(day, opens):
    assert monday_after_weekend(day) == opens


@pytest.mark.parametrize("day", [date(2026, 11, 23), date(2026, 11, 26), date(2026, 11, 29)])
def test_week_goes_from_monday_to_sunday(day):
    week = week_of(day)

    assert (week[0], week[-1], len(week)) == (date(2026, 11, 23), date(2026, 11, 29), 7)


@pytest.mark.parametrize(
    "day, first, last, weeks",
    [
        (date(2026, 11, 30), date(2026, 10, 26), date(2026, 12, 6), 6),
        (date(2027, 2, 1), date(2027, 2, 1), date(2027, 2, 28), 4),
        (date(2026, 12, 31), date(2026, 11, 30), date(2027, 1, 3), 5),
    ],
)
def test_month_is_made_of_whole_weeks(day, first, last, weeks):
    month = month_of(day)

    assert (month[0][0], month[-1][-1], len(month)) == (first, last, weeks)


@given(st.dates(EARLIEST_DAY, LATEST_DAY))
def test_month_holds_each_of_its_days_once(day):
    days = [one for week in month_of(day) for one in week]

    assert sorted(set(days)) == days
    first = day.replace(day=1)
    assert [one for one in days if one.month == day.month] == [
        first + timedelta(days=number) for number in range((month_after(day) - first).days)
    ]


@pytest.mark.parametrize(
    "day, before, after",
    [
        (date(2027, 1, 31), date(2026, 12, 1), date(2027, 2, 1)),
        (date(2026, 12, 1), date(2026, 11, 1), date(2027, 1, 1)),
        (date(2028, 2, 29), date(2028, 1, 1), date(2028, 3, 1)),
    ],
)
def test_months_follow_each_other(day, before, after):
    assert (month_before(day), month_after(day)) == (before, after)


@pytest.mark.parametrize(
    "day, reaches",
    [
        (date(1999, 12, 31), False),
        (date(2000, 1, 1), True),
        (date(2099, 12, 31), True),
        (date(2100, 1, 1), False),
    ],
)
def test_calendar_reaches_a_century(day, reaches):
    assert is_in_reach(day) is reaches


@pytest.mark.parametrize("day, year", [(date(2026, 8, 31), 2025), (date(2026, 9, 1), 2026), (date(2027, 1, 1), 2026)])
def test_school_year_begins_in_september(day, year):
    assert school_year_of(day) == year


@pytest.mark.parametrize(
    "year, name, last_on", [(2026, "2026/27", date(2027, 8, 31)), (2099, "2099/00", date(2100, 8, 31))]
)
def test_school_year_has_a_name_and_its_days(year, name, last_on):
    assert (school_year_name(year), school_year_days(year)) == (name, (date(year, 9, 1), last_on))


@pytest.mark.parametrize(
    "names, marks",
    [
        ({1: "Olga Officer"}, {1: "OO"}),
        ({1: "Ana Maria de Souza"}, {1: "AS"}),
        ({1: "Cher"}, {1: "C"}),
        ({1: " "}, {1: "?"}),
        ({2: "Otto Ohm", 1: "Olga Officer", 3: "Tom Bexley"}, {1: "OO", 2: "OO2", 3: "TB"}),
        ({2: "Olga Officer", 1: "Olga Officer"}, {1: "OO", 2: "OO2"}),
    ],
)
def test_marks_tell_people_apart(names, marks):
    assert marks_of(names) == marks
