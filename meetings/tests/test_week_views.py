"""The team's week and month."""

from datetime import date, datetime, timedelta

import pytest

from meetings.rules import LONDON
from meetings.tests.factories import (
    HubHolidayFactory,
    MeetingFactory,
    TimeOffFactory,
    administrator,
    viewer,
)
from schools.tests.factories import AreaFactory, ContactFactory, SchoolFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]

WEEK, MONTH = "/meetings/week/", "/meetings/month/"
# Tuesday of the week that begins on 23 November 2026.
TUESDAY = datetime(2026, 11, 24, 9, 30, tzinfo=LONDON)
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=LONDON)
DAY = {"day": "2026-11-25"}


def days_of(response) -> list:
    context = response.context
    return context["days"] if "days" in context else [cell["day"] for week in context["weeks"] for cell in week]


def schools(response) -> list[str]:
    return [card.meeting.school.name for day in days_of(response) for card in day.cards]


@pytest.fixture(params=[WEEK, MONTH])
def page(request) -> str:
    return request.param


def test_calendar_is_for_those_who_work_with_schools(sign_in, page):
    people = {"anonymous": None, "viewer": viewer(), "officer": UserFactory(), "administrator": administrator()}

    statuses = {name: sign_in(person).get(page).status_code for name, person in people.items()}

    assert statuses == {"anonymous": 302, "viewer": 403, "officer": 200, "administrator": 200}


def test_calendar_is_not_for_contacts_of_a_school(as_contact, page):
    assert as_contact(ContactFactory()).get(page).status_code == 302


def test_week_shows_monday_to_friday_with_the_meetings_of_everybody_by_time(client, officer):
    late = MeetingFactory(starts_at=TUESDAY + timedelta(hours=4))
    early = MeetingFactory(officer=officer, starts_at=TUESDAY)
    MeetingFactory(starts_at=datetime(2026, 11, 22, 23, 59, tzinfo=LONDON))
    MeetingFactory(starts_at=datetime(2026, 11, 30, 0, 0, tzinfo=LONDON))
    ended = {"status": "cancelled", "cancelled_at": NOW, "cancelled_by": officer, "cancel_reason": "Snow"}
    MeetingFactory(starts_at=TUESDAY, **ended)

    days = days_of(client.get(WEEK, DAY))

    assert [day.on for day in days] == [date(2026, 11, number) for number in range(23, 28)]
    assert [[(card.meeting, card.is_mine) for card in day.cards] for day in days] == [
        [],
        [(early, True), (late, False)],
        [],
        [],
        [],
    ]


def test_month_shows_its_own_days_and_those_that_fill_its_weeks(client, officer):
    MeetingFactory(school__name="First of the month", starts_at=datetime(2026, 12, 1, 0, 0, tzinfo=LONDON))
    MeetingFactory(school__name="Monday before", starts_at=datetime(2026, 11, 30, 9, 0, tzinfo=LONDON))
    MeetingFactory(school__name="Too early", starts_at=datetime(2026, 11, 29, 23, 0, tzinfo=LONDON))
    MeetingFactory(school__name="Last Friday", starts_at=datetime(2027, 1, 1, 9, 0, tzinfo=LONDON))

    response = client.get(MONTH, {"day": "2026-12-31"})

    assert schools(response) == ["Monday before", "First of the month", "Last Friday"]
    assert (days_of(response)[0].on, days_of(response)[-1].on) == (date(2026, 11, 30), date(2027, 1, 1))


def test_month_that_begins_on_a_sunday_has_no_row_of_other_days(client, officer):
    days = days_of(client.get(MONTH, DAY))

    assert (days[0].on, days[-1].on) == (date(2026, 11, 2), date(2026, 12, 4))


@pytest.mark.parametrize("address, count", [(WEEK, 5), (MONTH, 25)])
def test_weekend_is_shown_only_when_somebody_meets_on_it(client, officer, address, count):
    without = len(days_of(client.get(address, DAY)))
    MeetingFactory(school__name="Saturday School", starts_at=datetime(2026, 11, 28, 10, 0, tzinfo=LONDON))

    response = client.get(address, DAY)

    assert (without, schools(response)) == (count, ["Saturday School"])


@pytest.mark.parametrize("day", ["", "2026-13-45", "0001-01-01", "9999-12-31", "x"])
def test_day_that_makes_no_sense_is_today(client, officer, page, day):
    response = client.get(page, {"day": day})

    assert (response.status_code, response.context["day"]) == (200, date(2026, 11, 20))
    assert [shown.on for shown in days_of(response) if shown.is_today] == [date(2026, 11, 20)]


@pytest.mark.parametrize(
    "address, day, before, after",
    [
        (WEEK, "2026-11-25", "2026-11-16", "2026-11-30"),
        (MONTH, "2026-11-25", "2026-10-01", "2026-12-01"),
        (WEEK, "2000-01-01", "2000-01-01", "2000-01-03"),
        (MONTH, "2099-12-31", "2099-11-01", "2099-12-31"),
    ],
)
def test_links_turn_the_calendar_and_keep_the_filters(client, officer, address, day, before, after):
    context = client.get(address, {"day": day, "officer": officer.pk}).context

    filters = f"officer={officer.pk}"
    links = (context["previous_url"], context["today_url"], context["next_url"])
    assert links == (f"?day={before}&{filters}", f"?{filters}", f"?day={after}&{filters}")


def test_calendar_is_filtered_by_officer_and_area(client, officer, page):
    north = AreaFactory(name="North")
    MeetingFactory(officer=officer, school=SchoolFactory(name="Anstey School", area=north), starts_at=TUESDAY)
    other = MeetingFactory(school=SchoolFactory(name="Barwell School", area=north), starts_at=TUESDAY)
    MeetingFactory(officer=officer, school__name="Corby School", starts_at=TUESDAY + timedelta(hours=3))

    found = [
        schools(client.get(page, DAY | filters))
        for filters in (
            {},
            {"officer": officer.pk},
            {"officer": other.officer_id},
            {"area": north.pk},
            {"officer": officer.pk, "area": north.pk},
            {"officer": "x", "area": 0},
        )
    ]

    everything = ["Anstey School", "Barwell School", "Corby School"]
    assert found == [
        everything,
        ["Anstey School", "Corby School"],
        ["Barwell School"],
        ["Anstey School", "Barwell School"],
        ["Anstey School"],
        everything,
    ]


def test_time_off_shows_on_each_of_its_days_with_its_part(client, officer, page):
    noon = datetime(2026, 11, 24, 12, 0, tzinfo=LONDON)
    TimeOffFactory(officer=officer, starts_at=noon, ends_at=noon + timedelta(days=2))
    TimeOffFactory(officer=UserFactory(is_active=False), starts_at=noon)

    response = client.get(page, DAY)

    parts = {day.on.day: [(one.officer, one.part) for one in day.absences] for day in days_of(response) if day.absences}
    assert parts == {24: [(officer, "from 12:00")], 25: [(officer, "")], 26: [(officer, "until 12:00")]}
    other = client.get(page, DAY | {"officer": MeetingFactory().officer_id})
    assert [day for day in days_of(other) if day.absences] == []


def test_holidays_of_the_hub_and_of_the_country_show(client, officer, page):
    north, south = AreaFactory(name="North"), AreaFactory(name="South")
    christmas = {"first_on": date(2026, 12, 24), "last_on": date(2026, 12, 26)}
    HubHolidayFactory(name="Christmas 2026", **christmas)
    HubHolidayFactory(name="Snow days", area=north, **christmas)

    def named(**filters) -> dict[int, list[str]]:
        response = client.get(page, {"day": "2026-12-25"} | filters)
        return {day.on.day: list(day.holidays) for day in days_of(response) if day.holidays and day.on.day < 26}

    bank, north_only = "Bank holiday: Christmas Day", "Snow days (North)"
    in_december = {24: ["Christmas 2026", north_only], 25: [bank, "Christmas 2026", north_only]}
    new_year = {} if page == WEEK else {1: ["Bank holiday: New Year's Day"]}
    assert named() == in_december | new_year
    assert named(area=south.pk) == {24: ["Christmas 2026"], 25: [bank, "Christmas 2026"]} | new_year


def test_colleagues_are_told_apart_by_their_marks(client, officer):
    MeetingFactory(officer=officer, starts_at=TUESDAY)
    MeetingFactory(officer=UserFactory(name="Otto Ohm"), starts_at=TUESDAY)

    week, month = client.get(WEEK, DAY), client.get(MONTH, DAY)

    assert [card.mark for card in days_of(week)[1].cards] == ["OO", "OO2"]
    assert month.context["people"] == [("OO", "Olga Officer"), ("OO2", "Otto Ohm")]


@pytest.mark.parametrize("rows", [1, 3])
def test_calendar_asks_the_database_as_often_for_one_as_for_three(
    client, officer, page, django_assert_num_queries, rows
):
    for _ in range(rows):
        meeting = MeetingFactory(starts_at=TUESDAY)
        TimeOffFactory(officer=meeting.officer, starts_at=TUESDAY)
        HubHolidayFactory(first_on=TUESDAY.date(), last_on=TUESDAY.date(), area=meeting.school.area)

    with django_assert_num_queries(8):
        assert len(schools(client.get(page, DAY))) == rows
