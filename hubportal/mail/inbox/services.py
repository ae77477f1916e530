"""What is kept of a mail that came in, and who has seen to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection, transaction

from hubportal.accounts.models import User
from hubportal.mail.inbox.queries import UNREADABLE_SINCE
from hubportal.mail.inbox.rules import Sorted, read_letter, sort_letter
from hubportal.mail.models import Email, IncomingEmail, IncomingSort

# Key of the advisory lock that whoever reads the mailbox holds.
READING_LOCK = 4_213_002


@contextmanager
def only_reader() -> Iterator[bool]:
    """Whether nobody else reads the mailbox, nor will before this ends.

    The lock belongs to the connection, not to a transaction: each mail has one of its own. Whoever is killed loses the
    connection, and with it the lock.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [READING_LOCK])
        (is_ours,) = cursor.fetchone()
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [READING_LOCK])


@transaction.atomic
def take_in(*, raw: bytes, now: datetime) -> tuple[IncomingEmail, Sorted] | None:
    """Keep what a mail says, linked to the mail of ours that it is about; None when it was taken in before.

    The same mail is known by its Message-ID, so a mailbox that shows it again (because we were stopped before it was
    put away) changes nothing.
    """
    letter = read_letter(raw)
    found = sort_letter(letter)
    incoming, is_new = IncomingEmail.objects.get_or_create(
        message_id=letter.message_id,
        defaults={
            "received_at": now,
            "from_address": letter.from_address,
            "subject": letter.subject,
            "body_text": letter.text,
            "sort": IncomingSort(found.sort),
            "about": _mail_it_is_about(letter.answered_ids),
        },
    )
    return (incoming, found) if is_new else None


def _mail_it_is_about(message_ids: tuple[str, ...]) -> Email | None:
    """The likeliest of the mails that the letter names; most of the names are other people's mails."""
    ours = {email.message_id: email for email in Email.objects.filter(message_id__in=message_ids)}
    return next((ours[each] for each in message_ids if each in ours), None)


@transaction.atomic
def leave_to_staff(*, raw: bytes, now: datetime) -> IncomingEmail:
    """Keep a mail that the portal could not act on, for a person to read."""
    letter = read_letter(raw)
    incoming, _ = IncomingEmail.objects.get_or_create(
        message_id=letter.message_id,
        defaults={
            "received_at": now,
            "from_address": letter.from_address,
            "subject": letter.subject,
            "body_text": letter.text,
            "sort": IncomingSort.OTHER,
            "outcome": "Nothing: something in this mail stopped the portal. Please read it.",
            "needs_staff": True,
        },
    )
    return incoming


@transaction.atomic
def deal_with(*, incoming: IncomingEmail, by: User, now: datetime) -> None:
    """Note that somebody has seen to a mail.

    Raises:
        ValidationError: somebody has already.
    """
    if not IncomingEmail.objects.for_staff().filter(pk=incoming.pk).update(handled_at=now, handled_by=by):
        raise ValidationError("This mail needs nothing, or somebody has dealt with it already.")


def note_reading(*, worked: bool, now: datetime) -> None:
    """Remember since when the mailbox cannot be read, so that staff can be told."""
    if worked:
        cache.delete(UNREADABLE_SINCE)
    else:
        cache.add(UNREADABLE_SINCE, now, timeout=None)
