from datetime import date, datetime, timedelta

import pytest
from django.urls import reverse

from meetings.models import HubHoliday
from meetings.queries import hub_holidays_between, meeting_in_the_way
from meetings.rules import LONDON, Slot, first_working_day
from meetings.tests.factories import HubHolidayFactory, MeetingFactory, administrator
from schools.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

START = datetime(2027, 3, 2, 9, 30, tzinfo=LONDON)
NINETY_MINUTES = timedelta(minutes=90)


def test_hub_holidays_are_single_days_within_the_stretch_asked_for():
    HubHolidayFactory(first_on=date(2026, 12, 21), last_on=date(2026, 12, 23))
    HubHolidayFactory(first_on=date(2026, 12, 30), last_on=date(2027, 1, 4))
    HubHolidayFactory(first_on=date(2027, 2, 15), last_on=date(2027, 2, 19))

    assert hub_holidays_between(date(2026, 12, 23), date(2026, 12, 31)) == {
        date(2026, 12, 23),
        date(2026, 12, 30),
        date(2026, 12, 31),
    }


def test_hub_holidays_delay_mail_as_bank_holidays_do():
    HubHolidayFactory(first_on=date(2026, 12, 21), last_on=date(2027, 1, 1))

    closed = hub_holidays_between(date(2026, 12, 19), date(2027, 3, 1))

    assert first_working_day(date(2026, 12, 19), hub_holidays=closed) == date(2027, 1, 4)


@pytest.mark.parametrize("holidays", [1, 3])
def test_hub_holidays_take_one_question_however_many_there_are(django_assert_num_queries, holidays):
    for number in range(holidays):
        HubHolidayFactory(first_on=date(2026, 12, 1 + number), last_on=date(2026, 12, 1 + number))

    with django_assert_num_queries(1):
        assert len(hub_holidays_between(date(2026, 12, 1), date(2026, 12, 31))) == holidays


def test_administrator_keeps_the_hubs_holidays(sign_in):
    typed = {"name": "Christmas 2026", "first_on": "2026-12-21", "last_on": "2027-01-01"}

    response = sign_in(administrator()).post(reverse("admin:meetings_hubholiday_add"), typed)

    assert (response.status_code, HubHoliday.objects.get().name) == (302, "Christmas 2026")


def test_officer_does_not_keep_the_hubs_holidays(sign_in):
    response = sign_in(UserFactory()).get(reverse("admin:meetings_hubholiday_add"))

    assert response.status_code == 302


def test_meeting_in_the_way_is_another_standing_one_of_the_officer():
    meeting = MeetingFactory(starts_at=START)
    slot = Slot(START, START + NINETY_MINUTES)

    assert meeting_in_the_way(officer=meeting.officer, slot=slot) == meeting
    assert meeting_in_the_way(officer=meeting.officer, slot=slot, apart_from=meeting) is None
    assert meeting_in_the_way(officer=UserFactory(), slot=slot) is None
