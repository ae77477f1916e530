"""A request that somebody has begun: kept for a while, behind a link in a mail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from meetings.emails import mail_request_draft
from meetings.models import RequestDraft
from meetings.rules import DRAFT_KEPT_DAYS


@dataclass(frozen=True)
class HeldDraft:
    """A saved request in the hands of one visit: whoever saved it, until somebody opens it by its mailed link.

    Anybody can save a request for anybody's address. From the moment its reader has pressed the button in the mail, it
    is theirs alone: `opened_at` is when that was, as far as this visit knows, and None where nobody had done so yet.
    """

    id: UUID
    opened_at: datetime | None

    @classmethod
    def of(cls, draft: RequestDraft) -> "HeldDraft":
        return cls(draft.pk, draft.last_used_at)


def held_draft(held: HeldDraft | None) -> QuerySet[RequestDraft]:
    """The saved request that a visit may change and delete; nothing once somebody else has opened it."""
    if held is None:
        return RequestDraft.objects.none()
    return RequestDraft.objects.filter(pk=held.id, last_used_at=held.opened_at)


@transaction.atomic
def save_draft(
    *, email: str, answers: Mapping[str, str], draft: HeldDraft | None = None, now: datetime
) -> RequestDraft:
    """Keep answers as they were typed and mail the link to them, at most three times a day to one address.

    `draft` is where they were kept before: the same link opens what is saved now. Given another address, it is a new
    one and the old link opens nothing any more: what was mailed to a wrong address must not open the right answers.
    Where somebody has opened the old link meanwhile it is a new one too, and the old one stays as it is.
    """
    kept = held_draft(draft).select_for_update().first()
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


@transaction.atomic
def open_draft(*, token: str, now: datetime) -> RequestDraft | None:
    """Hand the saved request behind a link to whoever pressed its button; no earlier visit may change it any more."""
    draft = RequestDraft.objects.usable(now=now).for_token(token).select_for_update().first()
    if draft:
        draft.last_used_at = now
        draft.save(update_fields=["last_used_at"])
    return draft


def delete_expired_drafts(*, as_of: date) -> int:
    """Delete what was saved for the last time more than thirty days before this day began; how many there were."""
    midnight = timezone.make_aware(datetime.combine(as_of, time.min))
    deleted, _ = RequestDraft.objects.filter(expires_at__lte=midnight).delete()
    return deleted
