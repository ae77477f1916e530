"""Reads for the staff's outbox."""

from django.db.models import Count, QuerySet

from hubportal.mail.kinds import KINDS
from hubportal.mail.models import Email, EmailStatus


def outbox(*, status: str = "", text: str = "") -> QuerySet[Email]:
    """Mails newest first, without their bodies; `text` looks in address and subject."""
    emails = Email.objects.defer("body_text", "body_html").annotate(files=Count("attachments"))
    if status in EmailStatus.values:
        emails = emails.filter(status=status)
    if text:
        emails = emails.filter(to_address__icontains=text) | emails.filter(subject__icontains=text)
    return emails.order_by("-created_at", "-pk")


def count_by_status() -> dict[str, int]:
    """How many mails stand at each status; every status is there, also those with none."""
    counts = dict(Email.objects.order_by().values_list("status").annotate(Count("pk")))
    return {status: counts.get(status, 0) for status in EmailStatus.values}


def readable_emails() -> QuerySet[Email]:
    """Mails whose text staff may read: all but those that hold a key to an account."""
    private = [kind.key for kind in KINDS.values() if kind.is_private]
    return Email.objects.exclude(kind__in=private).prefetch_related("attachments")
