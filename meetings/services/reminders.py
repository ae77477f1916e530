"""Reminders before a meeting. The question is always "what is due as of this day and not yet done?"."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from hubportal.mail.models import Email
from meetings.emails import mail_data_form_reminder, mail_meeting_reminder
from meetings.models import Meeting, MeetingStatus
from meetings.queries import Reminder, ReminderKind, due_reminders
from schools.models import Contact

MAILS: dict[ReminderKind, Callable[..., Email]] = {
    ReminderKind.DATA_FORM: mail_data_form_reminder,
    ReminderKind.MEETING: mail_meeting_reminder,
}


@dataclass(frozen=True)
class QueuedReminder:
    """A reminder that one run queued."""

    kind: ReminderKind
    meeting: Meeting
    contact: Contact


def queue_due_reminders(as_of: date) -> list[QueuedReminder]:
    """Queue the reminders of data forms and meetings that are due as of this day, each once.

    They go at 09:00 on the first working day on or after `as_of`; one that came too late to be of use is left out.
    With an `as_of` in the future that day is taken for today, and they go at once.
    """
    return [queued for reminder in due_reminders(as_of=as_of) for queued in _queue(reminder, as_of=as_of)]


@transaction.atomic
def _queue(reminder: Reminder, *, as_of: date) -> list[QueuedReminder]:
    """All of a reminder's mails, or none: what stopped half way is asked for again by the next run."""
    if not _is_as_it_was(reminder.meeting):
        return []
    not_before: datetime | None = None if as_of > timezone.localdate() else reminder.goes_at(as_of=as_of)
    for contact in reminder.people:
        contact.school = reminder.meeting.school
        mail = MAILS[reminder.kind]
        mail(meeting=reminder.meeting, contact=contact, dedupe_key=reminder.key(contact), not_before=not_before)
    return [QueuedReminder(reminder.kind, reminder.meeting, contact) for contact in reminder.people]


def _is_as_it_was(meeting: Meeting) -> bool:
    """Holds the meeting until the end of the transaction. False when somebody moved or ended it meanwhile, or when
    another run is at it."""
    held = Meeting.objects.select_for_update(no_key=True, skip_locked=True).filter(
        pk=meeting.pk, status=MeetingStatus.BOOKED, calendar_sequence=meeting.calendar_sequence
    )
    return bool(held)
