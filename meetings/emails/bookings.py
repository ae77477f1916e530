"""The mails around a meeting, one function each, with its calendar file, and the last check before each is sent."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from hubportal.accounts.models import User
from hubportal.mail.kinds import MailKind, register
from hubportal.mail.models import Email
from hubportal.mail.services import Attachment
from meetings.calendar import CANCELLATION_TYPE, INVITATION_TYPE, Entry, Person, cancellation, invitation, removal
from meetings.models import Meeting, MeetingKind, MeetingStatus
from meetings.rules import Slot, long_date
from schools.emails import mail_contact
from schools.models import Contact, ContactLink, ContactRole, HubProfile
from schools.queries import hub_profile

from .sending import FOLDER, SCHOOL_PAGES, mail_staff
from .sentences import BOOKING_SENTENCES, CANCELLED_SENTENCES, MOVED_SENTENCES

WHY_OFFICER = "You get this because you hold this meeting for the hub."


def _booking_changed(email: Email) -> str | None:
    meeting = Meeting.objects.get(pk=email.context["meeting"])
    if meeting.status == MeetingStatus.CANCELLED:
        return "The meeting was cancelled."
    if meeting.calendar_sequence != email.context["sequence"]:
        return "The meeting was moved."
    return None


BOOKING = register(MailKind("booking", "Booking", no_longer_applies=_booking_changed, sentences=BOOKING_SENTENCES))
MOVED = register(
    MailKind("booking_moved", "Meeting moved", no_longer_applies=_booking_changed, sentences=MOVED_SENTENCES)
)
CANCELLED = register(MailKind(key="booking_cancelled", name="Meeting cancelled", sentences=CANCELLED_SENTENCES))
OFFICER_BOOKING = register(MailKind("officer_booking", "Booking, for the officer", no_longer_applies=_booking_changed))
OFFICER_CANCELLED = register(MailKind(key="officer_cancelled", name="Cancellation, for the officer"))


@transaction.atomic
def mail_booking(*, meeting: Meeting, contact: Contact) -> Email:
    """Tell somebody from the school when the meeting is, with the calendar invitation and the data form.

    A second link leads to where the school may rate itself beforehand, if it likes.
    """
    attachment = _invitation_file(meeting)
    if not MeetingKind(meeting.kind).asks_for_data_form:
        return _mail_attendee(meeting, contact, kind=BOOKING, attachment=attachment)
    link = ContactLink.mint(destination=reverse("own_view", args=[meeting.pk]), contact=contact)
    email = _mail_attendee(
        meeting, contact, kind=BOOKING, attachment=attachment, own_link=link, own_view_url=link.mail_url
    )
    # A mail that had been written before has its own.
    if str(link.pk) in email.context.get("links", []):
        link.save()
    return email


def mail_moved(*, meeting: Meeting, contact: Contact, before: Slot) -> Email:
    """Tell somebody from the school about the new time or officer; the same calendar entry changes with it."""
    context: dict[str, Any] = {
        "date_before": long_date(before.starts_at.date()),
        "start_before": clock(before.starts_at),
    }
    return _mail_attendee(meeting, contact, kind=MOVED, attachment=_invitation_file(meeting), **context)


def mail_cancelled(*, meeting: Meeting, contact: Contact, waits_again: bool = False) -> Email:
    """Tell somebody from the school that the meeting will not be, and why; the calendar entry goes with it.

    `waits_again` says that the hub will suggest a new time, as the school still wants to meet.
    """
    file = _cancellation_file(meeting)
    return _mail_attendee(meeting, contact, kind=CANCELLED, attachment=file, waits_again=waits_again)


def mail_officer_booking(*, meeting: Meeting) -> Email:
    """Put a booked or moved meeting into the officer's calendar."""
    return _mail_officer(meeting, meeting.officer, kind=OFFICER_BOOKING, attachment=_invitation_file(meeting))


def mail_officer_cancelled(*, meeting: Meeting, officer: User) -> Email:
    """Take a meeting out of an officer's calendar: it was cancelled, or a colleague holds it now."""
    is_over = officer == meeting.officer
    attachment = _cancellation_file(meeting) if is_over else _removal_file(meeting, officer)
    return _mail_officer(meeting, officer, kind=OFFICER_CANCELLED, attachment=attachment)


def _mail_attendee(
    meeting: Meeting,
    contact: Contact,
    *,
    kind: MailKind,
    attachment: Attachment,
    own_link: ContactLink | None = None,
    **context: Any,
) -> Email:
    wants_form = MeetingKind(meeting.kind).asks_for_data_form and kind is not CANCELLED
    email, _ = mail_contact(
        contact=contact,
        kind=kind.key,
        dedupe_key=f"{kind.key}:{meeting.pk}:{meeting.calendar_sequence}:{contact.pk}",
        folder=f"{FOLDER}/{kind.key}",
        destination=reverse("data_form", args=[meeting.pk]) if wants_form else SCHOOL_PAGES,
        context={
            **meeting_facts(meeting),
            **context,
            "asks_for_data_form": wants_form,
            "coordinator_has_it": wants_form and _coordinator_has_form(meeting, reader=contact),
            "action_label": "Fill in the data form" if wants_form else "Open your school’s page",
        },
        check={"meeting": meeting.pk, "sequence": meeting.calendar_sequence}
        | ({"links": [str(own_link.pk)]} if own_link else {}),
        attachments=[attachment],
    )
    return email


def _coordinator_has_form(meeting: Meeting, *, reader: Contact) -> bool:
    """Whether the head teacher reads this, and the music coordinator gets the data form as well."""
    if reader.role != ContactRole.HEAD_TEACHER:
        return False
    return meeting.attendees.reachable().filter(role=ContactRole.MUSIC_COORDINATOR).exists()


def _mail_officer(meeting: Meeting, officer: User, *, kind: MailKind, attachment: Attachment) -> Email:
    return mail_staff(
        officer,
        kind=kind,
        dedupe_key=f"{kind.key}:{meeting.pk}:{meeting.calendar_sequence}:{officer.pk}",
        path=reverse("meeting_detail", args=[meeting.pk]),
        context={
            **meeting_facts(meeting),
            "school": meeting.school,
            "reader": officer,
            "attendees": list(meeting.attendees.all()),
            "action_label": "Open the meeting",
            "why": WHY_OFFICER,
        },
        check={"meeting": meeting.pk, "sequence": meeting.calendar_sequence},
        attachments=[attachment],
    )


def meeting_facts(meeting: Meeting) -> dict[str, Any]:
    """What every mail about a meeting says."""
    return {
        "meeting": meeting,
        "kind": meeting.get_kind_display().lower(),
        "officer": meeting.officer,
        "date": long_date(meeting.held_on),
        "start": clock(meeting.starts_at),
        "end": clock(meeting.ends_at),
        "address": ", ".join(meeting.school.address_lines),
    }


def clock(at: datetime) -> str:
    return f"{timezone.localtime(at):%H:%M}"


def _invitation_file(meeting: Meeting) -> Attachment:
    return Attachment("invitation.ics", INVITATION_TYPE, invitation(calendar_entry(meeting=meeting)))


def _cancellation_file(meeting: Meeting) -> Attachment:
    return Attachment("cancellation.ics", CANCELLATION_TYPE, cancellation(calendar_entry(meeting=meeting)))


def _removal_file(meeting: Meeting, officer: User) -> Attachment:
    file = removal(calendar_entry(meeting=meeting), person=Person(officer.name, officer.email))
    return Attachment("cancellation.ics", CANCELLATION_TYPE, file)


def calendar_entry(*, meeting: Meeting) -> Entry:
    """The meeting as everybody's calendar shows it, in its newest version."""
    hub, officer, school = hub_profile(), meeting.officer, meeting.school
    people = [Person(contact.name, contact.email) for contact in meeting.attendees.reachable()]
    return Entry(
        uid=meeting.calendar_uid,
        sequence=meeting.calendar_sequence,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        stamped_at=timezone.now(),
        summary=f"{meeting.get_kind_display()} about music at {school.name}",
        location=", ".join([school.name, *school.address_lines]),
        description=_calendar_text(meeting, hub),
        organiser=Person(hub.name, hub.contact_email),
        attendees=[Person(officer.name, officer.email), *people],
    )


def _calendar_text(meeting: Meeting, hub: HubProfile) -> str:
    officer = meeting.officer
    lines = [
        f"With {officer.name}{f', {officer.job_title}' if officer.job_title else ''}, {hub.name}.",
        "90 minutes at the school, with the music coordinator and the head teacher.",
        "No other evidence is required.",
        *([f"On the day: {officer.phone}"] if officer.phone else []),
    ]
    return "\n".join(lines)
