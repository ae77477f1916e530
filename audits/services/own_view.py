"""A school rates itself before the meeting, if it likes: several people, each change saved by itself.

Only while the meeting is booked and has not begun, and the audit is open; afterwards it can be read. The conversation
starts from what the school said, so nobody at the school changes it once the conversation has begun.
"""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from audits.emails import mail_own_view_link
from audits.models import Audit, AuditStatus, RatingValue
from audits.queries import audit_of_own_view, published_framework, why_closed
from audits.services.changes import Change, ChangeConflict, PageOutcome, Stored, apply_change
from audits.services.starting import offered_phases, start_audit
from meetings.models import Meeting
from schools.models import Contact, TimelineKind
from schools.services import record_event

NOT_BEGUN = "Nobody has begun to rate the school yet. Load the page again to begin."


def phases_to_choose(meeting: Meeting) -> list[str]:
    """The phases in which a school may rate itself: those it is offered and whose framework is published."""
    return [phase.value for phase in offered_phases(meeting.school) if published_framework(phase)]


def begin_own_view(*, meeting: Meeting, phase: str, by_contact: Contact, now: datetime) -> Audit:
    """Begin the meeting's audit for the school's own ratings; where one is open already, go on with that.

    As long as nobody has written anything, the school may still choose the other phase.

    Raises:
        ValidationError: the meeting is not to come, the contact is not of this school, or `start_audit` refuses.
    """
    audit = _check_open(meeting, by_contact=by_contact, now=now)
    if audit and (audit.started_by_id or audit.changes.exists()):
        return audit
    return start_audit(meeting=meeting, phase=phase, by_contact=by_contact, now=now)


def save_own_view(*, audit: Audit, change: Change, by_contact: Contact, now: datetime) -> Stored:
    """Store one rating or one text of the school's own, as `apply_change` does.

    Raises:
        ValidationError: the audit is not open, its meeting is not to come, or the change is not allowed.
        ChangeConflict: a colleague has changed the same field meanwhile; nothing is stored.
    """
    _check_open(audit.meeting, by_contact=by_contact, now=now)
    return apply_change(audit=audit, change=change, by_contact=by_contact, now=now)


@transaction.atomic
def save_own_section(*, meeting: Meeting, changes: Sequence[Change], by_contact: Contact, now: datetime) -> PageOutcome:
    """Store what somebody changed on a page. What colleagues changed meanwhile stays, everything else is stored.

    Raises:
        ValidationError: as with `save_own_view`; then nothing is stored.
    """
    audit = _open_audit(meeting, by_contact=by_contact, now=now)
    conflicts: list[ChangeConflict] = []
    for change in changes:
        try:
            apply_change(audit=audit, change=change, by_contact=by_contact, now=now)
        except ChangeConflict as conflict:
            conflicts.append(conflict)
    return PageOutcome(saved=len(changes) - len(conflicts), conflicts=tuple(conflicts))


@transaction.atomic
def finish_own_view(*, meeting: Meeting, by_contact: Contact, now: datetime) -> None:
    """Tell the hub that the school has rated itself as far as it wants to. It may still change everything until the
    meeting; again is harmless.

    Raises:
        ValidationError: nothing has been begun, or the meeting is not to come.
    """
    audit = _open_audit(meeting, by_contact=by_contact, now=now)
    if not _set_done(audit, at=now, by=by_contact):
        return
    ratings = audit.ratings.all()
    rated, total = ratings.exclude(school=RatingValue.NOT_DISCUSSED).count(), ratings.count()
    text = f"{by_contact.name} says the school’s own ratings are ready: {rated} of {total}."
    record_event(school=meeting.school, kind=TimelineKind.AUDIT, text=text, by_contact=by_contact, at=now)


@transaction.atomic
def go_on_with_own_view(*, meeting: Meeting, by_contact: Contact, now: datetime) -> None:
    """Take back that the school is done.

    Raises:
        ValidationError: nothing has been begun, or the meeting is not to come.
    """
    audit = _open_audit(meeting, by_contact=by_contact, now=now)
    _set_done(audit, at=None, by=None)


def send_own_view_link(*, meeting: Meeting, colleague: Contact, by_contact: Contact, now: datetime) -> None:
    """Mail a colleague a personal link of their own to these pages, at most once a day.

    Only to somebody whom the hub knows already: a link opens the school's pages, so whom a colleague merely names
    must first be confirmed by an officer.

    Raises:
        ValidationError: the meeting is not to come, the colleague is of another school, not confirmed, or may not be
            written to, or has had the link today.
    """
    _check_open(meeting, by_contact=by_contact, now=now)
    if colleague.school_id != meeting.school_id:
        raise ValidationError("This person is not a contact of your school.")
    if not colleague.is_reachable:
        raise ValidationError(
            f"We may not write to {colleague.name} at the moment. Please ask {meeting.officer.name} to look into it."
        )
    on = timezone.localdate(now)
    _, is_new = mail_own_view_link(meeting=meeting, contact=colleague, sender=by_contact, on=on)
    if not is_new:
        raise ValidationError(f"{colleague.name} has been sent the link today already.")


def _check_open(meeting: Meeting, *, by_contact: Contact, now: datetime) -> Audit | None:
    """The meeting's audit, if there is one, while this person may change what the school says of itself."""
    if by_contact.school_id != meeting.school_id or not by_contact.is_confirmed or by_contact.left_at:
        raise ValidationError("Only people of the school, known to the hub, can rate it.")
    current = Meeting.objects.get(pk=meeting.pk)
    audit = audit_of_own_view(current)
    if closed := why_closed(current, audit, now=now):
        raise ValidationError(closed)
    return audit


def _open_audit(meeting: Meeting, *, by_contact: Contact, now: datetime) -> Audit:
    audit = _check_open(meeting, by_contact=by_contact, now=now)
    if audit is None:
        raise ValidationError(NOT_BEGUN)
    return audit


def _set_done(audit: Audit, *, at: datetime | None, by: Contact | None) -> bool:
    """False when it says so already."""
    open_audit = Audit.objects.filter(pk=audit.pk, status=AuditStatus.OPEN, school_done_at__isnull=at is not None)
    return bool(open_audit.update(school_done_at=at, school_done_by=by))
