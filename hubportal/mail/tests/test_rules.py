from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubportal.mail.rules import (
    BACKOFF_MINUTES,
    earliest_day,
    first_day_with_room,
    is_going_time,
    is_permanent,
    moment_on,
    next_attempt,
)


@pytest.mark.parametrize(
    ("attempts", "minutes"),
    [(1, 1), (2, 5), (3, 15), (4, 60), (5, 180), (6, 720)],
)
def test_next_attempt_waits_longer_each_time(attempts: int, minutes: int):
    assert next_attempt(attempts=attempts) == timedelta(minutes=minutes)


def test_next_attempt_after_the_last_gives_up():
    assert next_attempt(attempts=len(BACKOFF_MINUTES) + 1) is None


def test_next_attempt_before_the_first_is_an_error():
    with pytest.raises(ValueError, match="not tried"):
        next_attempt(attempts=0)


@pytest.mark.parametrize(
    ("code", "permanent"), [(421, False), (499, False), (500, True), (550, True), (599, True), (600, False)]
)
def test_is_permanent_only_for_5xx(code: int, permanent: bool):
    assert is_permanent(code) is permanent


LIMIT = 3
MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    "moment, goes",
    [
        ("2026-11-23T08:59:59+00:00", False),
        ("2026-11-23T09:00:00+00:00", True),
        ("2026-11-23T17:59:59+00:00", True),
        ("2026-11-23T18:00:00+00:00", False),
        # In summer London is an hour ahead.
        ("2026-07-01T08:00:00+00:00", True),
        ("2026-07-01T17:00:00+00:00", False),
    ],
)
def test_mail_goes_from_nine_until_six_in_london(moment, goes):
    assert is_going_time(datetime.fromisoformat(moment)) is goes


@pytest.mark.parametrize(
    "moment, day",
    [
        ("2026-11-23T00:00:00+00:00", date(2026, 11, 23)),
        ("2026-11-23T17:59:59+00:00", date(2026, 11, 23)),
        ("2026-11-23T18:00:00+00:00", date(2026, 11, 24)),
        # Half past midnight in London.
        ("2026-06-30T23:30:00+00:00", date(2026, 7, 1)),
    ],
)
def test_earliest_day_is_today_until_six(moment, day):
    assert earliest_day(datetime.fromisoformat(moment)) == day


@pytest.mark.parametrize(
    "wanted, moment",
    [
        ("2026-11-23T08:00:00+00:00", "2026-11-23T09:00:00+00:00"),
        ("2026-11-23T11:15:00+00:00", "2026-11-23T11:15:00+00:00"),
        ("2026-11-20T11:15:00+00:00", "2026-11-23T09:00:00+00:00"),
    ],
)
def test_moment_on_a_day_is_nine_or_the_later_one_that_is_wanted(wanted, moment):
    assert moment_on(MONDAY, wanted=datetime.fromisoformat(wanted)) == datetime.fromisoformat(moment)


def weekday(day: date) -> date:
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


@pytest.mark.parametrize(
    "planned, counted_on, day",
    [
        ({}, None, MONDAY),
        ({MONDAY: LIMIT - 1}, None, MONDAY),
        ({MONDAY: LIMIT}, None, date(2026, 11, 24)),
        ({MONDAY: LIMIT + 1}, None, date(2026, 11, 24)),
        # The mail is one of those that count already.
        ({MONDAY: LIMIT}, MONDAY, MONDAY),
        ({MONDAY: LIMIT}, date(2026, 11, 20), date(2026, 11, 24)),
        # Friday is the last day with room before the next Monday.
        ({MONDAY + timedelta(days=n): LIMIT for n in range(5)}, None, date(2026, 11, 30)),
    ],
)
def test_first_day_with_room_has_fewer_than_the_limit(planned, counted_on, day):
    found = first_day_with_room(MONDAY, first_open=weekday, numbers=planned, limit=LIMIT, counted_on=counted_on)

    assert found == day


def test_first_day_with_room_and_no_limit_above_nothing_is_always_tomorrow():
    assert first_day_with_room(MONDAY, first_open=weekday, numbers={}, limit=0) == date(2026, 11, 24)


NEAR = st.dates(date(2026, 12, 14), date(2027, 1, 15))


@given(wanted=st.lists(NEAR, max_size=40), closed=st.sets(NEAR), limit=st.integers(1, 4))
def test_planning_is_never_over_the_limit_never_on_a_closed_day_and_keeps_the_order(wanted, closed, limit):
    def first_open(day: date) -> date:
        while day in closed or day.weekday() > 4:
            day += timedelta(days=1)
        return day

    numbers: Counter[date] = Counter()
    planned = []
    for day in sorted(wanted):
        found = first_day_with_room(day, first_open=first_open, numbers=numbers, limit=limit)
        numbers[found] += 1
        planned.append(found)

    assert max(numbers.values(), default=0) <= limit
    assert [day for day in planned if day in closed or day.weekday() > 4] == []
    assert planned == sorted(planned)
    # Nobody waits past a day that had room.
    for day, found in zip(sorted(wanted), planned, strict=True):
        between = (day + timedelta(days=n) for n in range((found - day).days))
        assert all(numbers[one] == limit for one in between if first_open(one) == one)
