"""People at schools: how they become contacts, get in by a personal link, and withdraw."""

from datetime import datetime

from django.db import transaction

from hubportal.mail.services import cancel_queued
from schools.models import Contact, ContactLink, School, TimelineKind
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

    `consent_wording` is what the person ticked, word for word; it is kept with the time and ends an earlier
    withdrawal, because the person has asked again.
    """
    contact = school.contacts.filter(email__iexact=email, role=role, left_at__isnull=True).first()
    contact = contact or Contact(school=school, role=role, email=email)
    contact.name, contact.phone = name, phone or contact.phone
    if consent_wording:
        contact.consent_wording, contact.consented_at, contact.withdrawn_at = (
            consent_wording,
            at,
            None,
        )
    contact.save()
    return contact


def enter_by_link(*, token: str, now: datetime) -> ContactLink | None:
    """The link behind a token, noted as used, or None when it is unknown, expired or revoked or its owner has left."""
    link = usable_link(token=token, now=now)
    if link:
        link.last_used_at = now
        link.save(update_fields=["last_used_at"])
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
