"""Each constraint of the diaries' tables is broken once."""

from datetime import UTC, datetime, time

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from meetings.models import CalendarFeed
from meetings.tests.factories import OfficerDiaryFactory, TimeOffFactory, WorkingHoursFactory
from meetings.tests.test_models import refused
from schools.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "fields, constraint",
    [
        ({"weekday": 5}, "meetings_workinghours_weekday_known"),
        ({"opens": time(9), "closes": time(9)}, "meetings_workinghours_times_in_order"),
    ],
)
def test_hours_that_break_a_rule_are_refused_by_the_database(fields, constraint):
    assert refused(lambda: WorkingHoursFactory(**fields)) == constraint


def test_hours_twice_on_a_weekday_are_refused_by_the_database():
    there = WorkingHoursFactory()

    assert refused(lambda: WorkingHoursFactory(officer=there.officer)) == "meetings_workinghours_once_a_day"


@pytest.mark.parametrize(
    "period", [DateTimeTZRange(NOW, None), DateTimeTZRange(None, NOW), DateTimeTZRange(NOW, NOW)], ids=str
)
def test_time_off_without_beginning_or_end_is_refused_by_the_database(period):
    assert refused(lambda: TimeOffFactory(period=period)) == "meetings_timeoff_period_bounded"


def test_travel_of_more_than_three_hours_is_refused_by_the_database():
    assert OfficerDiaryFactory(travel_minutes=180).pk
    assert refused(lambda: OfficerDiaryFactory(travel_minutes=181)) == "meetings_officerdiary_travel_not_too_long"


def test_second_subscription_in_use_is_refused_by_the_database():
    officer = UserFactory()
    CalendarFeed.objects.create(officer=officer, token_hash="a" * 64, revoked_at=NOW)
    CalendarFeed.objects.create(officer=officer, token_hash="b" * 64)

    assert refused(lambda: CalendarFeed.objects.create(officer=officer, token_hash="c" * 64)) == (
        "meetings_calendarfeed_one_in_use"
    )
