"""Meetings are booked, moved, cancelled, held and missed. No officer is ever in two places at once.

That is the database's word (an exclusion constraint). Locks are taken in one order, so that people who click at the
same moment come one after another instead of waiting in a circle: the school, the request, the meeting, the officer.
What may follow what is one table (`meetings.rules.states`). A request whose meeting falls through either waits again
or is closed with the reason: none is lost.
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
    mail_asker_cancelled,
    mail_asker_told,
    mail_booking,
    mail_cancelled,
    mail_meeting_missed,
    mail_moved,
    mail_officer_booking,
    mail_officer_cancelled,
)
from meetings.models import DataForm, Meeting, MeetingKind, MeetingRequest, MeetingStatus
from meetings.queries import is_under_way, meeting_in_the_way
from meetings.rules import LONDON, MeetingVerb, NotFromHere, RequestVerb, Slot, long_date, meeting_after, slot_at
from meetings.services.triage import (
    askers_of,
    check_is_officer,
    close_request,
    lock_request,
    reopen_request,
    request_status_after,
    settle_request,
)
from schools.models import Contact, School, TimelineKind
from schools.services import confirm_contacts, take_part_again
from schools.timeline import record_event

ONE_PLACE = "meetings_meeting_officer_in_one_place"
# Why a request is closed whose meeting nobody came to, where the officer gave no reason.
MISSED_REASON = "Nobody was there for the meeting, and the school does not want another one for now."


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

    It answers the requests joined to it as well: whoever asked and is not invited is told that there is a meeting.

    Raises:
        ValidationError: the request has been answered, the time has passed, or the officer is elsewhere then.
    """
    locked = lock_request(request)
    locked.status = request_status_after(locked, RequestVerb.BOOK)
    meeting = Meeting(
        school=locked.school, kind=locked.kind, request=locked, officer=officer, booked_by=by, booked_at=now
    )
    _book(meeting, starts_at=starts_at, attendees=attendees, now=now)
    locked.decided_at, locked.decided_by = now, by
    locked.save(update_fields=["status", "decided_at", "decided_by"])
    for asked in _left_out(meeting, request=locked):
        mail_asker_told(meeting=meeting, request=asked)
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
    school = School.objects.select_for_update(no_key=True).get(pk=school.pk)
    if not school.is_open:
        raise ValidationError(f"{school.name} is closed, so no meeting can be booked there.")
    meeting = Meeting(school=school, kind=kind, officer=officer, booked_by=by, booked_at=now)
    _book(meeting, starts_at=starts_at, attendees=attendees, now=now)
    return meeting


def _book(meeting: Meeting, *, starts_at: datetime, attendees: Collection[Contact], now: datetime) -> None:
    slot = _free_slot(meeting.officer, starts_at, now=now)
    # A meeting ends a pause, and "not engaging".
    take_part_again(school=meeting.school, by=meeting.booked_by, now=now)
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
    locked = _lock(meeting)
    locked.status = _status_after(locked, MeetingVerb.MOVE)
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
def cancel_meeting(*, meeting: Meeting, reason: str, again: bool = True, by: User, now: datetime) -> Meeting:
    """Call a booked meeting off, with the reason everybody will read; it leaves their calendars.

    `again` says what becomes of the request it answered: it waits for another time, or it is closed with this reason.
    A meeting without a request leaves nothing behind.

    Raises:
        ValidationError: the meeting is not booked any more, or the reason is missing.
    """
    request, locked = _lock_with_request(meeting)
    locked.status = _status_after(locked, MeetingVerb.CANCEL)
    if not reason.strip():
        raise ValidationError("Give a reason: the school will read it.")
    locked.cancel_reason, locked.cancelled_at, locked.cancelled_by = reason.strip(), now, by
    locked.calendar_sequence += 1
    locked.save(update_fields=["status", "cancel_reason", "cancelled_at", "cancelled_by", "calendar_sequence"])
    text = f"{locked.get_kind_display()} of {_words(_slot_of(locked))} cancelled: {locked.cancel_reason}"
    record_event(school=locked.school, kind=TimelineKind.MEETING, text=text, by=by, at=now)
    left_out = _left_out(locked, request=request)
    _release(request, again=again, reason=locked.cancel_reason, by=by, now=now)
    for contact in locked.attendees.reachable():
        mail_cancelled(meeting=locked, contact=contact, waits_again=again and request is not None)
    for asked in left_out:
        mail_asker_cancelled(meeting=locked, request=asked, waits_again=again)
    mail_officer_cancelled(meeting=locked, officer=locked.officer)
    return locked


@transaction.atomic
def miss_meeting(*, meeting: Meeting, note: str = "", again: bool = True, by: User, now: datetime) -> Meeting:
    """Note that nobody was there. `note` is for staff only: nobody is blamed.

    `again` says what becomes of the request: it waits for another time, and those invited get a friendly line that
    says so; or it is closed, and nothing is sent.

    Raises:
        ValidationError: the meeting is not booked any more, has not begun yet, or the hub has begun an audit of it.
    """
    request, locked = _lock_with_request(meeting)
    locked.status = _status_after(locked, MeetingVerb.MISS)
    _check_has_begun(locked, now=now)
    if is_under_way(locked):
        raise ValidationError("An audit of this meeting has been begun, so somebody was there.")
    locked.missed_note, locked.missed_at, locked.missed_by = note.strip(), now, by
    locked.save(update_fields=["status", "missed_note", "missed_at", "missed_by"])
    text = f"{locked.get_kind_display()} of {_words(_slot_of(locked))}: nobody was there."
    record_event(school=locked.school, kind=TimelineKind.MEETING, text=text, by=by, at=now)
    _release(request, again=again, reason=locked.missed_note or MISSED_REASON, by=by, now=now)
    if request and again:
        for contact in locked.attendees.reachable():
            mail_meeting_missed(meeting=locked, contact=contact)
    return locked


@transaction.atomic
def correct_missed_meeting(*, meeting: Meeting, by: User, now: datetime) -> Meeting:
    """Take back that nobody was there: the meeting stands as it did before, and answers its request again.

    Raises:
        ValidationError: it was not noted as missed, the request has another meeting since, or its officer was at
            another meeting at the time.
    """
    request, locked = _lock_with_request(meeting)
    locked.status = _status_after(locked, MeetingVerb.CORRECT)
    locked.missed_note, locked.missed_at, locked.missed_by = "", None, None
    if request:
        settle_request(request, by=by, now=now)
    with one_place(locked.officer, _slot_of(locked), apart_from=locked):
        locked.save(update_fields=["status", "missed_note", "missed_at", "missed_by"])
    text = f"{locked.get_kind_display()} of {_words(_slot_of(locked))} was not missed after all."
    record_event(school=locked.school, kind=TimelineKind.MEETING, text=text, by=by, at=now)
    return locked


@transaction.atomic
def hold_meeting(*, meeting: Meeting, by: User, now: datetime | None = None) -> Meeting:
    """Note that a meeting took place: its audit has been agreed, or an officer says so. Again changes nothing.

    With `now` the meeting must have begun by then; agreeing an audit needs no such question.

    Raises:
        ValidationError: the meeting was cancelled or missed, or has not begun yet.
    """
    locked = _lock(meeting)
    after = _status_after(locked, MeetingVerb.HOLD)
    if locked.status == after:
        return locked
    if now:
        _check_has_begun(locked, now=now)
    locked.status = after
    locked.save(update_fields=["status"])
    text = f"{locked.get_kind_display()} held."
    record_event(school=locked.school, kind=TimelineKind.MEETING, text=text, by=by)
    meeting.status = locked.status
    return locked


# --- How ------------------------------------------------------------------------------------------


def _lock(meeting: Meeting) -> Meeting:
    # The row alone: whatever is joined to a row that had to be waited for is as old as the question.
    return Meeting.objects.select_for_update().get(pk=meeting.pk)


def _lock_with_request(meeting: Meeting) -> tuple[MeetingRequest | None, Meeting]:
    """The meeting as it stands now and the request it answers, held until the end of the transaction."""
    request = lock_request(meeting.request) if meeting.request else None
    return request, _lock(meeting)


def _status_after(meeting: Meeting, verb: MeetingVerb) -> MeetingStatus:
    try:
        return MeetingStatus(meeting_after(meeting.status, verb))
    except NotFromHere as error:
        raise ValidationError(str(error)) from error


def _check_has_begun(meeting: Meeting, *, now: datetime) -> None:
    if meeting.starts_at > now:
        raise ValidationError(f"This meeting begins on {_words(_slot_of(meeting))}: wait until then.")


def _left_out(meeting: Meeting, *, request: MeetingRequest | None) -> list[MeetingRequest]:
    """What was asked by people who are not invited to the meeting: they hear that it is on, or off, and no more."""
    invited = {contact.pk for contact in meeting.attendees.reachable()}
    return [asked for asked in askers_of(request) if asked.contact_id not in invited] if request else []


def _release(request: MeetingRequest | None, *, again: bool, reason: str, by: User, now: datetime) -> None:
    """Let the request of a meeting that fell through wait again, or close it with the reason."""
    if request is None:
        return
    if again:
        reopen_request(request, by=by, now=now)
    else:
        close_request(request, status=request_status_after(request, RequestVerb.CLOSE), reason=reason, by=by, now=now)


def _free_slot(officer: User, starts_at: datetime, *, now: datetime) -> Slot:
    """The meeting's time. Raises ValidationError for one that has passed, or somebody who holds no meetings."""
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
