"""People at schools: how they become contacts, get in by a personal link, and withdraw."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from hubportal.accounts.models import User
from hubportal.mail.models import Email, EmailStatus
from hubportal.mail.services import cancel_queued
from schools.emails import mail_personal_link
from schools.models import Contact, ContactLink, School, TimelineKind
from schools.successions import Succession, hand_on_everything, welcome
from schools.timeline import record_event


@transaction.atomic
def keep_contact(
    *,
    school: School,
    name: str,
    role: str,
    email: str,
    phone: str = "",
    consent_wording: str = "",
    at: datetime,
) -> Contact:
    """Add a person to the school's contacts, or bring an earlier entry of the same address and role up to date.

    `consent_wording` is what the person ticked, word for word, and is kept with the time. Whoever fills in a public
    form is not thereby known to be the person: what an officer has confirmed stays as it is, their consent too. A
    withdrawal stands, and so does that mail to the address came back, also in a new role or at another school. An
    officer lets mail go again (`let_mail_go_again`, `address_works_again`).
    """
    contact = school.contacts.filter(email__iexact=email, role=role, left_at__isnull=True).first()
    contact = contact or Contact(school=school, role=role, email=email, **_why_no_mail(email))
    if contact.is_confirmed:
        return contact
    contact.name, contact.phone = name, phone or contact.phone
    if consent_wording:
        contact.consent_wording, contact.consented_at = consent_wording, at
    contact.save()
    return contact


def _why_no_mail(email: str) -> dict[str, Any]:
    """What other entries of the address say about mail to it: withdrawn, or come back."""
    entries = Contact.objects.filter(email__iexact=email)
    withdrawn = entries.filter(withdrawn_at__isnull=False).first()
    bounced = entries.filter(bounced_at__isnull=False).first()
    return {
        "withdrawn_at": withdrawn and withdrawn.withdrawn_at,
        "bounced_at": bounced and bounced.bounced_at,
        "bounce_reason": bounced.bounce_reason if bounced else "",
    }


def forget_bounces(email: str) -> None:
    """An officer gives this address anew: that mail to it once came back counts no more, at any school."""
    Contact.objects.filter(email__iexact=email, bounced_at__isnull=False).update(bounced_at=None, bounce_reason="")


@transaction.atomic
def let_mail_go_again(*, contact: Contact, by: User, now: datetime) -> None:
    """End a withdrawal because the person has told an officer so; it counts for their address everywhere.

    Raises:
        ValidationError: the person has not withdrawn.
    """
    entries = list(Contact.objects.filter(email__iexact=contact.email, withdrawn_at__isnull=False))
    if not entries:
        raise ValidationError("This person has not withdrawn consent.")
    for entry in entries:
        entry.withdrawn_at = None
        entry.save(update_fields=["withdrawn_at"])
        text = f"Mail may go to {entry.name} again: they said so to {by.name}."
        record_event(school=entry.school, kind=TimelineKind.CONTACT, text=text, by=by, at=now)


@transaction.atomic
def confirm_contacts(*, contacts: Iterable[Contact], by: User, now: datetime) -> None:
    """An officer knows these people to belong to their school: its pages and its mail are open to them from now on."""
    for contact in contacts:
        if contact.is_confirmed:
            continue
        contact.confirmed_at, contact.confirmed_by = now, by
        contact.save(update_fields=["confirmed_at", "confirmed_by"])
        text = f"{contact.name} confirmed as {contact.get_role_display().lower()} of the school."
        record_event(school=contact.school, kind=TimelineKind.CONTACT, text=text, by=by, at=now)
        welcome(contact, now)


@transaction.atomic
def add_contact(
    *, school: School, name: str, role: str, email: str, phone: str = "", by: User, now: datetime
) -> Contact:
    """Add a person whom an officer knows to work at the school; confirmed from the start.

    Raises:
        ValidationError: the address is a contact in this role already.
    """
    if school.contacts.filter(email__iexact=email, role=role, left_at__isnull=True).exists():
        raise ValidationError({"email": "This address is a contact of the school in that role already."})
    forget_bounces(email)
    contact = keep_contact(school=school, name=name, role=role, email=email, phone=phone, at=now)
    confirm_contacts(contacts=[contact], by=by, now=now)
    return contact


@transaction.atomic
def send_personal_link(*, contact: Contact, by: User, now: datetime) -> None:
    """Mail a contact a new link to the school's own pages; earlier links stay good.

    Raises:
        ValidationError: this person may not be written to.
    """
    if not contact.is_reachable:
        raise ValidationError("This person may not be written to: they are not confirmed, or they withdrew consent.")
    mail_personal_link(contact=contact, number=contact.personal_links.count())


@transaction.atomic
def let_contact_go(
    *, contact: Contact, by: User | None = None, by_contact: Contact | None = None, now: datetime
) -> None:
    """Note that a person has left the school and nobody has taken over yet: no more mail, no more links.

    Said by an officer (`by`), or by the person themself by their link (`by_contact`).

    Raises:
        ValidationError: the person has left already.
    """
    locked = Contact.objects.select_for_update(of=("self",)).select_related("school").get(pk=contact.pk)
    if locked.left_at:
        raise ValidationError("This person has left the school already.")
    end_entry(locked, replaced_by=None, reason="The person is no longer a contact of the school.", now=now)
    text = f"{locked.name} is no longer a contact of the school."
    record_event(school=locked.school, kind=TimelineKind.CONTACT, text=text, by=by, by_contact=by_contact, at=now)
    hand_on_everything(Succession(former=locked, successor=None, at=now))


def end_entry(contact: Contact, *, replaced_by: Contact | None, reason: str, now: datetime) -> None:
    """End a person's entry at a school, inside the caller's transaction: their links, and what waits to go to them."""
    contact.left_at, contact.replaced_by = now, replaced_by
    contact.save(update_fields=["left_at", "replaced_by"])
    ContactLink.objects.filter(contact=contact, revoked_at__isnull=True).update(revoked_at=now)
    waiting = Email.objects.filter(status__in=(EmailStatus.QUEUED, EmailStatus.HELD), context__contact=contact.pk)
    waiting.update(status=EmailStatus.CANCELLED, held_at=None, held_by=None, last_error=reason)


def enter_by_link(*, token: str, now: datetime) -> ContactLink | None:
    """The link behind a token, noted as used, or None when it is unknown, expired or revoked or its owner has left.

    Whoever uses their link is still there: that spares them the yearly question. Only the link of the question itself
    says nothing before it is answered.
    """
    link = usable_link(token=token, now=now)
    if link:
        link.last_used_at = now
        link.save(update_fields=["last_used_at"])
        if link.destination != reverse("still_you"):
            Contact.objects.filter(pk=link.contact_id).update(still_there_at=now)
    return link


def usable_link(*, token: str, now: datetime) -> ContactLink | None:
    links = ContactLink.objects.usable(now=now).for_token(token).filter(contact__left_at__isnull=True)
    return links.select_related("contact__school").first()


@transaction.atomic
def withdraw_consent(*, contact: Contact, now: datetime) -> None:
    """Stop all mail to this person's address, at every school it stands for, and cancel what waits."""
    same_person = Contact.objects.filter(email__iexact=contact.email, withdrawn_at__isnull=True)
    for entry in same_person.select_related("school"):
        entry.withdrawn_at = now
        entry.save(update_fields=["withdrawn_at"])
        record_event(
            school=entry.school,
            kind=TimelineKind.CONTACT,
            text=f"{entry.name} withdrew consent: no more mail is sent to this address.",
            by_contact=entry,
            at=now,
        )
    cancel_queued(to_address=contact.email, reason="The person withdrew consent.")
