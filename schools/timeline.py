"""A school's history, one line at a time. Services and mails of every app write here."""

from datetime import datetime

from django.utils import timezone

from hubportal.accounts.models import User
from hubportal.mail.models import Email
from schools.models import Contact, School, TimelineEvent, TimelineKind


def record_event(
    *,
    school: School,
    kind: TimelineKind,
    text: str,
    by: User | None = None,
    by_contact: Contact | None = None,
    email: Email | None = None,
    at: datetime | None = None,
) -> TimelineEvent:
    """Add a line to the school's timeline. `text` says what happened in the hub's words (500 characters)."""
    return TimelineEvent.objects.create(
        school=school,
        kind=kind,
        text=text[:500],
        by=by,
        by_contact=by_contact,
        email=email,
        at=at or timezone.now(),
    )
