"""Acts on mail that comes in: whoever writes "Withdraw" is left in peace, and an address that takes no mail gets none.

Anybody can write any sender into a mail. A forged "Withdraw" stops our mail to somebody who did not ask for it; they
are told once, at their own address, and an officer lets mail go again (`let_mail_go_again`). That is harmless and can
be undone, so we ask for no proof. Everything that would open something is left to a person. A report that a mail came
back counts only when it names the Message-ID of a mail we sent, which a stranger does not know, and it is held against
the address that we wrote to, whatever address it speaks of.
"""

import logging
import traceback
from datetime import datetime
from itertools import islice

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import OperationalError, transaction

from hubportal.accounts.models import User
from hubportal.mail.inbox.reading import Delivered, Inbox, InboxUnreachable, open_inbox
from hubportal.mail.inbox.rules import Bounce, Sort, Sorted
from hubportal.mail.inbox.services import deal_with, leave_to_staff, note_reading, only_reader, take_in
from hubportal.mail.models import IncomingEmail
from hubportal.mail.services import cancel_queued
from schools.emails import TAKES_NO_MAIL, mail_withdrawal_confirmed
from schools.models import Contact, TimelineKind
from schools.services.contacts import withdraw_consent
from schools.timeline import record_event

logger = logging.getLogger(__name__)

# Whatever more lies in the mailbox waits for the next run, a few minutes later.
MAILS_AT_MOST = 200

NOTHING_TO_DO = {
    Sort.DELAY: "Nothing: the mail server over there goes on trying.",
    Sort.AUTOMATIC: "Nothing: an automatic answer.",
}


def read_inbox(*, now: datetime) -> int:
    """Take in what lies in the mailbox, the oldest 200 mails first. Returns how many were new.

    It is 0 where there is no mailbox, and where somebody else is reading it: two never read at the same time.

    Each mail is a transaction of its own and is put away only after its commit. Where we are stopped between the two,
    the next run knows the mail by its Message-ID and only puts it away. A mail that cannot be acted on goes to staff
    and holds up no other. A server that cannot be reached is asked again next time; staff see since when.
    """
    if not settings.INBOX_URL:
        return 0
    with only_reader() as is_ours:
        return _read_inbox(now=now) if is_ours else 0


def _read_inbox(*, now: datetime) -> int:
    try:
        with open_inbox(settings.INBOX_URL) as inbox:
            taken = _take_all(inbox, now=now)
    except (InboxUnreachable, ValueError) as problem:
        logger.warning("The mailbox could not be read: %s", problem)
        note_reading(worked=False, now=now)
        return 0
    note_reading(worked=True, now=now)
    return taken


def _take_all(inbox: Inbox, *, now: datetime) -> int:
    taken, problem = 0, None
    for delivered in islice(inbox.waiting(), MAILS_AT_MOST):
        try:
            taken += _take_one(delivered, now=now)
            inbox.put_away(delivered)
        except InboxUnreachable as error:
            # Perhaps only this mail will not be moved.
            problem = error
    if problem:
        raise problem
    return taken


def _take_one(delivered: Delivered, *, now: datetime) -> bool:
    """Whether the mail was new. What goes wrong with a single mail is left to staff.

    A database that fails or a run that has taken too long says nothing about the mail: the next run reads it again.
    """
    try:
        return take_answer_in(raw=delivered.raw, now=now) is not None
    except (OperationalError, SoftTimeLimitExceeded):
        raise
    except Exception as error:
        # What the error says may repeat the mail: only its kind and place are logged.
        place = traceback.extract_tb(error.__traceback__)[-1]
        logger.error("A mail could not be acted on: %s at %s:%s.", type(error).__name__, place.filename, place.lineno)
        leave_to_staff(raw=delivered.raw, now=now)
        return True


@transaction.atomic
def take_answer_in(*, raw: bytes, now: datetime) -> IncomingEmail | None:
    """Keep a mail and do what it asks for, all or nothing; None when it was taken in before."""
    taken = take_in(raw=raw, now=now)
    if taken is None:
        return None
    incoming, found = taken
    incoming.needs_staff, incoming.outcome = _act(incoming, found, now=now)
    incoming.outcome = incoming.outcome[:300]
    incoming.save(update_fields=["needs_staff", "outcome"])
    return incoming


def _act(incoming: IncomingEmail, found: Sorted, *, now: datetime) -> tuple[bool, str]:
    """Whether a person has to look, and what was done, in a sentence."""
    if found.sort is Sort.WITHDRAWAL:
        return _withdraw(incoming.from_address, now=now)
    if found.sort is Sort.BOUNCE and found.bounce:
        return _note_bounce(incoming, found.bounce, now=now)
    if found.is_unclear:
        return True, "Nothing yet: the subject speaks of withdrawing, but not plainly. Please read it and decide."
    if sentence := NOTHING_TO_DO.get(found.sort):
        return False, sentence
    return True, "Nothing: this is for a person to read."


# --- Withdrawals ----------------------------------------------------------------------------------------------------


def _withdraw(address: str, *, now: datetime) -> tuple[bool, str]:
    entries = list(_entries(address))
    if not entries:
        return True, "Nothing yet: no contact has this address. Choose whom the mail is from."
    willing = [entry for entry in entries if entry.withdrawn_at is None]
    if not willing:
        return False, "Nothing: this address had withdrawn already."
    _stop_mail_to(willing[0], now=now)
    return False, "All mail to this address has stopped, and what waited to go is cancelled. Confirmed by mail, once."


def _entries(address: str) -> list[Contact]:
    """The contacts with this address at all schools, those who are there now first, locked until the commit."""
    if not address:
        return []
    entries = Contact.objects.select_for_update(of=("self",)).select_related("school").filter(email__iexact=address)
    return sorted(entries.filter(erased_at__isnull=True).order_by("pk"), key=lambda entry: entry.left_at is not None)


def _stop_mail_to(contact: Contact, *, now: datetime) -> None:
    withdraw_consent(contact=contact, now=now)
    # After the withdrawal, which cancels all that waits: this one mail goes all the same.
    mail_withdrawal_confirmed(contact=contact, now=now)


@transaction.atomic
def withdraw_for_sender(*, incoming: IncomingEmail, contact: Contact, by: User, now: datetime) -> None:
    """Do what a mail asks for whose sender the portal did not know, for the contact whom an officer knows it to be.

    Raises:
        ValidationError: somebody has dealt with the mail already, or the person has withdrawn already.
    """
    deal_with(incoming=incoming, by=by, now=now)
    entry = next((each for each in _entries(contact.email) if each.pk == contact.pk), None)
    if entry is None or entry.withdrawn_at:
        raise ValidationError("This person had withdrawn already. Press “Dealt with” if that is all.")
    _stop_mail_to(entry, now=now)
    text = f"{by.name} read the mail in which {entry.name} withdrew."
    record_event(school=entry.school, kind=TimelineKind.CONTACT, text=text, by=by, at=now)
    incoming.outcome = f"{by.name} withdrew consent for {entry.name}, {entry.school.name}. Confirmed by mail, once."[
        :300
    ]
    incoming.save(update_fields=["outcome"])


# --- Mail that came back ----------------------------------------------------------------------------------------------


def _note_bounce(incoming: IncomingEmail, bounce: Bounce, *, now: datetime) -> tuple[bool, str]:
    email = incoming.about
    if email is None:
        return True, f"Nothing: a mail came back, but not one that the portal knows. Reason: {bounce.reason}"
    entries = _entries(email.to_address)
    if not entries:
        return True, f"Nothing: a mail to somebody who is no contact of a school came back. Reason: {bounce.reason}"
    if not bounce.is_address_dead:
        return True, f"Nothing yet: a mail came back, though the address may be right. Reason: {bounce.reason}"
    working = [entry for entry in entries if entry.bounced_at is None]
    if not working:
        return False, "Nothing: it was known already that this address takes no mail."
    for entry in working:
        entry.bounced_at, entry.bounce_reason = now, bounce.reason[:300]
        entry.save(update_fields=["bounced_at", "bounce_reason"])
        text = f"Mail to {entry.name} came back: {bounce.reason}"
        record_event(school=entry.school, kind=TimelineKind.CONTACT, text=text, at=now)
    cancel_queued(to_address=email.to_address, reason=TAKES_NO_MAIL)
    return False, f"No more mail goes to this address: ask the school for the new music lead. Reason: {bounce.reason}"


@transaction.atomic
def address_works_again(*, contact: Contact, by: User, now: datetime) -> None:
    """Let mail go again to an address whose mail came back, because an officer knows it to work; at every school.

    Raises:
        ValidationError: no mail to this person has come back.
    """
    entries = [entry for entry in _entries(contact.email) if entry.bounced_at]
    if not entries:
        raise ValidationError("No mail to this person has come back.")
    for entry in entries:
        entry.bounced_at, entry.bounce_reason = None, ""
        entry.save(update_fields=["bounced_at", "bounce_reason"])
        text = f"Mail goes to {entry.name} again: {by.name} says that the address works."
        record_event(school=entry.school, kind=TimelineKind.CONTACT, text=text, by=by, at=now)
