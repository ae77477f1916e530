"""An officer's own diary, and administrators with those of colleagues."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError

from meetings.models import CalendarFeed, OfficerDiary, TimeOff, WorkingHours
from meetings.rules import LONDON, Slot
from meetings.rules.diaries import Hours
from meetings.services.diaries import delete_time_off, set_working_week, take_time_off
from meetings.tests.factories import (
    MeetingFactory,
    OfficerDiaryFactory,
    TimeOffFactory,
    WorkingHoursFactory,
    administrator,
    viewer,
)
from schools.tests.factories import ContactFactory, UserFactory
from schools.tests.visitors import said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]

OWN = "/staff/diary/"
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
ZERO_TO_180 = "Give the minutes of travel as a number from 0 to 180."
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")


def url(officer, page: str = "") -> str:
    return f"/staff/people/{officer.pk}/diary/{page}"


def typed(**hours: str) -> dict[str, str]:
    """The form of the week: `tuesday="09:00-16:00"`, every other day empty."""
    boxes = {"travel_minutes": "30"}
    for number, day in enumerate(DAYS):
        opens, _, closes = hours.get(day, "").partition("-")
        boxes |= {f"opens_{number}": opens, f"closes_{number}": closes}
    return boxes


def problems(response) -> dict[str, list[str]]:
    return {name: list(errors) for name, errors in response.context["form"].errors.items()}


# --- Who may open what ----------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["", "hours/", "time-off/"])
def test_diary_is_for_its_officer_and_for_administrators(sign_in, page):
    owner = UserFactory()
    people = {
        "anonymous": None,
        "viewer": viewer(),
        "colleague": UserFactory(),
        "owner": owner,
        "administrator": administrator(),
    }

    statuses = {name: sign_in(person).get(url(owner, page)).status_code for name, person in people.items()}

    assert statuses == {"anonymous": 302, "viewer": 403, "colleague": 404, "owner": 200, "administrator": 200}


def test_own_diary_opens_for_whoever_works_with_schools(sign_in):
    people = [None, viewer(), UserFactory(), administrator()]

    assert [sign_in(person).get(OWN).status_code for person in people] == [302, 403, 200, 200]


def test_diary_is_not_for_contacts_of_a_school(as_contact):
    assert as_contact(ContactFactory()).get(OWN).status_code == 302


def test_viewers_and_former_colleagues_have_no_diary(sign_in):
    owners = [viewer(), UserFactory(is_active=False)]
    sign_in(administrator())

    assert [sign_in(administrator()).get(url(owner)).status_code for owner in owners] == [404, 404]


@pytest.mark.parametrize("page", ["hours/", "time-off/", "calendar/open/", "calendar/stop/"])
def test_diary_is_changed_only_by_its_officer_and_by_administrators(sign_in, page):
    owner = UserFactory()
    answers = typed(monday="09:00-10:00") | {"first_on": "2026-12-01"}

    statuses = [
        sign_in(person).post(url(owner, page), answers).status_code for person in (None, viewer(), UserFactory())
    ]

    assert statuses == [302, 403, 404]
    assert [model.objects.count() for model in (WorkingHours, OfficerDiary, TimeOff, CalendarFeed)] == [0, 0, 0, 0]


def test_time_off_is_deleted_only_by_its_officer_and_by_administrators(sign_in):
    off = TimeOffFactory()
    colleague, page = UserFactory(), f"time-off/{off.pk}/delete/"

    refused = [sign_in(person).post(url(off.officer, page)).status_code for person in (None, viewer(), colleague)]
    through_own = sign_in(colleague).post(url(colleague, page)).status_code

    assert (refused, through_own, TimeOff.objects.count()) == ([302, 403, 404], 404, 1)


def test_deleting_asks_for_a_button_to_be_pressed(client, officer):
    off = TimeOffFactory(officer=officer)

    assert client.get(url(officer, f"time-off/{off.pk}/delete/")).status_code == 405


# --- The page -------------------------------------------------------------------------------------


def test_diary_of_somebody_who_has_set_nothing_says_which_hours_count(client, officer):
    response = client.get(OWN)

    content = response.content.decode()
    assert "No hours are set yet. Until they are, we take Monday to Friday, 08:00 to 18:00." in content
    assert [str(day["hours"]) for day in response.context["week"]] == ["08:00 to 18:00"] * 5
    assert "30 minutes before and after a meeting" in content


def test_diary_shows_the_hours_that_were_set(client, officer):
    WorkingHoursFactory(officer=officer, weekday=1)
    OfficerDiaryFactory(officer=officer, travel_minutes=0)

    response = client.get(OWN)

    assert [str(day["hours"]) for day in response.context["week"]] == ["None", "09:00 to 16:00", "None", "None", "None"]
    assert (response.context["diary"].travel_minutes, "No hours are set" in response.content.decode()) == (0, False)


def test_diary_lists_time_off_to_come_with_what_is_booked_in_it(client, officer):
    before, after = (datetime(2026, 11, day, 9, 0, tzinfo=UTC) for day in (19, 24))
    TimeOffFactory(officer=officer, starts_at=before)
    off = TimeOffFactory(officer=officer, starts_at=after, ends_at=after + timedelta(hours=8))
    TimeOffFactory(starts_at=after)
    inside = MeetingFactory(officer=officer, starts_at=after + timedelta(hours=7, minutes=59))
    MeetingFactory(officer=officer, starts_at=after - timedelta(minutes=90))

    rows = client.get(OWN).context["diary"].times_off

    assert [(row.time_off, row.words, row.meetings) for row in rows] == [
        (off, "Tuesday 24 November 2026, from 09:00 until 17:00", [inside])
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_diary_asks_the_database_as_often_for_one_as_for_three(client, officer, django_assert_num_queries, rows):
    for number in range(rows):
        meeting = MeetingFactory(officer=officer)
        TimeOffFactory(officer=officer, starts_at=meeting.starts_at)
        WorkingHoursFactory(officer=officer, weekday=number)

    with django_assert_num_queries(9):
        assert len(client.get(OWN).context["diary"].times_off) == rows


# --- Hours ----------------------------------------------------------------------------------------


def test_hours_are_saved_for_the_days_that_were_filled_in(client, officer):
    WorkingHoursFactory(officer=officer, weekday=4)
    others = WorkingHoursFactory()

    answers = typed(monday="09:00-15:30", tuesday="8.00-12.00") | {"travel_minutes": "45"}
    response = client.post(url(officer, "hours/"), answers)

    assert (response.status_code, response.url) == (302, OWN)
    own = WorkingHours.objects.exclude(pk=others.pk).values_list("officer", "weekday", "opens", "closes")
    assert list(own) == [(officer.pk, 0, time(9), time(15, 30)), (officer.pk, 1, time(8), time(12))]
    assert OfficerDiary.objects.get(officer=officer).travel_minutes == 45


def test_administrator_sets_the_hours_of_a_colleague_and_comes_back_to_them(sign_in):
    owner = UserFactory()

    response = sign_in(administrator()).post(url(owner, "hours/"), typed(friday="09:00-15:00"))

    assert (response.url, WorkingHours.objects.get().officer) == (url(owner), owner)


def test_hours_begin_with_what_is_in_force(client, officer):
    WorkingHoursFactory(officer=officer, weekday=1)

    form = client.get(url(officer, "hours/")).context["form"]

    values = [(row.opens.value(), row.closes.value()) for row in form.rows]
    assert values == [(None, None), (time(9), time(16)), (None, None), (None, None), (None, None)]
    assert form["travel_minutes"].value() == 30


@pytest.mark.parametrize(
    "answers, expected",
    [
        (typed(), {"opens_0": ["Give the hours of at least one day. To be away for a while, add time off instead."]}),
        (typed(tuesday="09:00-"), {"closes_1": ["Tuesday: say when the day ends, or leave both boxes empty."]}),
        (typed(tuesday="-16:00"), {"opens_1": ["Tuesday: say when the day begins, or leave both boxes empty."]}),
        (typed(friday="09:00-09:00"), {"closes_4": ["Friday: give an end after 09:00."]}),
        (typed(friday="9-12:00"), {"opens_4": ["Friday: enter a time such as 15:30."]}),
        (typed(monday="09:00-10:00") | {"travel_minutes": ""}, "Give the minutes of travel, such as 30. 0 means none."),
        (
            typed(monday="09:00-10:00") | {"travel_minutes": "181"},
            "Give the minutes of travel as a number from 0 to 180.",
        ),
        (
            typed(monday="09:00-10:00") | {"travel_minutes": "-1"},
            "Give the minutes of travel as a number from 0 to 180.",
        ),
    ],
)
def test_hours_that_make_no_sense_are_pointed_out_and_nothing_is_lost(client, officer, answers, expected):
    response = client.post(url(officer, "hours/"), answers)

    assert problems(response) == (expected if isinstance(expected, dict) else {"travel_minutes": [expected]})
    form = response.context["form"]
    assert {name: form[name].value() for name in answers} == answers
    assert WorkingHours.objects.count() == 0


@pytest.mark.parametrize("minutes", ["0", "180"])
def test_travel_takes_from_nothing_to_three_hours(client, officer, minutes):
    client.post(url(officer, "hours/"), typed(monday="09:00-10:00") | {"travel_minutes": minutes})

    assert OfficerDiary.objects.get().travel_minutes == int(minutes)


@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"week": {}}, "Give the hours of at least one day. To be away for a while, add time off instead."),
        ({"week": {0: Hours(time(9), time(9))}}, "A day cannot end before it begins: check the hours."),
        ({"travel_minutes": 181}, "Three hours of travel at most: check the minutes."),
    ],
)
def test_service_refuses_a_week_that_makes_no_sense(changes, sentence):
    officer = UserFactory()
    given = {"week": {0: Hours(time(9), time(10))}, "travel_minutes": 30}

    with pytest.raises(ValidationError) as error:
        set_working_week(officer=officer, by=officer, **(given | changes))

    assert error.value.messages == [sentence]


def test_services_keep_colleagues_out_of_a_diary():
    officer, colleague = UserFactory(), UserFactory()
    slot = Slot(NOW, NOW + timedelta(hours=1))
    attempts = [
        lambda: set_working_week(officer=officer, week={0: Hours(time(9), time(10))}, travel_minutes=0, by=colleague),
        lambda: take_time_off(officer=officer, slot=slot, by=colleague, now=NOW),
        lambda: delete_time_off(time_off=TimeOffFactory(officer=officer), by=colleague),
    ]

    for attempt in attempts:
        with pytest.raises(ValidationError) as error:
            attempt()
        assert error.value.messages == ["Only the officer or an administrator can change this diary."]


# --- Time off -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answers, starts_at, ends_at",
    [
        ({"first_on": "2026-12-01"}, (12, 1, 0, 0), (12, 2, 0, 0)),
        ({"first_on": "1/12/2026", "last_on": "3/12/2026"}, (12, 1, 0, 0), (12, 4, 0, 0)),
        ({"first_on": "2026-12-01", "starts": "12:00", "ends": "14.30"}, (12, 1, 12, 0), (12, 1, 14, 30)),
        ({"first_on": "2026-12-01", "last_on": "2026-12-02", "starts": "12:00"}, (12, 1, 12, 0), (12, 3, 0, 0)),
        ({"first_on": "2026-12-01", "last_on": "2026-12-02", "ends": "09:00"}, (12, 1, 0, 0), (12, 2, 9, 0)),
        ({"first_on": "2026-11-20"}, (11, 20, 0, 0), (11, 21, 0, 0)),
    ],
)
def test_time_off_is_taken_for_days_and_for_parts_of_a_day(client, officer, answers, starts_at, ends_at):
    response = client.post(url(officer, "time-off/"), answers)

    period = TimeOff.objects.get(officer=officer).period
    expected = tuple(datetime(2026, *moment, tzinfo=LONDON) for moment in (starts_at, ends_at))
    assert (response.status_code, (period.lower, period.upper)) == (302, expected)


def test_day_off_on_which_the_clock_goes_back_has_twenty_five_hours(client, officer):
    client.post(url(officer, "time-off/"), {"first_on": "2027-10-31"})

    period = TimeOff.objects.get().period
    assert (period.lower.astimezone(UTC), period.upper.astimezone(UTC)) == (
        datetime(2027, 10, 30, 23, 0, tzinfo=UTC),
        datetime(2027, 11, 1, 0, 0, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    "answers, expected",
    [
        ({}, {"first_on": ["Give a date for “First day”."]}),
        ({"first_on": "2026-11-19"}, {"first_on": ["That has passed: give a day to come."]}),
        ({"first_on": "2026-11-18", "last_on": "2026-11-19"}, {"last_on": ["That has passed: give a day to come."]}),
        (
            {"first_on": "2026-12-02", "last_on": "2026-12-01"},
            {"last_on": ["The last day cannot be before the first."]},
        ),
        ({"first_on": "9999-12-31"}, {"first_on": ["Check the year."]}),
        ({"first_on": "2026-12-01", "last_on": "9999-12-31"}, {"last_on": ["Check the year."]}),
        ({"first_on": "2026-12-01", "starts": "10:00", "ends": "10:00"}, {"ends": ["Give an end after 10:00."]}),
        (
            {"first_on": "2026-12-01", "last_on": "2027-12-02"},
            {"__all__": ["Time off is a year at most: check the dates."]},
        ),
        ({"first_on": "2026-11-20", "ends": "10:00"}, {"__all__": ["That time has passed; give a stretch to come."]}),
    ],
)
def test_time_off_that_makes_no_sense_is_pointed_out(client, officer, answers, expected):
    response = client.post(url(officer, "time-off/"), answers)

    assert (problems(response), TimeOff.objects.count()) == (expected, 0)


def test_time_off_taken_twice_is_there_once(client, officer):
    for answers in (
        {"first_on": "2026-12-01"},
        {"first_on": "2026-12-01"},
        {"first_on": "2026-12-01", "ends": "10:00"},
    ):
        client.post(url(officer, "time-off/"), answers)

    assert TimeOff.objects.count() == 1


def test_time_off_over_a_booked_meeting_warns_and_cancels_nothing(client, officer):
    meeting = MeetingFactory(officer=officer, starts_at=datetime(2026, 12, 1, 9, 30, tzinfo=UTC))

    response = client.post(url(officer, "time-off/"), {"first_on": "2026-12-01"})

    meeting.refresh_from_db()
    assert meeting.status == "booked"
    assert said(response) == [
        "The time off is in the diary.",
        "Meetings are booked in that time. They stay booked: move or cancel those that cannot be held.",
    ]


def test_time_off_beside_a_booked_meeting_warns_of_nothing(client, officer):
    MeetingFactory(officer=officer, starts_at=datetime(2026, 12, 2, 9, 30, tzinfo=UTC))

    response = client.post(url(officer, "time-off/"), {"first_on": "2026-12-01"})

    assert said(response) == ["The time off is in the diary."]


def test_time_off_is_deleted_by_its_officer(client, officer):
    off, other = TimeOffFactory(officer=officer), TimeOffFactory(officer=officer)

    response = client.post(url(officer, f"time-off/{off.pk}/delete/"))

    assert (response.url, list(TimeOff.objects.all())) == (OWN, [other])
