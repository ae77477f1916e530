"""Reminders before a meeting: of the data form that is not back, and of the meeting itself."""

from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from hubportal.mail.kinds import MailKind, Sentence, register
from hubportal.mail.models import Email, Pace
from meetings.models import DataForm, Meeting, MeetingKind, MeetingStatus
from meetings.queries import ReminderKind, reminder_until
from schools.emails import SIGN_OFF, mail_contact
from schools.models import Contact, SchoolStatus

from .bookings import meeting_facts
from .sending import FOLDER, SCHOOL_PAGES


def _reminder_too_late(email: Email) -> str | None:
    """The meeting was moved, called off or held while the mail waited, or it is too close to be reminded of."""
    meeting = Meeting.objects.select_related("school").get(pk=email.context["meeting"])
    if meeting.status != MeetingStatus.BOOKED:
        return "The meeting is not booked any more."
    if meeting.calendar_sequence != email.context["sequence"]:
        return "The meeting was moved."
    if meeting.school.status == SchoolStatus.CLOSED:
        return "The school has closed."
    if timezone.now() >= reminder_until(ReminderKind(email.kind), meeting):
        return "It is too late for a reminder."
    return None


def _data_form_came_back(email: Email) -> str | None:
    sent = DataForm.objects.filter(meeting=email.context["meeting"], sent_at__isnull=False)
    return "The data form has come back." if sent.exists() else _reminder_too_late(email)


DATA_FORM_REMINDER = register(
    MailKind(
        ReminderKind.DATA_FORM,
        "Reminder of the data form",
        no_longer_applies=_data_form_came_back,
        pace=Pace.SCHOOL_DAY,
        is_joinable=True,
        goes_through_pauses=True,
        sentences=(
            Sentence(
                "opening",
                "Opening",
                "We are looking forward to our meeting. The short data form before it has not come back to us yet.",
            ),
            Sentence(
                "effort",
                "What it takes",
                "It takes 5 to 10 minutes. Every question may stay empty, and an estimate is fine. No other evidence "
                "is required.",
            ),
            SIGN_OFF,
        ),
    )
)
MEETING_REMINDER = register(
    MailKind(
        ReminderKind.MEETING,
        "Reminder of the meeting",
        no_longer_applies=_reminder_too_late,
        pace=Pace.SCHOOL_DAY,
        is_joinable=True,
        goes_through_pauses=True,
        sentences=(
            Sentence("opening", "Opening", "This is a reminder of our {kind} about music at your school:", ("kind",)),
            Sentence("preparing", "What to prepare", "There is nothing to prepare. No other evidence is required."),
            SIGN_OFF,
        ),
    )
)


def mail_data_form_reminder(
    *, meeting: Meeting, contact: Contact, dedupe_key: str, not_before: datetime | None
) -> Email:
    """Remind somebody of the data form, which has not come back; the link leads to it."""
    form = getattr(meeting, "data_form", None)
    email, _ = mail_contact(
        contact=contact,
        kind=DATA_FORM_REMINDER.key,
        dedupe_key=dedupe_key,
        folder=f"{FOLDER}/{DATA_FORM_REMINDER.key}",
        destination=reverse("data_form", args=[meeting.pk]),
        context={
            **meeting_facts(meeting),
            "is_begun": form is not None and form.saved_at is not None,
            "action_label": "Fill in the data form",
        },
        check={"meeting": meeting.pk, "sequence": meeting.calendar_sequence},
        not_before=not_before,
    )
    return email


def mail_meeting_reminder(*, meeting: Meeting, contact: Contact, dedupe_key: str, not_before: datetime | None) -> Email:
    """Remind somebody who comes of the meeting: when, where, with whom and who else comes."""
    form = getattr(meeting, "data_form", None)
    wants_form = MeetingKind(meeting.kind).asks_for_data_form and (form is None or form.sent_at is None)
    email, _ = mail_contact(
        contact=contact,
        kind=MEETING_REMINDER.key,
        dedupe_key=dedupe_key,
        folder=f"{FOLDER}/{MEETING_REMINDER.key}",
        destination=reverse("data_form", args=[meeting.pk]) if wants_form else SCHOOL_PAGES,
        context={
            **meeting_facts(meeting),
            "others": list(meeting.attendees.filter(left_at__isnull=True).exclude(pk=contact.pk)),
            "asks_for_data_form": wants_form,
            "action_label": "Fill in the data form" if wants_form else "Open your school’s page",
        },
        check={"meeting": meeting.pk, "sequence": meeting.calendar_sequence},
        not_before=not_before,
    )
    return email
