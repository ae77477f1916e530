"""Meetings are booked, moved, cancelled and held. No officer is ever in two places at once.

That is the database's word (an exclusion constraint). The officer's row is locked first, so that people who book at
the same moment come one after another, instead of waiting for each other until the database ends it.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from hubportal.accounts.models import User
from meetings.emails import (
    mail_booking,
    mail_cancelled,
    mail_moved,
    mail_officer_booking,
    mail_officer_cancelled,
)
from meetings.models import DataForm, Meeting, MeetingKind, MeetingRequest, MeetingStatus, RequestStatus
from meetings.queries import meeting_in_the_way
from meetings.rules import LONDON, Slot, long_date, slot_at
from meetings.services.requests import check_is_officer, lock_new_request
from schools.models import Contact, School, TimelineKind
from schools.services import confirm_contacts
from schools.timeline import record_event

ONE_PLACE = "meetings_meeting_officer_in_one_place"


@transaction.atomic
def book_meeting(
    *,
    request: MeetingRequest,
    officer: User,
    starts_at: datetime,
    attendees: Collection[Contact],
    by: User,
    now: datetime,
) -> Meeting:
    """Answer a request with a time: 90 minutes at the school, and a mail with the invitation to everybody.

    Raises:
        ValidationError: the request has been answered, the time has passed, or the officer is elsewhere then.
    """
    locked = lock_new_request(request)
    meeting = Meeting(
        school=locked.school, kind=locked.kind, request=locked, officer=officer, booked_by=by, booked_at=now
    )
    _book(meeting, starts_at=starts_at, attendees=attendees, now=now)
    locked.status, locked.decided_at, locked.decided_by = RequestStatus.BOOKED, now, by
    locked.save(update_fields=["status", "decided_at", "decided_by"])
    return meeting


@transaction.atomic
def arrange_meeting(
    *,
    school: School,
    kind: str,
    officer: User,
    starts_at: datetime,
    attendees: Collection[Contact],
    by: User,
    now: datetime,
) -> Meeting:
    """Book a meeting nobody sent a request for: a follow-up visit, or one agreed over the telephone.

    Raises:
        ValidationError: the school is closed, the time has passed, or the officer is elsewhere then.
    """
    if not school.is_open:
        raise ValidationError(f"{school.name} is closed, so no meeting can be booked there.")
    meeting = Meeting(school=school, kind=kind, officer=officer, booked_by=by, booked_at=now)
    _book(meeting, starts_at=starts_at, attendees=attendees, now=now)
    return meeting


def _book(meeting: Meeting, *, starts_at: datetime, attendees: Collection[Contact], now: datetime) -> None:
    slot = _free_slot(meeting.officer, starts_at, now=now)
    with one_place(meeting.officer, slot):
        meeting.period = DateTimeTZRange(slot.starts_at, slot.ends_at)
        meeting.save()
    # To send somebody an invitation is to know them.
    confirm_contacts(contacts=attendees, by=meeting.booked_by, now=now)
    meeting.attendees.set(attendees)
    if MeetingKind(meeting.kind).asks_for_data_form:
        DataForm.objects.create(meeting=meeting)
    text = f"{meeting.get_kind_display()} booked for {_words(slot)} with {meeting.officer.name}."
    record_event(
        school=meeting.school, kind=TimelineKind.MEETING, text=text, by=meeting.booked_by, at=meeting.booked_at
    )
    for contact in meeting.attendees.reachable():
        mail_booking(meeting=meeting, contact=contact)
    mail_officer_booking(meeting=meeting)


@transaction.atomic
def move_meeting(*, meeting: Meeting, officer: User, starts_at: datetime, by: User, now: datetime) -> Meeting:
    """Give a booked meeting another time, another officer or both; everybody's calendar entry changes with it.

    Raises:
        ValidationError: the meeting is not booked any more, nothing would change, the time has passed, or the
            officer is elsewhere then.
    """
    locked = _lock_booked(meeting)
    before, officer_before = _slot_of(locked), locked.officer
    if (officer_before, before.starts_at) == (officer, starts_at):
        raise ValidationError("That is when the meeting already is: choose another time or officer.")
    slot = _free_slot(officer, starts_at, now=now)
    with one_place(officer, slot, apart_from=locked):
        locked.officer, locked.period = officer, DateTimeTZRange(slot.starts_at, slot.ends_at)
        locked.calendar_sequence += 1
        locked.save(update_fields=["officer", "period", "calendar_sequence"])
    text = f"{locked.get_kind_display()} moved from {_words(before)} to {_words(slot)} with {officer.name}."
    record_event(school=locked.school, kind=TimelineKind.MEETING, text=text, by=by, at=now)
    for contact in locked.attendees.reachable():
        mail_moved(meeting=locked, contact=contact, before=before)
    mail_officer_booking(meeting=locked)
    if officer_before != officer:
        mail_officer_cancelled(meeting=locked, officer=officer_before)
    return locked


@transaction.atomic
def cancel_meeting(*, meeting: Meeting, reason: str, by: User, now: datetime) -> Meeting:
    """Call a booked meeting off, with the reason everybody will read; it leaves their calendars.

    Raises:
        ValidationError: the meeting is not booked any more, or the reason is missing.
    """
    locked = _lock_booked(meeting)
    if not reason.strip():
        raise ValidationError("Give a reason: the school will read it.")
    locked.status, locked.cancel_reason = MeetingStatus.CANCELLED, reason.strip()
    locked.cancelled_at, locked.cancelled_by = now, by
    locked.calendar_sequence += 1
    locked.save(update_fields=["status", "cancel_reason", "cancelled_at", "cancelled_by", "calendar_sequence"])
    text = f"{locked.get_kind_display()} of {_words(_slot_of(locked))} cancelled: {locked.cancel_reason}"
    record_event(school=locked.school, kind=TimelineKind.MEETING, text=text, by=by, at=now)
    for contact in locked.attendees.reachable():
        mail_cancelled(meeting=locked, contact=contact)
    mail_officer_cancelled(meeting=locked, officer=locked.officer)
    return locked


@transaction.atomic
def hold_meeting(*, meeting: Meeting, by: User) -> Meeting:
    """Note that a meeting took place: its audit has been agreed. A second call changes nothing.

    Raises:
        ValidationError: the meeting was cancelled.
    """
    locked = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if locked.status == MeetingStatus.HELD:
        return locked
    if locked.status == MeetingStatus.CANCELLED:
        raise ValidationError("This meeting was cancelled, so it cannot have been held.")
    locked.status = MeetingStatus.HELD
    locked.save(update_fields=["status"])
    text = f"{locked.get_kind_display()} held."
    record_event(school=locked.school, kind=TimelineKind.MEETING, text=text, by=by)
    meeting.status = locked.status
    return locked


# --- How ------------------------------------------------------------------------------------------


def _lock_booked(meeting: Meeting) -> Meeting:
    # The row alone: whatever is joined to a row that had to be waited for is as old as the question.
    locked = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if locked.status != MeetingStatus.BOOKED:
        done = locked.get_status_display().lower()
        raise ValidationError(f"This meeting is {done}, so it cannot be changed any more.")
    return locked


def _free_slot(officer: User, starts_at: datetime, *, now: datetime) -> Slot:
    check_is_officer(officer)
    if starts_at <= now:
        raise ValidationError("That time has passed; choose one to come.")
    local = starts_at.astimezone(LONDON)
    return slot_at(local.date(), local.time())


@contextmanager
def one_place(officer: User, slot: Slot, *, apart_from: Meeting | None = None) -> Iterator[None]:
    """Turns the database's refusal of overlapping meetings into a sentence; any other refusal stays as it is."""
    list(User.objects.select_for_update(no_key=True).filter(pk=officer.pk))
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if ONE_PLACE not in str(error):
            raise
        other = meeting_in_the_way(officer=officer, slot=slot, apart_from=apart_from)
        where = f" at {other.school.name} on {_words(_slot_of(other))}" if other else " at that time"
        raise ValidationError(
            f"This officer already has a meeting{where}; choose another time.", code="officer_elsewhere"
        ) from error


def _slot_of(meeting: Meeting) -> Slot:
    return Slot(timezone.localtime(meeting.starts_at), timezone.localtime(meeting.ends_at))


def _words(slot: Slot) -> str:
    """Tuesday 2 March 2027, 09:30 to 11:00."""
    return f"{long_date(slot.starts_at.date())}, {slot.starts_at:%H:%M} to {slot.ends_at:%H:%M}"
