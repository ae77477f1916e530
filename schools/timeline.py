"""A school's history, one line at a time. Services and mails of every app write here."""

from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from hubportal.accounts.models import User
from hubportal.mail.hooks import register_witness
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


@register_witness
def note_deed_with_mail(email: Email, text: str, by: User, at: datetime) -> None:
    """What staff do with a mail that waits stands on the timeline of its school; of several, when it holds several."""
    of_mail = Q(timeline__email=email) | Q(timeline__email__joined_into=email)
    for school in School.objects.filter(of_mail).distinct():
        record_event(school=school, kind=TimelineKind.NOTE, text=text, by=by, at=at)
