"""Somebody else takes over at a school: the old person's entry ends, the new one's begins, and what waits goes along.

Who names a successor decides how far the hub trusts them. An officer knows the person: confirmed. A contact who does
it by their personal link vouches for a colleague: confirmed at once where the new address is certainly the school's
(`belongs_to_school`), so that a link in wrong hands opens the school's pages to nobody outside the school. Any other
address waits for an officer, as a stranger on the public form does. Either way the officer of the area gets a mail and
the timeline says who named whom.
"""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from hubportal.accounts.models import User
from schools.emails import mail_handed_over, mail_successor, mail_successor_notice, role_of
from schools.models import Contact, TimelineKind
from schools.rules import belongs_to_school, mail_domain
from schools.services.contacts import confirm_contacts, end_entry, forget_bounces, keep_contact
from schools.successions import Succession, hand_on_everything
from schools.timeline import record_event


@transaction.atomic
def hand_over(
    *,
    contact: Contact,
    name: str,
    email: str,
    phone: str = "",
    by: User | None = None,
    by_contact: Contact | None = None,
    now: datetime,
) -> Contact:
    """Put a successor into a person's role: links and waiting mail of the former person end at once.

    The successor gets a mail with a link of their own, and whatever the former person was going to get: the
    invitation to a meeting, a reflection sheet. The former person gets a short mail if they may be written to.
    Returns the successor. `by` is the officer who does it, `by_contact` the person themself.

    Raises:
        ValidationError: the person has left already, or the address is their own; a contact acts for another person.
    """
    former = Contact.objects.select_for_update(of=("self",)).select_related("school__area__leader").get(pk=contact.pk)
    _check(former, email=email, by_contact=by_contact)
    may_be_told = former.is_reachable
    successor = _add_successor(former, name=name, email=email, phone=phone, by=by, now=now)
    end_entry(former, replaced_by=successor, reason=f"{successor.name} has taken over.", now=now)
    text = f"{former.name} handed over to {successor.name} as {role_of(former)}."
    if not successor.is_confirmed:
        text += " The new person waits for an officer to confirm them."
    record_event(
        school=former.school, kind=TimelineKind.CONTACT, text=text, by=by, by_contact=by_contact and former, at=now
    )
    if may_be_told:
        mail_handed_over(former=former, successor=successor, at=now)
    if not successor.withdrawn_at and not successor.bounced_at:
        mail_successor(successor=successor, former=former, number=1)
    if by is None:
        mail_successor_notice(successor=successor)
    hand_on_everything(Succession(former=former, successor=successor, at=now))
    return successor


def _check(former: Contact, *, email: str, by_contact: Contact | None) -> None:
    if former.left_at:
        raise ValidationError(f"{former.name} has left the school already.")
    if by_contact and by_contact.pk != former.pk:
        raise ValidationError("Only the person themself can hand over by their link; ask an officer of the hub.")
    if by_contact and not former.is_confirmed:
        raise ValidationError("An officer of the hub has to confirm you first.")
    if email.strip().lower() == former.email.lower():
        raise ValidationError(
            {"email": f"This is the address of {former.name}. Give the address of the person who takes over."}
        )


def _add_successor(former: Contact, *, name: str, email: str, phone: str, by: User | None, now: datetime) -> Contact:
    if by:
        forget_bounces(email.strip())
    successor = keep_contact(
        school=former.school, name=name, role=former.role, email=email.strip(), phone=phone, at=now
    )
    if by:
        confirm_contacts(contacts=[successor], by=by, now=now)
    else:
        trust_if_certainly_there(successor, colleague=former, now=now)
    return successor


def trust_if_certainly_there(contact: Contact, *, colleague: Contact, now: datetime) -> None:
    """Confirm somebody whom a confirmed `colleague` has named, where the address is certainly the school's; leave
    anybody else for an officer. Inside the caller's transaction."""
    school = colleague.school
    elsewhere = Contact.objects.filter(email__iendswith=f"@{mail_domain(colleague.email)}").exclude(school=school)
    is_there = belongs_to_school(
        contact.email, website=school.website, colleague=colleague.email, is_shared=elsewhere.exists()
    )
    if is_there and not contact.is_confirmed:
        contact.confirmed_at = now
        contact.save(update_fields=["confirmed_at"])


@transaction.atomic
def confirm_contact(*, contact: Contact, by: User, now: datetime) -> None:
    """As `confirm_contacts`; somebody whom a former person named now gets their link and what waits."""
    if contact.is_confirmed:
        return
    confirm_contacts(contacts=[contact], by=by, now=now)
    for former in contact.replaced.select_related("school"):
        if contact.is_reachable:
            mail_successor(successor=contact, former=former, number=2)
        hand_on_everything(Succession(former=former, successor=contact, at=now))
