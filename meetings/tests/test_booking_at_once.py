"""Many people book at the same moment, each on a connection of their own."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from hubportal.accounts.models import User
from hubportal.mail.models import Email
from meetings.models import DataForm, Meeting, MeetingRequest
from meetings.rules import LONDON
from meetings.services import book_meeting
from meetings.tests.factories import MeetingRequestFactory
from schools.tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
START = datetime(2027, 3, 2, 9, 30, tzinfo=LONDON)


def book(request: MeetingRequest, *, officer: User, starts_at: datetime) -> None:
    book_meeting(
        request=request, officer=officer, starts_at=starts_at, attendees=[request.contact], by=officer, now=NOW
    )


def outcomes_of(attempts: list[Callable[[], None]]) -> list[str]:
    """What each attempt came to, all begun together: "booked", or the sentence it was refused with."""
    ready, outcomes = threading.Barrier(len(attempts)), []

    def run(attempt: Callable[[], None]) -> None:
        try:
            ready.wait()
            attempt()
            outcomes.append("booked")
        except ValidationError as error:
            outcomes.append(error.messages[0])
        except Exception as error:
            outcomes.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[attempt]) for attempt in attempts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


def test_twenty_who_book_one_officer_for_overlapping_times_get_one_meeting():
    officer = UserFactory()
    requests = [MeetingRequestFactory(assigned_to=officer) for _ in range(20)]

    def attempt(number: int) -> Callable[[], None]:
        # Every start lies within 38 minutes, so any two of these meetings overlap.
        starts_at = START + timedelta(minutes=2 * number)
        return lambda: book(requests[number], officer=officer, starts_at=starts_at)

    outcomes = outcomes_of([attempt(number) for number in range(20)])

    meeting = Meeting.objects.get()
    start, end = meeting.start_clock, meeting.ends_at.astimezone(LONDON)
    sentence = (
        f"This officer already has a meeting at {meeting.school.name} on Tuesday 2 March 2027, "
        f"{start:%H:%M} to {end:%H:%M}; choose another time."
    )
    assert outcomes == [sentence] * 19 + ["booked"]
    assert MeetingRequest.objects.filter(status="booked").get() == meeting.request
    assert DataForm.objects.count() == 1
    assert sorted(Email.objects.values_list("kind", flat=True)) == ["booking", "officer_booking"]


def test_one_request_booked_by_two_at_once_is_one_meeting():
    request = MeetingRequestFactory()
    officers = [UserFactory(), UserFactory()]

    def attempt(officer: User) -> Callable[[], None]:
        return lambda: book(request, officer=officer, starts_at=START)

    outcomes = outcomes_of([attempt(officer) for officer in officers])

    winner = Meeting.objects.get().officer
    assert outcomes == sorted(["booked", f"{winner.name} has booked this request already."])
