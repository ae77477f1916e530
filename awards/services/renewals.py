"""Renewal: the invitation to the next conversation, planned with the award, and its one reminder."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from django.db import transaction
from django.db.models import F, Prefetch, Value
from django.db.models.functions import Concat
from django.utils import timezone

from awards.emails import mail_renewal, mail_renewal_reminder
from awards.models import Award, Renewal, RenewalQuerySet
from awards.queries import reflection_recipient
from awards.rules import renewal_due_on
from hubportal.mail.models import Email, EmailStatus
from meetings.rules import morning_of
from schools.models import Contact

BATCH = 100
NEVER_WENT = (EmailStatus.CANCELLED, EmailStatus.FAILED)
SETTLED = (*NEVER_WENT, EmailStatus.SENT, EmailStatus.JOINED)


def schedule_renewal(award: Award) -> Renewal:
    """Plan the invitation that follows this award, inside the caller's transaction."""
    return Renewal.objects.create(award=award, due_on=renewal_due_on(award.expires_on))


@dataclass(frozen=True)
class _Step:
    """The invitation, or the reminder: which are due, how they are mailed, and where it is kept that they were."""

    due: Callable[[date], RenewalQuerySet]
    # By its name: looked up when it is called.
    mail: Callable[..., Email]
    at: str
    email: str


INVITATION = _Step(
    due=lambda as_of: Renewal.objects.due(as_of=as_of),
    mail=lambda **facts: mail_renewal(**facts),
    at="queued_at",
    email="email",
)
REMINDER = _Step(
    due=lambda as_of: Renewal.objects.to_remind(as_of=as_of),
    mail=lambda **facts: mail_renewal_reminder(**facts),
    at="reminded_at",
    email="reminder_email",
)


def queue_due_renewals(*, as_of: date) -> list[Renewal]:
    """Queue the invitations that are due, each once, to the coordinator or else the head teacher.

    Where an award was withdrawn or replaced, the school is closed, does not take part or has paused its mail, or the
    next conversation is arranged, there is none; where there is nobody to write to, it waits. With an `as_of` in the
    future that day is taken for today.
    """
    return _queue_all(INVITATION, as_of=as_of)


def queue_due_renewal_reminders(*, as_of: date) -> list[Renewal]:
    """Queue the reminders that are due, each once: the award has ended, and nothing came of the invitation."""
    return _queue_all(REMINDER, as_of=as_of)


def _queue_all(step: _Step, *, as_of: date) -> list[Renewal]:
    """Batch after batch, each in a transaction of its own: what another run holds is left to it."""
    _take_back_undelivered(step)
    not_before = None if as_of > timezone.localdate() else morning_of(as_of)
    found: list[Renewal] = []
    last = 0
    while batch := _queue_batch(step, as_of=as_of, after=last, not_before=not_before, found=found):
        last = batch
    return found


@transaction.atomic
def _queue_batch(
    step: _Step, *, as_of: date, after: int, not_before: datetime | None, found: list[Renewal]
) -> int | None:
    """The key of the last one looked at; None where there was none left."""
    contacts = Prefetch("award__school__contacts", Contact.objects.reachable())
    locked = step.due(as_of).select_for_update(of=("self",), no_key=True, skip_locked=True)
    rows = locked.filter(pk__gt=after).select_related("award__school").prefetch_related(contacts).order_by("pk")
    batch = list(rows[:BATCH])
    queued = [renewal for renewal in batch if _queue(step, renewal, not_before=not_before)]
    Renewal.objects.bulk_update(queued, [step.at, step.email])
    found.extend(queued)
    return batch[-1].pk if batch else None


def _queue(step: _Step, renewal: Renewal, *, not_before: datetime | None) -> bool:
    school = renewal.award.school
    contact = reflection_recipient(school.contacts.all())
    if contact is None:
        return False
    contact.school = school
    setattr(renewal, step.email, step.mail(award=renewal.award, contact=contact, not_before=not_before))
    setattr(renewal, step.at, timezone.now())
    return True


@transaction.atomic
def _take_back_undelivered(step: _Step) -> None:
    """Make those due again whose mail reached nobody, because its reader left, withdrew or takes no mail: somebody else
    may answer for music now. A mail that staff cancelled stays as it is."""
    sent = Renewal.objects.standing().filter(**{f"{step.email}__status__in": SETTLED})
    if step is INVITATION:
        sent = sent.filter(reminded_at__isnull=True)
    locked = sent.select_for_update(of=("self",), no_key=True, skip_locked=True).select_related(step.email)
    mails = {renewal.pk: cast(Email, getattr(renewal, step.email)) for renewal in locked.defer(*_bodies(step))}
    people = Contact.objects.in_bulk({mail.context["contact"] for mail in mails.values()})
    lost = {pk: mail.pk for pk, mail in mails.items() if _is_lost(mail, people.get(mail.context["contact"]))}
    if lost:
        Renewal.objects.filter(pk__in=lost).update(**{step.at: None, step.email: None})
        # The key says what may go once, and this mail reached nobody.
        key = Concat(F("dedupe_key"), Value(":lost:"), F("pk"), output_field=Email._meta.get_field("dedupe_key"))
        Email.objects.filter(pk__in=lost.values()).update(dedupe_key=key)


def _bodies(step: _Step) -> tuple[str, str]:
    return f"{step.email}__body_text", f"{step.email}__body_html"


def _is_lost(mail: Email, reader: Contact | None) -> bool:
    if mail.status in NEVER_WENT:
        return reader is None or not reader.is_reachable
    return bool(reader and reader.bounced_at and reader.bounced_at >= mail.created_at)
