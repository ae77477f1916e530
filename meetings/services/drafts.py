"""A request that somebody has begun: kept for a while, behind a link in a mail."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from meetings.emails import mail_request_draft
from meetings.models import RequestDraft
from meetings.rules import DRAFT_KEPT_DAYS


@transaction.atomic
def save_draft(*, email: str, answers: Mapping[str, str], draft: UUID | None = None, now: datetime) -> RequestDraft:
    """Keep answers as they were typed and mail the link to them, at most three times a day to one address.

    `draft` is where they were kept before: the same link opens what is saved now. Given another address, it is a new
    one and the old link opens nothing any more: what was mailed to a wrong address must not open the right answers.
    """
    kept = RequestDraft.objects.select_for_update().filter(pk=draft).first() if draft else None
    if kept and kept.email.lower() != email.lower():
        kept.delete()
        kept = None
    kept = kept or RequestDraft.mint(destination="", email=email)
    kept.answers, kept.saved_at = dict(answers), now
    kept.expires_at = max(now, kept.created_at) + timedelta(days=DRAFT_KEPT_DAYS)
    kept.save()
    mail_request_draft(draft=kept, now=now)
    return kept


def usable_draft(*, token: str, now: datetime) -> RequestDraft | None:
    """The saved request behind a link, or None when there is none (any more)."""
    return RequestDraft.objects.usable(now=now).for_token(token).first()


def delete_expired_drafts(*, as_of: date) -> int:
    """Delete what was saved for the last time more than thirty days before this day began; how many there were."""
    midnight = timezone.make_aware(datetime.combine(as_of, time.min))
    deleted, _ = RequestDraft.objects.filter(expires_at__lte=midnight).delete()
    return deleted
