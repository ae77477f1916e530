"""The outbox: queue a mail, claim it, deliver it, sweep up what was left behind.

Sending exactly once over SMTP is impossible: a worker can die after the server took the mail and before the row
says so. Between losing a mail and a rare second copy we choose the copy, under the same Message-ID.
"""

import hashlib
import logging
import smtplib
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import formataddr, make_msgid
from typing import Any
from uuid import UUID

from celery import current_app
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from hubportal.access.rules import WITHHELD, derive_token, fill_placeholders
from hubportal.mail.inbox.unsubscribing import unsubscribe_headers
from hubportal.mail.kinds import KINDS, why_not_send
from hubportal.mail.models import Email, EmailAttachment, EmailStatus, Pace
from hubportal.mail.rules import STUCK_AFTER, is_permanent, next_attempt

from .joining import join_due, own_links, separate, take_apart
from .pacing import claim_with_pace, plan, wanted_time

logger = logging.getLogger(__name__)

SWEEP_BATCH = 500
WITHHELD_BODY = "The text held a personal key and was removed once it was sent."
DELIVER_TASK = "hubportal.mail.tasks.deliver_email"


@dataclass(frozen=True)
class Attachment:
    """A file to send along: its name, MIME type and bytes."""

    filename: str
    content_type: str
    content: bytes = field(repr=False)


def queue_email(
    *,
    kind: str,
    dedupe_key: str,
    to_address: str,
    subject: str,
    body_text: str,
    body_html: str,
    to_name: str = "",
    attachments: Sequence[Attachment] = (),
    context: dict[str, Any] | None = None,
    not_before: datetime | None = None,
) -> tuple[Email, bool]:
    """Write a mail into the outbox, inside the caller's transaction; it is delivered after the commit.

    `not_before` is the moment that is wanted, now when left out. A mail whose kind has a pace gets the first right
    day from then on, and after the commit one within the daily number. Returns the mail and whether it is new: a
    second call with the same `dedupe_key` finds the first one.
    """
    now = timezone.now()
    pace = KINDS[kind].pace if kind in KINDS else Pace.AT_ONCE
    wanted = Email(kind=kind, context=context or {}, pace=pace, not_before=max(not_before or now, now))
    with transaction.atomic():
        email, is_new = Email.objects.get_or_create(
            dedupe_key=dedupe_key,
            defaults={
                "kind": kind,
                "to_address": to_address,
                "to_name": to_name,
                # A line break in a subject would end the header.
                "subject": " ".join(subject.split())[:200],
                "body_text": body_text,
                "body_html": body_html,
                "context": context or {},
                "not_before": wanted_time(wanted, now=now),
                "pace": pace,
                "message_id": make_msgid(domain=settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")),
            },
        )
        if is_new:
            EmailAttachment.objects.bulk_create(_attachment_rows(email, attachments))
            if pace != Pace.AT_ONCE:
                plan_after_commit(email)
            elif email.not_before <= now:
                transaction.on_commit(lambda: announce([email.pk]))
    return email, is_new


class _Unplanned(threading.local):
    """The mails of this thread's transaction that are planned together once it is committed."""

    def __init__(self) -> None:
        self.email_ids: list[int] = []


_unplanned = _Unplanned()


def plan_after_commit(email: Email) -> None:
    """Give a queued mail its time once the transaction is committed, and tell the workers if that is now.

    Then, because whoever plans holds a lock until the commit; and all mails of a transaction together. A crash in
    between leaves a mail on a day that may be full: the worker that claims it will notice.
    """
    _unplanned.email_ids.append(email.pk)
    transaction.on_commit(_plan_and_announce, robust=True)


def plan_contacts_after_commit(*, contact_ids: Sequence[int], held_back_until: datetime | None = None) -> None:
    """Plan anew what waits for these contacts, once the transaction is committed: their calendar has changed.

    `held_back_until` is given where a pause has ended early: what it held back until then is wanted now.
    """
    waiting = Email.objects.filter(status=EmailStatus.QUEUED, context__contact__in=contact_ids).exclude(
        pace=Pace.AT_ONCE
    )
    if held_back_until:
        waiting.filter(not_before__gte=held_back_until).update(not_before=timezone.now())
    _unplanned.email_ids.extend(waiting.values_list("pk", flat=True))
    transaction.on_commit(_plan_and_announce, robust=True)


def _plan_and_announce() -> None:
    email_ids, _unplanned.email_ids = _unplanned.email_ids, []
    if email_ids:
        now = timezone.now()
        announce(_ready(email_ids, now))


def _ready(email_ids: Sequence[int], now: datetime) -> list[int]:
    """Plan these mails and join what can be: the ids of those to send now, in their order."""
    at_once = plan(email_ids=email_ids, now=now)
    found = [*at_once, *join_due(email_ids=at_once, now=now)]
    due = Email.objects.due(now=now).filter(pk__in=found)
    return list(due.order_by("not_before", "pk").values_list("pk", flat=True))


def _attachment_rows(email: Email, attachments: Sequence[Attachment]) -> list[EmailAttachment]:
    return [
        EmailAttachment(
            email=email,
            position=position,
            filename=attachment.filename,
            content_type=attachment.content_type,
            content=attachment.content,
            sha256=hashlib.sha256(attachment.content).hexdigest(),
        )
        for position, attachment in enumerate(attachments, start=1)
    ]


def announce(email_ids: Sequence[int]) -> None:
    """Tell the workers. If the broker is down the sweep finds the mails later, so this never fails a request."""
    try:
        for email_id in email_ids:
            # By name: services stand below tasks and do not import them.
            current_app.send_task(DELIVER_TASK, (email_id,), retry=False)
    except Exception:
        logger.warning(
            "The broker did not take %d mails; the sweep will.",
            len(email_ids),
            exc_info=settings.DEBUG,
        )


def claim(*, email_id: int, now: datetime) -> Email | None:
    """Take a mail for sending. Of any number of workers that ask, the database lets exactly one have it.

    None where it is not ours to send, or where its pace does not let it go now (see `pacing`).
    """
    due = Email.objects.due(now=now).filter(pk=email_id)
    pace = due.values_list("pace", flat=True).first()
    if pace is None:
        return None
    if pace == Pace.AT_ONCE:
        claimed = due.update(status=EmailStatus.SENDING, claimed_at=now, attempts=F("attempts") + 1)
        return Email.objects.get(pk=email_id) if claimed else None
    email = claim_with_pace(email_id=email_id, now=now)
    if email is None:
        take_apart(email_id=email_id, now=now)
    return email


def deliver(*, email_id: int) -> EmailStatus | None:
    """Claim a mail and send it, outside any transaction. Returns its new status, or None if it was not ours to send."""
    email = claim(email_id=email_id, now=timezone.now())
    if email is None:
        return None
    if reason := why_not_send(email):
        return _cancel(email, reason)
    try:
        _message(email).send()
    except (smtplib.SMTPException, OSError) as error:
        return _failed_attempt(email, error)
    except Exception as error:
        # A mail that cannot even be written down would otherwise come back for ever.
        logger.exception("Mail %d cannot be written.", email.pk)
        return _finish(email, EmailStatus.FAILED, last_error=f"{type(error).__name__}: {error}"[:500])
    return _finish(email, EmailStatus.SENT, sent_at=timezone.now(), last_error="", **_without_keys(email))


@transaction.atomic
def _cancel(email: Email, reason: str) -> EmailStatus:
    """It was never sent, so it gives its number of the day back; of a joined mail the other parts go by themselves."""
    counted_on = None if email.attempts == 1 else email.counted_on
    _finish(email, EmailStatus.CANCELLED, last_error=reason, counted_on=counted_on)
    separate(email_id=email.pk)
    return EmailStatus.CANCELLED


def _message(email: Email) -> EmailMultiAlternatives:
    own = own_links(email)

    def token_of(link_id: UUID) -> str:
        # Anybody may have typed something that looks like a placeholder into what the mail repeats.
        return derive_token(link_id=link_id, secret=settings.SECRET_KEY) if str(link_id) in own else WITHHELD

    recipient = formataddr((" ".join(email.to_name.split()), email.to_address))
    message = EmailMultiAlternatives(
        subject=email.subject,
        body=fill_placeholders(email.body_text, token_of=token_of),
        to=[recipient],
        headers={"Message-ID": email.message_id, "Auto-Submitted": "auto-generated", **unsubscribe_headers(email)},
    )
    if email.body_html:
        message.attach_alternative(fill_placeholders(email.body_html, token_of=token_of), "text/html")
    for attachment in email.attachments.all():
        content = bytes(attachment.content)
        if attachment.content_type.startswith("text/calendar"):
            # Outlook changes the entry of its own accord only by a part beside the text; others read the file.
            message.attach_alternative(content.decode(), attachment.content_type)
        message.attach(attachment.filename, content, attachment.content_type)
    return message


def _failed_attempt(email: Email, error: Exception) -> EmailStatus:
    code = _smtp_code(error)
    # The server's words may repeat the address; the row already has it, the log must not.
    reason = f"{type(error).__name__} {code or ''}: {error}".strip()[:500]
    wait = None if code and is_permanent(code) else next_attempt(attempts=email.attempts)
    if wait is None:
        logger.warning(
            "Mail %d failed for good (%s %s).",
            email.pk,
            type(error).__name__,
            code or "",
        )
        return _finish(email, EmailStatus.FAILED, last_error=reason)
    now = timezone.now()
    _finish(email, EmailStatus.QUEUED, last_error=reason, not_before=now + wait, claimed_at=None)
    if email.pace != Pace.AT_ONCE:
        plan(email_ids=[email.pk], now=now)
    return EmailStatus.QUEUED


def _without_keys(email: Email) -> dict[str, str]:
    """A sent mail that held a key to an account keeps no copy of it."""
    kind = KINDS.get(email.kind)
    return {"body_text": WITHHELD_BODY, "body_html": ""} if kind and kind.is_private else {}


def _smtp_code(error: Exception) -> int | None:
    if isinstance(error, smtplib.SMTPResponseException):
        return error.smtp_code
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next((code for code, _ in error.recipients.values()), None)
    return None


def _finish(email: Email, status: EmailStatus, **fields: Any) -> EmailStatus:
    # Only the claim that sent it may finish it: a row that went back to the queue meanwhile stays there.
    Email.objects.filter(pk=email.pk, status=EmailStatus.SENDING, claimed_at=email.claimed_at).update(
        status=status, **fields
    )
    return status


def sweep(*, now: datetime) -> int:
    """Return stuck mails to the queue and announce all that may go now. Returns how many were announced.

    What is due but may not go today, because of its school's holidays or the daily number, is planned anew first: it
    is announced on its own day, and not every few minutes until then.
    """
    Email.objects.stuck(before=now - STUCK_AFTER).update(status=EmailStatus.QUEUED, claimed_at=None)
    due = Email.objects.due(now=now).order_by("not_before", "pk").values_list("pk", flat=True)
    at_once = list(due.filter(pace=Pace.AT_ONCE)[:SWEEP_BATCH])
    with_pace = list(due.exclude(pace=Pace.AT_ONCE)[:SWEEP_BATCH])
    found = [*at_once, *(_ready(with_pace, now) if with_pace else [])]
    announce(found)
    return len(found)


@transaction.atomic
def send_again(*, email: Email) -> None:
    """Put a failed mail back into the queue, at once and with all its attempts.

    Raises:
        ValidationError: the mail has not failed.
    """
    changed = (
        Email.objects.failed()
        .filter(pk=email.pk)
        .update(
            status=EmailStatus.QUEUED,
            attempts=0,
            not_before=timezone.now(),
            claimed_at=None,
        )
    )
    if not changed:
        raise ValidationError("Only a mail that failed can be sent again.")
    if email.pace == Pace.AT_ONCE:
        transaction.on_commit(lambda: announce([email.pk]))
    else:
        plan_after_commit(email)


def cancel_emails(*, emails: QuerySet[Email], reason: str) -> int:
    """Cancel those of these mails that wait, held or not. Returns how many were cancelled.

    One that was joined with others goes by its kind's own check: the mail that holds it is taken apart when it is due.
    """
    waiting = emails.filter(status__in=(EmailStatus.QUEUED, EmailStatus.HELD))
    return waiting.update(status=EmailStatus.CANCELLED, last_error=reason, held_at=None, held_by=None)


def cancel_queued(*, to_address: str, reason: str) -> int:
    """Cancel what waits for the contacts of this address, held or not. Returns how many mails were cancelled."""
    # Mail to hub staff has no contact: a colleague's invitation stays.
    waiting = Email.objects.filter(
        Q(status__in=(EmailStatus.QUEUED, EmailStatus.HELD))
        # The parts of a mail that waits wait too.
        | Q(status=EmailStatus.JOINED, joined_into__status__in=(EmailStatus.QUEUED, EmailStatus.HELD)),
        to_address__iexact=to_address,
        context__has_key="contact",
    )
    return waiting.update(status=EmailStatus.CANCELLED, last_error=reason, joined_into=None, held_at=None, held_by=None)
