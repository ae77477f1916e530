"""What this app keeps about people at schools."""

from django.db.models import Q

from meetings.models import DataForm, Meeting, MeetingRequest, RequestDraft
from schools.personal_data import Holding, Person, excuse, register_personal_data
from schools.rules import ERASED_ADDRESS, ERASED_NAME

KEY = "A key, a kind or a path: the portal makes it up."


def _at_their_schools(person: Person) -> Q:
    return Q(school__in=person.school_ids)


register_personal_data(
    Holding(
        MeetingRequest,
        "Meeting requests",
        own=lambda person: Q(email__iexact=person.address),
        shown=(
            "school", "reference", "created_at", "kind", "name", "role", "email", "phone", "notes", "consent_wording",
            "status",
        ),
        replaced={"name": ERASED_NAME, "email": ERASED_ADDRESS, "phone": "", "notes": ""},
        texts=("name", "head_name", "notes", "decline_reason", "asked_message"),
        may_name=_at_their_schools,
        names=("name",),
        phones=("phone",),
        is_theirs=True,
        typed=(
            "school", "reference", "created_at", "kind", "name", "role", "email", "phone", "notes", "consent_wording",
        ),
    ),
    Holding(
        MeetingRequest,
        "Meeting requests in which this person is named as head teacher",
        own=lambda person: Q(head_email__iexact=person.address),
        shown=("school", "reference", "created_at", "head_name", "head_email"),
        replaced={"head_name": ERASED_NAME, "head_email": ""},
        names=("head_name",),
        is_theirs=True,
    ),
    Holding(
        RequestDraft,
        "Requests begun and not sent",
        own=lambda person: Q(email__iexact=person.address),
        shown=("email", "saved_at", "answers"),
        is_deleted=True,
        texts=("answers",),
        typed=("email", "saved_at", "answers"),
    ),
    Holding(
        Meeting,
        "Meetings",
        own=lambda person: Q(attendees__in=person.contact_ids),
        shown=("school", "kind", "starts_at", "status"),
        texts=("cancel_reason", "missed_note"),
        may_name=_at_their_schools,
    ),
    Holding(
        DataForm,
        "Data forms this person sent",
        own=lambda person: Q(sent_by__in=person.contact_ids),
        shown=("meeting", "sent_at"),
        texts=("singing", "ensembles", "specialist_staff", "partners", "anything_else"),
        may_name=lambda person: Q(meeting__school__in=person.school_ids),
    ),
)  # fmt: skip
excuse(KEY, "meetings.MeetingRequest.reference", "meetings.RequestDraft.token_hash", "meetings.CalendarFeed.token_hash")
excuse(KEY, "meetings.RequestDraft.destination")
excuse(
    "The hub's own words, which everybody agrees to.",
    "meetings.MeetingRequest.consent_version",
    "meetings.MeetingRequest.consent_wording",
)
excuse("A time, not a person.", "meetings.HubHoliday.name")
