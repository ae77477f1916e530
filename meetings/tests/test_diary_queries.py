"""What is read of officers' diaries."""

from datetime import date, datetime, time, timedelta

import pytest

from meetings.models import OfficerDiary
from meetings.queries import Asked, clashes_of, clashes_of_many, free_starts, read_diaries
from meetings.rules import LONDON, MEETING_LENGTH, USUAL_TRAVEL, slot_at
from meetings.tests.factories import (
    HubHolidayFactory,
    MeetingFactory,
    OfficerDiaryFactory,
    TimeOffFactory,
    WorkingHoursFactory,
)
from schools.tests.factories import AreaFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db

TUESDAY = date(2027, 3, 2)
SLOT = slot_at(TUESDAY, time(9, 30))


def kinds(**asked) -> list[str]:
    return [clash.kind for clash in clashes_of(**({"slot": SLOT} | asked))]


def test_officer_without_anything_in_the_diary_is_free():
    assert kinds(officer=UserFactory()) == []


def test_travel_is_half_an_hour_unless_the_officer_says_otherwise():
    assert OfficerDiary._meta.get_field("travel_minutes").default == USUAL_TRAVEL.total_seconds() / 60


def test_meetings_of_others_and_cancelled_ones_are_in_nobodys_way():
    officer = UserFactory()
    cancelled = {
        "status": "cancelled",
        "cancelled_at": SLOT.starts_at,
        "cancelled_by": officer,
        "cancel_reason": "Snow",
    }
    MeetingFactory(officer=officer, starts_at=SLOT.starts_at, **cancelled)
    MeetingFactory(starts_at=SLOT.starts_at)
    TimeOffFactory(starts_at=SLOT.starts_at)
    WorkingHoursFactory(opens=time(15, 0))
    OfficerDiaryFactory(travel_minutes=180)
    MeetingFactory(officer=officer, starts_at=SLOT.ends_at + timedelta(minutes=30))

    assert kinds(officer=officer) == []


def test_everything_in_the_diary_is_seen():
    officer = UserFactory()
    MeetingFactory(officer=officer, starts_at=SLOT.starts_at, school__name="Barwell School")
    MeetingFactory(officer=officer, starts_at=SLOT.ends_at + timedelta(minutes=44))
    OfficerDiaryFactory(officer=officer, travel_minutes=45)
    TimeOffFactory(officer=officer, starts_at=SLOT.starts_at)
    WorkingHoursFactory(officer=officer, opens=time(9, 31))
    HubHolidayFactory(first_on=TUESDAY, last_on=TUESDAY)

    assert kinds(officer=officer) == ["meeting", "travel", "time_off", "hours", "no_school"]


def test_officer_who_has_set_some_hours_works_on_no_other_day():
    hours = WorkingHoursFactory(weekday=2)

    assert kinds(officer=hours.officer) == ["hours"]


def test_meeting_that_moves_is_not_in_its_own_way():
    meeting = MeetingFactory(starts_at=SLOT.starts_at)

    assert kinds(officer=meeting.officer, apart_from=meeting) == []
    assert kinds(officer=meeting.officer) == ["meeting"]


def test_meeting_at_the_same_school_needs_no_travel():
    meeting = MeetingFactory(starts_at=SLOT.ends_at)

    assert kinds(officer=meeting.officer, school=meeting.school) == []
    assert kinds(officer=meeting.officer, school=SchoolFactory()) == ["travel"]


def test_holiday_of_an_area_closes_the_schools_of_that_area():
    area, officer = AreaFactory(), UserFactory()
    HubHolidayFactory(first_on=TUESDAY, last_on=TUESDAY, area=area)

    assert kinds(officer=officer, school=SchoolFactory(area=area)) == ["no_school"]
    assert kinds(officer=officer, school=SchoolFactory()) == []
    assert kinds(officer=officer) == []


@pytest.mark.parametrize(
    "on, sentence",
    [
        (date(2027, 3, 25), None),
        (date(2027, 3, 26), "Not a school day: Good Friday."),
        (date(2027, 3, 27), "Not a school day: it is the weekend."),
    ],
)
def test_bank_holidays_and_weekends_are_no_school_days(on, sentence):
    found = clashes_of(officer=UserFactory(), slot=slot_at(on, time(9, 30)))

    assert [clash.sentence for clash in found if clash.kind == "no_school"] == ([sentence] if sentence else [])


@pytest.mark.parametrize("rows", [1, 3])
def test_many_times_ask_the_database_as_often_as_one(django_assert_num_queries, rows):
    asked = []
    for number in range(rows):
        meeting = MeetingFactory(starts_at=datetime(2027, 3, 2 + number, 9, 30, tzinfo=LONDON))
        TimeOffFactory(officer=meeting.officer, starts_at=meeting.starts_at)
        asked.append(Asked(meeting.officer, slot_at(meeting.held_on, time(9, 30)), meeting.school))

    with django_assert_num_queries(5):
        found = clashes_of_many(asked=asked)

    assert [[clash.kind for clash in one] for one in found] == [["meeting", "time_off"]] * rows


def test_no_time_asks_the_database_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert clashes_of_many(asked=[]) == []


def test_free_starts_leave_room_for_the_way():
    meeting = MeetingFactory(starts_at=datetime(2027, 3, 2, 9, 0, tzinfo=LONDON))

    starts = free_starts(officer=meeting.officer, on=TUESDAY, part="any")

    assert starts == [time(11, 0), time(11, 15), time(11, 30)]


def test_diaries_read_once_answer_for_several_officers_and_days(django_assert_num_queries):
    busy, free = MeetingFactory(starts_at=SLOT.starts_at).officer, UserFactory()
    diaries = read_diaries(officers=[busy, free], first_on=TUESDAY, last_on=TUESDAY + timedelta(days=1))

    with django_assert_num_queries(0):
        starts = [
            diaries.free_starts(officer=officer, on=on, part="morning", limit=1)
            for officer in (busy, free)
            for on in (TUESDAY, TUESDAY + timedelta(days=1))
        ]

    assert starts == [[], [time(9, 30)], [time(9, 30)], [time(9, 30)]]
    assert SLOT.ends_at - SLOT.starts_at == MEETING_LENGTH
