"""What staff do with a mail that has not gone: hold it back, edit it, let it go, cancel it.

A mail is held by a conditional UPDATE, as a worker claims it: of the two exactly one has it, and a mail that is being
sent can no longer be held. Whoever edits names what they saw; where a colleague was quicker nothing is written.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from hubportal.access.rules import PLACEHOLDER
from hubportal.accounts.models import User
from hubportal.mail.editing import (
    MailText,
    marks_of,
    mistakes_in_message,
    mistakes_in_subject,
    parts_of,
    with_marks,
    without_marks,
)
from hubportal.mail.hooks import note_deed
from hubportal.mail.kinds import KINDS
from hubportal.mail.models import EarlierText, Email, EmailStatus, Pace
from hubportal.mail.remaking import has_sign_off, remake_html

from .delivering import announce, plan_after_commit, send_again

LONGEST_REASON = 300
WAITING = Q(status__in=(EmailStatus.QUEUED, EmailStatus.HELD))


class EditsCollide(ValidationError):
    """A colleague has changed the mail since this page was opened."""


@dataclass(frozen=True)
class Draft:
    """What of a held mail may be edited, and what stands around it. Links are marks such as "[personal link]"."""

    subject: str
    message: str
    sign_off: str
    closing: str
    marks: tuple[str, ...]
    # Names this version of the text.
    seen: str


def draft_of(email: Email) -> Draft:
    """The mail as it is edited."""
    parts, marks = _parts(email), marks_of(email.body_text)
    return Draft(
        subject=email.subject,
        message=with_marks(parts.message, marks=marks),
        sign_off=with_marks(parts.sign_off, marks=marks),
        closing=with_marks(parts.closing, marks=marks),
        marks=tuple(_needed(parts, marks)),
        seen=hashlib.sha256(f"{email.subject}\n{email.body_text}".encode()).hexdigest()[:16],
    )


@transaction.atomic
def hold(*, email: Email, by: User, now: datetime) -> None:
    """Keep a waiting mail back until somebody lets it go.

    Raises:
        ValidationError: it no longer waits, or its kind is not for staff to read.
    """
    _refuse_private(email)
    held = Email.objects.filter(pk=email.pk, status=EmailStatus.QUEUED)
    if not held.update(status=EmailStatus.HELD, held_at=now, held_by=by):
        raise ValidationError(_too_late(email, "held back"))
    note_deed(email, f"Held back the mail “{email.subject}”", by, now)


@transaction.atomic
def edit_held(*, email: Email, subject: str, message: str, seen: str, by: User, now: datetime) -> None:
    """Give a held mail another subject and another message; its HTML is made anew from the message.

    What it said before stays readable. `message` has marks where the personal links stand (`draft_of`), and `seen` is
    the `Draft.seen` it was made from. Who signs and how to stop our mail cannot be changed.

    Raises:
        EditsCollide: a colleague has changed it meanwhile; nothing was written.
        ValidationError: it is not held, holds several messages, or something is missing; by field.
    """
    _refuse_private(email)
    locked = Email.objects.select_for_update(of=("self",)).select_related("edited_by").get(pk=email.pk)
    _refuse_uneditable(locked)
    draft = draft_of(locked)
    if draft.seen != seen:
        raise EditsCollide(_collision(locked))
    subject, message = " ".join(subject.split()), "\n".join(message.splitlines()).strip()
    if (subject, message) == (draft.subject, draft.message):
        return
    parts, marks = _parts(locked), marks_of(locked.body_text)
    _refuse_mistakes(subject, message, marks=_needed(parts, marks))
    made = MailText(message=message, sign_off=parts.sign_off, closing=parts.closing)
    body_text = without_marks(made.with_message(message), marks=marks)
    body_html = locked.body_html
    if body_html:
        body_html = remake_html(body_html, subject=subject, parts=made, marks=marks)
    _refuse_other_links(locked, body_text, body_html)
    EarlierText.objects.create(
        email=locked, subject=locked.subject, body_text=locked.body_text, replaced_at=now, replaced_by=by
    )
    Email.objects.filter(pk=locked.pk).update(
        subject=subject, body_text=body_text, body_html=body_html, edited_at=now, edited_by=by
    )
    note_deed(locked, f"Edited the mail “{subject}” before it went; what it said before is kept with it", by, now)


@transaction.atomic
def release(*, email: Email, by: User, now: datetime) -> None:
    """Let a held mail go: at its time if that is still to come, else on the next day that is right for it.

    Raises:
        ValidationError: it is not held.
    """
    locked = Email.objects.select_for_update().filter(pk=email.pk, status=EmailStatus.HELD).first()
    if locked is None:
        raise ValidationError("This e-mail is not held back, so there is nothing to let go.")
    locked.status, locked.held_at, locked.held_by = EmailStatus.QUEUED, None, None
    locked.not_before = max(locked.not_before, now)
    locked.save(update_fields=["status", "held_at", "held_by", "not_before"])
    note_deed(locked, f"Let the mail “{locked.subject}” go", by, now)
    if locked.pace != Pace.AT_ONCE:
        plan_after_commit(locked)
    elif locked.not_before <= now:
        transaction.on_commit(lambda: announce([locked.pk]))


@transaction.atomic
def cancel_waiting(*, email: Email, reason: str, by: User, now: datetime) -> None:
    """Cancel a mail that waits or is held, for a reason that stays with it. What it holds is cancelled with it.

    Raises:
        ValidationError: there is no reason, or it no longer waits.
    """
    _refuse_private(email)
    reason = " ".join(reason.split())
    if not reason:
        raise ValidationError({"reason": "Say in a few words why it should not go. The reason stays with the e-mail."})
    if len(reason) > LONGEST_REASON:
        raise ValidationError({"reason": f"Keep the reason to {LONGEST_REASON} characters."})
    note = f"{by.name or by.email} cancelled it: {reason}"[:500]
    # Written down first: a part that is cancelled no longer names the mail that held it.
    note_deed(email, f"Cancelled the mail “{email.subject}”: {reason}", by, now)
    fields = {"status": EmailStatus.CANCELLED, "last_error": note, "held_at": None, "held_by": None}
    if not Email.objects.filter(WAITING, pk=email.pk).update(**fields):
        raise ValidationError(_too_late(email, "cancelled"))
    Email.objects.filter(joined_into=email).update(joined_into=None, **fields)


@transaction.atomic
def send_failed_again(*, email: Email, by: User, now: datetime) -> None:
    """Put a mail that failed back into the queue, and write down who did.

    Raises:
        ValidationError: the mail has not failed.
    """
    send_again(email=email)
    note_deed(email, f"Sent the mail “{email.subject}” again, after it had failed", by, now)


def _parts(email: Email) -> MailText:
    return parts_of(email.body_text, has_sign_off=has_sign_off(email.body_html))


def _needed(parts: MailText, marks: dict[str, str]) -> dict[str, str]:
    """Those of the mail's links that stand in the message; the others are where nobody can lose them."""
    return {mark: address for mark, address in marks.items() if address in parts.message}


def _refuse_private(email: Email) -> None:
    kind = KINDS.get(email.kind)
    if kind and kind.is_private:
        raise ValidationError("This e-mail holds a key to an account, so nobody but its reader may touch it.")


def _refuse_uneditable(email: Email) -> None:
    if email.status != EmailStatus.HELD:
        raise ValidationError("Hold the e-mail back first; then nobody sends it while you write.")
    if email.parts.exists():
        raise ValidationError(
            "This e-mail holds several messages, each with links of its own, so it cannot be edited. "
            "You can cancel it and write to the person yourself."
        )


def _refuse_mistakes(subject: str, message: str, *, marks: dict[str, str]) -> None:
    mistakes = {"subject": mistakes_in_subject(subject), "message": mistakes_in_message(message, marks=marks)}
    if found := {name: sentences for name, sentences in mistakes.items() if sentences}:
        raise ValidationError(found)


def _refuse_other_links(email: Email, body_text: str, body_html: str) -> None:
    """Whatever was typed: the links of the edited mail are those it had, in both parts."""
    before = set(PLACEHOLDER.findall(email.body_text))
    html_before, html_now = set(PLACEHOLDER.findall(email.body_html)), set(PLACEHOLDER.findall(body_html))
    if set(PLACEHOLDER.findall(body_text)) != before or not html_before <= html_now <= before | html_before:
        raise ValidationError("The personal links of this e-mail must stay as they are. Nothing was changed.")


def _collision(email: Email) -> str:
    who = email.edited_by.name if email.edited_by else "Somebody"
    return (
        f"{who} changed this e-mail while you were writing. Both texts are below: yours in the boxes, and how it "
        "stands now beneath. Save to put yours in its place, or take over what you need first."
    )


def _too_late(email: Email, deed: str) -> str:
    now = Email.objects.filter(pk=email.pk).values_list("status", flat=True).first()
    status = EmailStatus(now) if now else None
    if status == EmailStatus.JOINED:
        return f"It goes within another e-mail, so it cannot be {deed} by itself. Do that with the other one."
    if status in (EmailStatus.SENT, EmailStatus.SENDING):
        return f"It is too late: the e-mail has gone and cannot be {deed}."
    return f"It does not wait any more ({status.label.lower() if status else 'gone'}), so it cannot be {deed}."
