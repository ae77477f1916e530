"""A request that waits for the officer's answer."""

from datetime import date

from hubportal.mail.models import Email
from hubportal.mail.tests.factories import EmailFactory
from meetings.models import DayPart, MeetingRequest
from meetings.queries import other_times_key
from meetings.tests.factories import MeetingRequestFactory, OfferedTimeFactory
from schools.models import Contact

REFERENCE = "MR-7K3QD"
DETAIL = f"/requests/{REFERENCE}/"


def waiting(officer=None, **fields) -> MeetingRequest:
    """A request with two offered times, passed to `officer`."""
    request = MeetingRequestFactory(**({"reference": REFERENCE, "assigned_to": officer} | fields))
    OfferedTimeFactory(request=request, on=date(2027, 3, 2), part=DayPart.MORNING)
    OfferedTimeFactory(request=request, on=date(2027, 3, 4), part=DayPart.AFTER_SCHOOL)
    return request


def question_to(contact: Contact, *, about: MeetingRequest) -> Email:
    """The mail that asked this person for other times."""
    key = other_times_key(about, contact=contact)
    return EmailFactory(kind="request_other_times", dedupe_key=key, to_address=contact.email)
