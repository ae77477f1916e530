"""Anybody can type anybody's address: how much mail that may bring its owner."""

from datetime import datetime

from hubportal.mail.models import Email
from meetings.rules import THANKS_AT_MOST, THANKS_WITHIN

# The kinds of mail that answer the public form.
THANKS_KINDS = ("request_thanks", "request_joined")
DRAFT_KIND = "request_draft"


def has_had_enough_thanks(address: str, *, at: datetime) -> bool:
    """Whether an address has had as many thanks for requests lately as it should get."""
    return _had(address, *THANKS_KINDS, at=at) >= THANKS_AT_MOST


def has_had_enough_drafts(address: str, *, at: datetime) -> bool:
    """The same of links to go on with a request."""
    return _had(address, DRAFT_KIND, at=at) >= THANKS_AT_MOST


def _had(address: str, *kinds: str, at: datetime) -> int:
    earlier = Email.objects.filter(kind__in=kinds, to_address__iexact=address)
    return earlier.filter(created_at__gt=at - THANKS_WITHIN).count()
