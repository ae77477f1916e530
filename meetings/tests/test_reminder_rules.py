"""When a school is reminded: each boundary, the days before and after it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.rules import data_form_reminder_on, is_working_day, meeting_reminder_on

LONG_AGO = date(2026, 1, 5)
HALF_TERM = frozenset(date(2027, 2, 15) + timedelta(days=number) for number in range(5))


@pytest.mark.parametrize(
    "held_on, expected",
    [
        # Wednesday to Wednesday.
        (date(2027, 3, 10), date(2027, 3, 3)),
        # Seven days before is a bank holiday (Easter Monday, Good Friday): the working day before it.
        (date(2027, 4, 5), date(2027, 3, 25)),
        (date(2027, 4, 2), date(2027, 3, 25)),
        (date(2027, 4, 6), date(2027, 3, 30)),
        # Across the change to summer time (28 March 2027).
        (date(2027, 4, 1), date(2027, 3, 25)),
        # In or just after the hub's half-term: before it begins.
        (date(2027, 2, 22), date(2027, 2, 12)),
        (date(2027, 2, 26), date(2027, 2, 12)),
        (date(2027, 3, 1), date(2027, 2, 22)),
        # Across the turn of the year.
        (date(2027, 1, 8), date(2026, 12, 31)),
    ],
)
def test_data_form_reminder_is_seven_days_before_or_the_working_day_before_that(held_on, expected):
    assert data_form_reminder_on(held_on=held_on, asked_on=LONG_AGO, hub_holidays=HALF_TERM) == expected


@pytest.mark.parametrize(
    "asked_on, expected",
    [
        # The meeting is on Wednesday 10 March.
        (date(2027, 3, 1), date(2027, 3, 3)),
        (date(2027, 3, 2), date(2027, 3, 4)),
        (date(2027, 3, 3), date(2027, 3, 5)),
        # Two days after Thursday is a Saturday.
        (date(2027, 3, 4), date(2027, 3, 8)),
        (date(2027, 3, 7), date(2027, 3, 9)),
        # Two days later is the meeting.
        (date(2027, 3, 8), None),
        (date(2027, 3, 9), None),
        (date(2027, 3, 10), None),
    ],
)
def test_data_form_reminder_leaves_two_days_after_the_booking(asked_on, expected):
    assert data_form_reminder_on(held_on=date(2027, 3, 10), asked_on=asked_on) == expected


@pytest.mark.parametrize(
    "held_on, expected",
    [
        (date(2027, 3, 10), date(2027, 3, 8)),
        (date(2027, 3, 11), date(2027, 3, 9)),
        # Across a weekend.
        (date(2027, 3, 8), date(2027, 3, 4)),
        (date(2027, 3, 9), date(2027, 3, 5)),
        # Across Easter.
        (date(2027, 3, 30), date(2027, 3, 24)),
        (date(2027, 3, 31), date(2027, 3, 25)),
        # Across half-term.
        (date(2027, 2, 22), date(2027, 2, 11)),
        (date(2027, 2, 23), date(2027, 2, 12)),
        (date(2027, 2, 24), date(2027, 2, 22)),
        # A meeting within the holiday, agreed on all the same.
        (date(2027, 2, 17), date(2027, 2, 11)),
    ],
)
def test_meeting_reminder_is_two_working_days_before(held_on, expected):
    assert meeting_reminder_on(held_on=held_on, asked_on=LONG_AGO, hub_holidays=HALF_TERM) == expected


@pytest.mark.parametrize(
    "asked_on, expected",
    [(date(2027, 3, 7), date(2027, 3, 8)), (date(2027, 3, 8), None), (date(2027, 3, 9), None)],
)
def test_meeting_reminder_is_left_out_where_the_booking_came_as_late(asked_on, expected):
    assert meeting_reminder_on(held_on=date(2027, 3, 10), asked_on=asked_on) == expected


@given(st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.integers(0, 60), st.sets(st.integers(-40, 40)))
def test_reminders_go_on_working_days_after_the_booking_and_before_the_meeting(held_on, days, closed):
    asked_on = held_on - timedelta(days=days)
    hub_holidays = {held_on + timedelta(days=number) for number in closed}
    for rule in (data_form_reminder_on, meeting_reminder_on):
        day = rule(held_on=held_on, asked_on=asked_on, hub_holidays=hub_holidays)
        assert day is None or (asked_on < day < held_on and is_working_day(day, hub_holidays=hub_holidays))
