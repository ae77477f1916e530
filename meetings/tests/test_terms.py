"""When the next term begins: after the hub's own holidays, and by custom where it has entered none."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meetings.queries import hub_holidays_between, next_term_of
from meetings.rules import customary_terms, is_working_day, next_term_begins
from meetings.tests.factories import HubHolidayFactory
from schools.tests.factories import AreaFactory, SchoolFactory

TODAY = date(2026, 11, 22)
CHRISTMAS = (date(2026, 12, 21), date(2027, 1, 1))


@pytest.mark.parametrize(
    "year, expected",
    [
        # 4 January is a Saturday; Easter is on 20 April.
        (2025, (date(2025, 1, 6), date(2025, 4, 28), date(2025, 9, 1))),
        # Easter is on 31 March: the fortnight begins with it. 1 September is a Sunday.
        (2024, (date(2024, 1, 4), date(2024, 4, 15), date(2024, 9, 2))),
        # Easter is on 16 April, the fortnight ends before 24 April.
        (2028, (date(2028, 1, 4), date(2028, 4, 24), date(2028, 9, 1))),
    ],
)
def test_customary_terms_follow_january_easter_and_september(year, expected):
    assert customary_terms(year) == expected


@pytest.mark.parametrize(
    "today, breaks, expected",
    [
        (date(2026, 11, 22), [], date(2027, 1, 4)),
        # A term that begins today has begun.
        (date(2027, 1, 3), [], date(2027, 1, 4)),
        (date(2027, 1, 4), [], date(2027, 4, 12)),
        (date(2026, 11, 22), [CHRISTMAS], date(2027, 1, 4)),
        # The hub's own dates win over custom on both sides of it.
        (date(2026, 11, 22), [(date(2026, 12, 19), date(2027, 1, 5))], date(2027, 1, 6)),
        (date(2026, 11, 22), [(date(2026, 12, 14), date(2026, 12, 31))], date(2027, 1, 4)),
        (date(2027, 1, 1), [(date(2026, 12, 19), date(2027, 1, 5))], date(2027, 1, 6)),
        # It began yesterday by the hub's dates, so custom's later day is not the next one.
        (date(2024, 1, 3), [(date(2023, 12, 20), date(2024, 1, 1))], date(2024, 4, 15)),
        # Only the summer is entered: Christmas and Easter come first, by custom.
        (date(2026, 11, 22), [(date(2027, 7, 26), date(2027, 8, 31))], date(2027, 1, 4)),
        (date(2027, 7, 1), [(date(2027, 7, 26), date(2027, 8, 30))], date(2027, 8, 31)),
    ],
)
def test_next_term_begins_after_the_hubs_break_or_by_custom(today, breaks, expected):
    assert next_term_begins(today=today, breaks=breaks) == expected


def test_next_term_begins_on_a_day_with_school():
    training = date(2027, 1, 4)

    assert next_term_begins(today=TODAY, breaks=[CHRISTMAS], closed=[training]) == date(2027, 1, 5)


@given(st.dates(date(2024, 1, 1), date(2040, 1, 1)))
def test_next_term_begins_within_half_a_year_on_a_working_day(today):
    begins = next_term_begins(today=today, breaks=[])

    assert today < begins <= today + timedelta(days=160)
    assert is_working_day(begins)


@pytest.mark.django_db
def test_hub_holidays_of_an_area_are_its_own_and_those_of_everywhere():
    area, other = AreaFactory.create_batch(2)
    HubHolidayFactory(first_on=date(2026, 12, 1), last_on=date(2026, 12, 1))
    HubHolidayFactory(first_on=date(2026, 12, 2), last_on=date(2026, 12, 2), area=area)
    HubHolidayFactory(first_on=date(2026, 12, 3), last_on=date(2026, 12, 3), area=other)
    month = date(2026, 12, 1), date(2026, 12, 31)

    assert hub_holidays_between(*month) == {date(2026, 12, 1)}
    assert hub_holidays_between(*month, area=area) == {date(2026, 12, 1), date(2026, 12, 2)}


@pytest.mark.django_db
def test_next_term_of_a_school_follows_its_own_area():
    school = SchoolFactory()
    HubHolidayFactory(first_on=date(2026, 12, 21), last_on=date(2027, 1, 1), ends_term=True)
    HubHolidayFactory(first_on=date(2026, 12, 21), last_on=date(2027, 1, 6), ends_term=True, area=school.area)
    elsewhere = SchoolFactory(area=AreaFactory())

    assert next_term_of(school=school, today=TODAY) == date(2027, 1, 7)
    assert next_term_of(school=elsewhere, today=TODAY) == date(2027, 1, 4)


@pytest.mark.django_db
def test_next_term_of_a_school_is_not_after_half_term():
    HubHolidayFactory(first_on=date(2026, 11, 23), last_on=date(2026, 11, 27), ends_term=False)

    assert next_term_of(school=SchoolFactory(area=None), today=TODAY) == date(2027, 1, 4)


@pytest.mark.django_db
@pytest.mark.parametrize("holidays", [1, 3])
def test_next_term_of_a_school_asks_once(holidays, django_assert_num_queries):
    school = SchoolFactory()
    for number in range(holidays):
        HubHolidayFactory(first_on=date(2026, 12, 21 + number), last_on=date(2027, 1, 1), ends_term=True)

    with django_assert_num_queries(1):
        assert next_term_of(school=school, today=TODAY) == date(2027, 1, 4)
