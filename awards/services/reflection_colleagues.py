"""A school hands a reflection sheet to a colleague, who answers by a link of their own.

Whoever hands over may still answer: then both answers are kept. Somebody whom the hub does not know gets the sheet only
once an officer has confirmed them, unless the address is certainly the school's own: a link opens the school's pages.
"""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from awards.emails import REFLECTION_COLLEAGUE, mail_colleague_notice, mail_reflection_colleague
from awards.models import Reflection
from hubportal.mail.models import Email
from schools.models import Contact, ContactRole, TimelineKind
from schools.services import keep_contact, trust_if_certainly_there
from schools.successions import register_welcome
from schools.timeline import record_event


@transaction.atomic
def hand_sheet_to_colleague(
    *, reflection: Reflection, colleague: Contact, by_contact: Contact, now: datetime
) -> Contact:
    """Mail somebody at the school, known to the hub or waiting to be confirmed, the sheet.

    Raises:
        ValidationError: it is the person themself, or somebody of another school or who may not be written to, or they
            were sent it today already.
    """
    if colleague.school_id != by_contact.school_id or colleague.left_at:
        raise ValidationError("This person is not a contact of your school.")
    if colleague.email.lower() == by_contact.email.lower():
        raise ValidationError("This is you. Choose somebody else, or answer the sheet yourself.")
    if colleague.withdrawn_at or colleague.bounced_at:
        raise ValidationError(
            f"We may not write to {colleague.name} at the moment. Choose somebody else, or write to us."
        )
    _, is_new = mail_reflection_colleague(
        reflection=reflection, contact=colleague, sender=by_contact, on=timezone.localdate(now)
    )
    if not is_new:
        raise ValidationError(f"{colleague.name} has been sent the sheet today already.")
    text = f"{by_contact.name} handed the {reflection.month}-month reflection sheet to {colleague.name}."
    if not colleague.is_confirmed:
        text += " It waits until an officer has confirmed them."
        mail_colleague_notice(reflection=reflection, contact=colleague)
    school = by_contact.school
    record_event(school=school, kind=TimelineKind.REFLECTION, text=text, by_contact=by_contact, at=now)
    return colleague


@transaction.atomic
def hand_sheet_to_somebody(
    *, reflection: Reflection, name: str, email: str, by_contact: Contact, now: datetime
) -> Contact:
    """Name a colleague, and mail them the sheet as `hand_sheet_to_colleague` does. An address that the school's
    contacts have already is that contact.

    Raises:
        ValidationError: the address is one's own, or as in `hand_sheet_to_colleague`.
    """
    email = email.strip()
    if email.lower() == by_contact.email.lower():
        raise ValidationError({"email": "This is your own address. Give that of your colleague."})
    known = by_contact.school.contacts.filter(email__iexact=email, left_at__isnull=True)
    colleague = known.order_by("-confirmed_at", "pk").first() or keep_contact(
        school=by_contact.school, name=name, role=ContactRole.OTHER, email=email, at=now
    )
    trust_if_certainly_there(colleague, colleague=by_contact, now=now)
    return hand_sheet_to_colleague(reflection=reflection, colleague=colleague, by_contact=by_contact, now=now)


@register_welcome
def give_sheets_that_waited(contact: Contact, at: datetime) -> None:
    """Mail somebody whom an officer has confirmed the sheets that colleagues handed to them meanwhile."""
    waiting = Email.objects.filter(
        kind=REFLECTION_COLLEAGUE.key, context__contact=contact.pk, context__waits=True
    ).order_by("pk")
    senders = {mail["reflection"]: mail["sender"] for mail in waiting.values_list("context", flat=True)}
    for sheet in Reflection.objects.wanted().filter(pk__in=senders).select_related("audit__meeting").order_by("pk"):
        sender = Contact.objects.filter(pk=senders[sheet.pk]).first()
        if sender and contact.is_reachable:
            on = timezone.localdate(at)
            mail_reflection_colleague(reflection=sheet, contact=contact, sender=sender, on=on)
