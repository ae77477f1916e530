"""An officer's calendar subscription is opened, used and stopped."""

import secrets
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from hubportal.access.rules import hash_token
from hubportal.accounts.models import User
from meetings.models import CalendarFeed
from meetings.rules.feeds import NOTE_USE_EVERY

TOKEN_BYTES = 32


@transaction.atomic
def open_feed(*, officer: User, by: User, now: datetime) -> str:
    """Give the officer a new private address; the former one stops at once. Returns its token, which is kept nowhere.

    Raises:
        ValidationError: it is somebody else's calendar, or this person holds no meetings.
    """
    if officer != by:
        raise ValidationError("Only the officer can open a subscription: whoever has its address reads the meetings.")
    if not officer.is_officer:
        raise ValidationError(f"{officer.name} does not hold meetings, so there is nothing to subscribe to.")
    # Two clicks come one after the other: the second address is the one that works.
    User.objects.select_for_update(no_key=True).get(pk=officer.pk)
    close_feed(officer=officer, by=by, now=now)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    CalendarFeed.objects.create(officer=officer, token_hash=hash_token(token), created_at=now)
    return token


@transaction.atomic
def close_feed(*, officer: User, by: User, now: datetime) -> bool:
    """Stop the officer's subscription: its address opens nothing from now on. Whether there was one.

    Raises:
        ValidationError: it is a colleague's, and the person is no administrator.
    """
    if officer != by and not by.is_administrator:
        raise ValidationError("Only the officer or an administrator can stop this subscription.")
    return bool(CalendarFeed.objects.filter(officer=officer, revoked_at__isnull=True).update(revoked_at=now))


def note_feed_used(*, feed: CalendarFeed, now: datetime) -> None:
    """Remember when a calendar last asked, to the hour."""
    is_old = Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - NOTE_USE_EVERY)
    CalendarFeed.objects.filter(is_old, pk=feed.pk).update(last_used_at=now)
