"""The mails around a request and a meeting with made-up facts, for staff to look at. Nothing here is ever saved."""

from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from hubportal.mail.kinds import MailKind, Sample, register_samples
from meetings.emails import (
    BOOKING,
    CANCELLED,
    DATA_FORM_REMINDER,
    DECLINED,
    DRAFT,
    JOINED,
    MEETING_REMINDER,
    MORE_TIMES,
    MOVED,
    NOTICE,
    OFFICER_BOOKING,
    OFFICER_CANCELLED,
    THANKS,
    WHY_HUB,
    WHY_OFFICER,
    WHY_TRIAGE,
    clock,
    draft_context,
    meeting_facts,
)
from meetings.emails.sending import FOLDER, staff_context
from meetings.models import DayPart, Meeting, MeetingKind, MeetingRequest, MeetingStatus, OfferedTime, RequestDraft
from meetings.rules import long_date, slot_at
from schools.models import ContactLink, ContactRole
from schools.samples import contact_sample, sample_contact, sample_officer, sample_school

OPEN_SCHOOL_PAGE = "Open your school’s page"


def a_tuesday() -> date:
    """A Tuesday in about a month, so that a mail reads as if it went today."""
    soon = timezone.localdate() + timedelta(days=28)
    return soon + timedelta(days=(1 - soon.weekday()) % 7)


def sample_request() -> MeetingRequest:
    return MeetingRequest(
        reference="MR-7K3QD",
        school=sample_school(),
        contact=sample_contact(),
        name="Maya O'Neill",
        role=ContactRole.MUSIC_COORDINATOR,
        email="maya.oneill@hillside.example.org",
        assigned_to=sample_officer(),
    )


def sample_meeting(*, kind: MeetingKind = MeetingKind.QUALITY_CONVERSATION) -> Meeting:
    slot = slot_at(a_tuesday(), time(9, 30))
    return Meeting(
        school=sample_school(),
        kind=kind,
        officer=sample_officer(),
        period=DateTimeTZRange(slot.starts_at, slot.ends_at),
    )


def staff_sample(kind: MailKind, *, context: Mapping[str, Any], case: str = "") -> Sample:
    """A mail to an officer; `context` is what the mail's own function gives `mail_staff`."""
    shared = staff_context(path="/staff/…")
    return Sample(folder=f"{FOLDER}/{kind.key}", context={**shared, **context}, case=case)


@register_samples(THANKS)
def thanks_samples() -> list[Sample]:
    day = a_tuesday()
    context = {
        "request": sample_request(),
        "offered_times": [
            OfferedTime(on=day, part=DayPart.MORNING),
            OfferedTime(on=day + timedelta(days=2), part=DayPart.AT_TIME, start=time(13, 30)),
        ],
        "officer": sample_officer(),
        "asks_for_data_form": True,
        "action_url": "",
    }
    nobody = {**context, "officer": None, "asks_for_data_form": False}
    return [
        contact_sample(f"{FOLDER}/request_thanks", context=context, case="Quality conversation"),
        contact_sample(f"{FOLDER}/request_thanks", context=nobody, case="Follow-up visit, nobody leads the area"),
    ]


@register_samples(JOINED)
def joined_samples() -> list[Sample]:
    times = [OfferedTime(on=a_tuesday(), part=DayPart.AFTER_SCHOOL)]
    context = {"first": sample_request(), "offered_times": times, "action_url": ""}
    return [contact_sample(f"{FOLDER}/{JOINED.key}", context=context)]


@register_samples(DRAFT)
def draft_samples() -> list[Sample]:
    draft = RequestDraft.mint(destination="", email="maya.oneill@hillside.example.org")
    return [Sample(folder=f"{FOLDER}/{DRAFT.key}", context=draft_context(draft))]


@register_samples(MORE_TIMES)
def more_times_samples() -> list[Sample]:
    request = sample_request()
    context = {"request": request, "school": sample_school(), "action_label": "Open the request"}
    asked = sample_request()
    asked.asked_at = timezone.now()
    officer = {"officer": sample_officer(), "why": WHY_TRIAGE}
    return [
        staff_sample(MORE_TIMES, context={**context, **officer}, case="Somebody else has asked"),
        staff_sample(MORE_TIMES, context={**context, **officer, "request": asked}, case="After the hub asked for them"),
        staff_sample(MORE_TIMES, context={**context, "officer": None, "why": WHY_HUB}, case="To the hub’s own address"),
    ]


@register_samples(NOTICE)
def notice_samples() -> list[Sample]:
    context = {"request": sample_request(), "school": sample_school(), "action_label": "Open the request"}
    return [
        staff_sample(NOTICE, context={**context, "officer": sample_officer(), "why": WHY_TRIAGE}, case="To an officer"),
        staff_sample(NOTICE, context={**context, "officer": None, "why": WHY_HUB}, case="To the hub’s own address"),
    ]


@register_samples(DECLINED)
def declined_samples() -> list[Sample]:
    request = sample_request()
    request.decline_reason = "We met in September, so the next conversation is due next year. Ring me if it is urgent."
    context = {"request": request, "officer": sample_officer(), "action_label": OPEN_SCHOOL_PAGE}
    return [contact_sample(f"{FOLDER}/request_declined", context=context)]


def _sample_link() -> str:
    return ContactLink.mint(destination="", contact=sample_contact()).mail_url


def _attendee_samples(kind: MailKind, meeting: Meeting, **context: Any) -> list[Sample]:
    """To the coordinator, to the head teacher, and about a follow-up visit, which asks for no data form."""

    def sample(meeting: Meeting, role: ContactRole, *, wants_form: bool, case: str) -> Sample:
        facts = {
            **meeting_facts(meeting),
            **context,
            "asks_for_data_form": wants_form,
            "coordinator_has_it": role == ContactRole.HEAD_TEACHER,
            "own_view_url": _sample_link() if wants_form and kind is BOOKING else "",
            "action_label": "Fill in the data form" if wants_form else OPEN_SCHOOL_PAGE,
        }
        return contact_sample(f"{FOLDER}/{kind.key}", context=facts, role=role, case=case)

    visit = sample_meeting(kind=MeetingKind.FOLLOW_UP)
    return [
        sample(meeting, ContactRole.MUSIC_COORDINATOR, wants_form=True, case="To the music coordinator"),
        sample(meeting, ContactRole.HEAD_TEACHER, wants_form=True, case="To the head teacher"),
        sample(visit, ContactRole.MUSIC_COORDINATOR, wants_form=False, case="Follow-up visit"),
    ]


@register_samples(BOOKING)
def booking_samples() -> list[Sample]:
    return _attendee_samples(BOOKING, sample_meeting())


@register_samples(MOVED)
def moved_samples() -> list[Sample]:
    before = slot_at(a_tuesday() - timedelta(days=7), time(13, 0)).starts_at
    return _attendee_samples(MOVED, sample_meeting(), date_before=long_date(before.date()), start_before=clock(before))


def sample_cancelled_meeting() -> Meeting:
    meeting = sample_meeting()
    meeting.status = MeetingStatus.CANCELLED
    meeting.cancelled_by = sample_officer()
    meeting.cancel_reason = "I am ill, I am sorry. I will ring you to find another day."
    return meeting


@register_samples(CANCELLED)
def cancelled_samples() -> list[Sample]:
    context = {
        **meeting_facts(sample_cancelled_meeting()),
        "asks_for_data_form": False,
        "coordinator_has_it": False,
        "action_label": OPEN_SCHOOL_PAGE,
    }
    return [contact_sample(f"{FOLDER}/{CANCELLED.key}", context=context)]


def _officer_sample(kind: MailKind, meeting: Meeting, *, case: str, **context: Any) -> Sample:
    facts = {
        **meeting_facts(meeting),
        "school": meeting.school,
        "reader": sample_officer(),
        "attendees": [sample_contact(), sample_contact(role=ContactRole.HEAD_TEACHER)],
        "action_label": "Open the meeting",
        "why": WHY_OFFICER,
    }
    return staff_sample(kind, context={**facts, **context}, case=case)


@register_samples(OFFICER_BOOKING)
def officer_booking_samples() -> list[Sample]:
    moved = sample_meeting()
    moved.calendar_sequence = 1
    return [
        _officer_sample(OFFICER_BOOKING, sample_meeting(), case="Booked"),
        _officer_sample(OFFICER_BOOKING, moved, case="Moved"),
        _officer_sample(OFFICER_BOOKING, sample_meeting(), case="Nobody from the school invited", attendees=[]),
    ]


@register_samples(OFFICER_CANCELLED)
def officer_cancelled_samples() -> list[Sample]:
    return [
        _officer_sample(OFFICER_CANCELLED, sample_cancelled_meeting(), case="Cancelled"),
        _officer_sample(OFFICER_CANCELLED, sample_meeting(), case="A colleague holds it now"),
    ]


@register_samples(DATA_FORM_REMINDER)
def data_form_reminder_samples() -> list[Sample]:
    folder, facts = f"{FOLDER}/{DATA_FORM_REMINDER.key}", meeting_facts(sample_meeting())
    context = {**facts, "action_label": "Fill in the data form"}
    return [
        contact_sample(folder, context={**context, "is_begun": False}, case="Not begun"),
        contact_sample(folder, context={**context, "is_begun": True}, case="Begun, not sent"),
    ]


@register_samples(MEETING_REMINDER)
def meeting_reminder_samples() -> list[Sample]:
    folder, facts = f"{FOLDER}/{MEETING_REMINDER.key}", meeting_facts(sample_meeting())
    head = sample_contact(role=ContactRole.HEAD_TEACHER)
    ready = {**facts, "others": [head], "asks_for_data_form": False, "action_label": OPEN_SCHOOL_PAGE}
    waits = {**facts, "others": [], "asks_for_data_form": True, "action_label": "Fill in the data form"}
    return [
        contact_sample(folder, context=ready, case="The data form is back"),
        contact_sample(folder, context=waits, case="The data form is not back"),
    ]
