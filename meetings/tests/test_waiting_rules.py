from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.rules import last_day_over, waiting_words, working_days_since

FRIDAY = date(2026, 11, 20)
HALF_TERM = frozenset(date(2026, 10, 26) + timedelta(days=number) for number in range(5))


@pytest.mark.parametrize(
    "since, today, days",
    [
        (FRIDAY, FRIDAY, 0),
        (FRIDAY, date(2026, 11, 22), 0),
        (FRIDAY, date(2026, 11, 23), 1),
        (date(2026, 11, 22), date(2026, 11, 23), 1),
        (FRIDAY, date(2026, 11, 27), 5),
        (FRIDAY, date(2026, 11, 30), 6),
        # Christmas Day, and Boxing Day's substitute on Monday.
        (date(2026, 12, 24), date(2026, 12, 29), 1),
        (date(2026, 10, 23), date(2026, 11, 2), 1),
        (FRIDAY, date(2026, 11, 19), 0),
    ],
)
def test_waiting_is_counted_in_working_days(since, today, days):
    assert working_days_since(since, today=today, hub_holidays=HALF_TERM) == days


@given(
    today=st.dates(date(2026, 1, 1), date(2028, 1, 1)),
    number=st.integers(0, 15),
    offset=st.integers(-3, 3),
)
def test_last_day_over_is_the_last_that_has_waited_for_longer(today, number, offset):
    last = last_day_over(number, today=today, hub_holidays=HALF_TERM)

    day = last + timedelta(days=offset)
    assert (working_days_since(day, today=today, hub_holidays=HALF_TERM) > number) == (day <= last)


@pytest.mark.parametrize("days, words", [(1, "Waiting 1 working day"), (7, "Waiting 7 working days")])
def test_waiting_is_said_in_words(days, words):
    assert waiting_words(days) == words
