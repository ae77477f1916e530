"""Times that a school offered: by several people, and again after the hub asked for others."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from meetings.models import DayPart, RequestStatus
from meetings.queries import offered_times_of, offers_of
from meetings.tests.factories import MeetingRequestFactory, OfferedTimeFactory
from schools.tests.factories import ContactFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
DAY = date(2027, 3, 2)


def joined_to(first, name: str):
    contact = ContactFactory(school=first.school, name=name)
    return MeetingRequestFactory(school=first.school, contact=contact, status=RequestStatus.JOINED, joined_to=first)


def test_offered_times_are_those_of_everybody_who_asked_the_earliest_first():
    first = MeetingRequestFactory(contact__name="Cara Coordinator")
    second = joined_to(first, "Hilary Teacher")
    OfferedTimeFactory(on=DAY)
    OfferedTimeFactory(request=second, on=DAY, part=DayPart.AT_TIME, start=time(15, 45))
    OfferedTimeFactory(request=second, on=DAY + timedelta(days=1))
    OfferedTimeFactory(request=first, on=DAY, part=DayPart.AT_TIME, start=time(9, 15))

    assert [(str(time), time.request.name) for time in offered_times_of(first)] == [
        ("Tuesday 2 March 2027, 09:15", first.name),
        ("Tuesday 2 March 2027, 15:45", "Hilary Teacher"),
        ("Wednesday 3 March 2027, morning", "Hilary Teacher"),
    ]


def test_times_of_before_the_hub_asked_for_others_are_past():
    request = MeetingRequestFactory(asked_at=NOW, asked_by=UserFactory(), asked_message="We are away then.")
    OfferedTimeFactory(request=request, on=DAY, created_at=NOW - timedelta(seconds=1))
    OfferedTimeFactory(request=request, on=DAY + timedelta(days=1), created_at=NOW)

    offers = offers_of(request)

    assert [time.on.day for time in offers.current] == [3]
    assert [time.on.day for time in offers.past] == [2]


@pytest.mark.parametrize("times", [1, 3])
def test_offers_are_one_query_for_one_time_as_for_three(times, django_assert_num_queries):
    first = MeetingRequestFactory()
    for number in range(times):
        OfferedTimeFactory(request=joined_to(first, f"Person {number}"), on=DAY)

    with django_assert_num_queries(1):
        assert len([time.request.name for time in offers_of(first).current]) == times
