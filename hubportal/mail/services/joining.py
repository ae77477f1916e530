"""Several mails to one address on one day become one e-mail.

All in one transaction: the parts are locked, the mail that holds them is written, and the parts point at it. A crash
at any moment leaves either the parts waiting or the one mail waiting, never both and never neither. Where a part no
longer applies when the mail is to be sent, the mail is cancelled and the other parts wait by themselves again.
"""

from collections.abc import Sequence
from datetime import datetime
from email.utils import make_msgid
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Length, Lower
from django.utils import timezone

from hubportal.mail.joined import JOINED, render_joined
from hubportal.mail.kinds import KINDS, why_not_send
from hubportal.mail.models import Email, EmailAttachment, EmailStatus, Pace

# Mail servers refuse what is much larger, and coding adds a third.
ATTACHMENTS_AT_MOST = 5 * 1024 * 1024
PARTS_AT_MOST = 10
STRICTEST_FIRST = (Pace.PACED, Pace.SCHOOL_DAY)


def join_due(*, email_ids: Sequence[int], now: datetime) -> list[int]:
    """Join these mails, which may go now, with others that may and that are due to the same address.

    Returns the ids of the mails that hold them, each committed. Joined are mails whose kinds are joinable and have a
    pace, that were never tried, and that with their attachments stay within `ATTACHMENTS_AT_MOST` bytes.
    """
    addresses = _joinable(now).filter(pk__in=email_ids).values("address")
    shared = _joinable(now).filter(address__in=addresses).order_by().values_list("address").annotate(Count("pk"))
    joined = [_join(address, now) for address, number in shared if number > 1]
    return [email_id for email_id in joined if email_id]


@transaction.atomic
def separate(*, email_id: int) -> None:
    """After a mail that held several was cancelled: cancel the parts that no longer apply, let the others wait alone.

    A mail that was not cancelled, or holds none, is left alone.
    """
    parts = Email.objects.filter(joined_into_id=email_id, joined_into__status=EmailStatus.CANCELLED)
    for part in parts.select_for_update(of=("self",), no_key=True):
        reason = why_not_send(part)
        part.status = EmailStatus.CANCELLED if reason else EmailStatus.QUEUED
        part.last_error = reason or ""
        part.joined_into = None
        part.save(update_fields=["status", "last_error", "joined_into"])


@transaction.atomic
def take_apart(*, email_id: int, now: datetime) -> None:
    """Let the parts of a mail go by themselves where the daily number holds back one that it must not hold back."""
    held_back = Email.objects.filter(
        pk=email_id,
        status=EmailStatus.QUEUED,
        pace=Pace.PACED,
        not_before__gt=now,
        attempts=0,
        parts__pace=Pace.SCHOOL_DAY,
    )
    if held_back.update(status=EmailStatus.CANCELLED, last_error="Its messages go by themselves."):
        separate(email_id=email_id)


def own_links(email: Email) -> set[str]:
    """The ids of the personal links that were made for this mail: tokens are filled in for these and for no others."""
    named = (email.context.get("link"), email.context.get("draft"), *email.context.get("links", []))
    return {link for link in named if link}


def _joinable(now: datetime) -> QuerySet[Any]:
    kinds = [kind.key for kind in KINDS.values() if kind.is_joinable and not kind.is_private]
    return (
        Email.objects.due(now=now)
        .filter(kind__in=kinds, attempts=0)
        .exclude(pace=Pace.AT_ONCE)
        .annotate(address=Lower("to_address"))
    )


@transaction.atomic
def _join(address: str, now: datetime) -> int | None:
    waiting = _joinable(now).filter(address=address).order_by("not_before", "pk")
    locked = waiting.select_for_update(skip_locked=True, no_key=True)
    parts = _that_fit([part for part in locked if why_not_send(part) is None])
    if len(parts) < 2:
        return None
    email = _write(parts, now)
    _carry_over(parts, email)
    Email.objects.filter(pk__in=[part.pk for part in parts]).update(status=EmailStatus.JOINED, joined_into=email)
    return email.pk


def _that_fit(parts: Sequence[Email]) -> list[Email]:
    """Those that go into one mail with the first: to a contact as it is or to staff, and not too large."""
    sizes = dict(
        EmailAttachment.objects.filter(email__in=parts)
        .order_by()
        .values_list("email_id")
        .annotate(size=Sum(Length("content")))
    )
    fitting: list[Email] = []
    room = ATTACHMENTS_AT_MOST
    for part in parts:
        size = sizes.get(part.pk, 0)
        is_alike = _nature(part) == _nature(parts[0])
        if is_alike and size <= room and len(fitting) < PARTS_AT_MOST:
            fitting.append(part)
            room -= size
    return fitting


def _nature(part: Email) -> tuple[bool, bool]:
    """What has to be the same for all parts: whether it is for a contact, and whether a pause holds it back."""
    return "contact" in part.context, KINDS[part.kind].goes_through_pauses


def _write(parts: Sequence[Email], now: datetime) -> Email:
    paces = {part.pace for part in parts}
    names = {part.to_name for part in parts}
    return Email.objects.create(
        kind=JOINED.key,
        dedupe_key=_key(parts),
        to_address=parts[0].to_address,
        # Two people may share an address.
        to_name=names.pop() if len(names) == 1 else "",
        context=_context(parts),
        not_before=now,
        pace=next(pace for pace in STRICTEST_FIRST if pace in paces),
        message_id=make_msgid(domain=settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")),
        created_at=timezone.now(),
        **render_joined(parts),
    )


def _key(parts: Sequence[Email]) -> str:
    """From the parts; the same ones may come together a second time, after they were taken apart."""
    key = f"joined:{'+'.join(str(part.pk) for part in parts)}"
    earlier = Email.objects.filter(Q(dedupe_key=key) | Q(dedupe_key__startswith=f"{key}:")).count()
    return f"{key}:{earlier}" if earlier else key


def _context(parts: Sequence[Email]) -> dict[str, Any]:
    """The parts and whom they are for; the first contact stands where every mail to a contact has it."""
    context: dict[str, Any] = {"parts": [part.pk for part in parts]}
    if KINDS[parts[0].kind].goes_through_pauses:
        context["goes_through_pauses"] = True
    if "contact" in parts[0].context:
        contacts = list(dict.fromkeys(part.context["contact"] for part in parts))
        context |= {"contact": contacts[0], "contacts": contacts}
    if links := set().union(*map(own_links, parts)):
        context["links"] = sorted(links)
    if "link" in parts[0].context:
        # Any of the links stops all mail to the address.
        context["link"] = parts[0].context["link"]
    return context


def _carry_over(parts: Sequence[Email], email: Email) -> None:
    files = EmailAttachment.objects.filter(email__in=parts).order_by("email__not_before", "email_id", "position")
    EmailAttachment.objects.bulk_create(
        EmailAttachment(
            email=email,
            position=position,
            filename=file.filename,
            content_type=file.content_type,
            content=file.content,
            sha256=file.sha256,
        )
        for position, file in enumerate(files, start=1)
    )
