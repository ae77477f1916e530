"""A request that waits for the officer's answer."""

from datetime import date

from meetings.models import DayPart, MeetingRequest
from meetings.tests.factories import MeetingRequestFactory, OfferedTimeFactory

REFERENCE = "MR-7K3QD"
DETAIL = f"/requests/{REFERENCE}/"


def waiting(officer=None, **fields) -> MeetingRequest:
    """A request with two offered times, passed to `officer`."""
    request = MeetingRequestFactory(**({"reference": REFERENCE, "assigned_to": officer} | fields))
    OfferedTimeFactory(request=request, on=date(2027, 3, 2), part=DayPart.MORNING)
    OfferedTimeFactory(request=request, on=date(2027, 3, 4), part=DayPart.AFTER_SCHOOL)
    return request
