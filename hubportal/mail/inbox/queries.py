"""Reads for the staff's pages about mail that came in."""

from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.db.models import QuerySet

from hubportal.mail.kinds import KINDS
from hubportal.mail.models import IncomingEmail, IncomingSort

# Where the cache remembers it.
UNREADABLE_SINCE = "inbox:unreadable_since"


def incoming_emails(*, needs_us: bool, sort: str = "") -> QuerySet[IncomingEmail]:
    """Mails that came in, newest first, without their text; those that wait for a person only, or all."""
    emails = IncomingEmail.objects.for_staff() if needs_us else IncomingEmail.objects.all()
    if sort in IncomingSort.values:
        emails = emails.filter(sort=sort)
    return emails.defer("body_text").order_by("-received_at", "-pk")


def readable_incoming() -> QuerySet[IncomingEmail]:
    """One mail's page: with the mail it answers and who dealt with it."""
    return IncomingEmail.objects.select_related("about", "handled_by")


def is_readable(incoming: IncomingEmail) -> bool:
    """Whether staff may open the mail of ours that it is about: not one that held a key to an account."""
    kind = KINDS.get(incoming.about.kind) if incoming.about else None
    return incoming.about is not None and not (kind and kind.is_private)


def inbox_unreadable_since() -> datetime | None:
    """Since when the mailbox could not be read; None when all is well or there is no mailbox."""
    since: datetime | None = cache.get(UNREADABLE_SINCE) if settings.INBOX_URL else None
    return since
