"""Mails about who is who at a school: a successor, the person before, "still you?", and the hub's own people."""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from hubportal.accounts.models import Role, User
from hubportal.mail.kinds import MailKind, Sentence, register, register_universal_check
from hubportal.mail.models import Email, Pace
from hubportal.mail.render import render_email
from hubportal.mail.services import queue_email
from schools.models import Contact, ContactLink, Engagement, HubProfile
from schools.queries import hub_profile, last_sign_of_life
from schools.rules import ERASED_ADDRESS

from .contacts import SIGN_OFF, mail_contact, render_for_contact

FOLDER = "schools/emails"
SCHOOL_PAGES = "/my-school/"
WHY_OFFICER = "You get this because this school's matters come to you."
WHY_HUB = "You get this because nobody leads this school's area yet."
WHY_ADMINISTRATOR = "You get this because you are an administrator of the portal."
STOP_STAFF = "It is part of your work for the hub, so there is nothing to unsubscribe from."
# UK GDPR, article 12(3): without undue delay and within one month.
ERASURE_WITHIN = timedelta(days=30)


@register_universal_check
def person_erased(email: Email) -> str | None:
    """A mail that a worker had in hands while its reader was erased goes nowhere."""
    return "The person was erased." if email.to_address == ERASED_ADDRESS else None


def _former_may_not_be_told(email: Email) -> str | None:
    former = Contact.objects.filter(pk=email.context["former"], erased_at__isnull=True).first()
    if former is None:
        return "The person was erased."
    withdrawn = Contact.objects.filter(email__iexact=email.to_address, withdrawn_at__isnull=False)
    return "The person withdrew consent." if withdrawn.exists() else None


def _already_answered(email: Email) -> str | None:
    contact = Contact.objects.select_related("school").get(pk=email.context["contact"])
    # While a school is paused the mail waits; one that does not engage is asked nothing.
    if not contact.school.is_open or contact.school.engagement == Engagement.NOT_ENGAGING:
        return "The school is closed or does not engage."
    last_sign = last_sign_of_life(contact)
    return "The person has been in touch meanwhile." if last_sign and last_sign > email.created_at else None


SUCCESSOR = register(
    MailKind(
        key="successor",
        name="Welcome to a successor",
        sentences=(
            Sentence(
                "opening", "Opening", "We work with {school} on its music.", facts=("school", "contact", "hub", "role")
            ),
            SIGN_OFF,
        ),
    )
)
HANDED_OVER = register(
    MailKind(
        key="handed_over",
        name="Farewell after a change",
        no_longer_applies=_former_may_not_be_told,
        sentences=(
            Sentence(
                "thanks",
                "Thanks",
                "Thank you for all you have done for music at {school}.",
                facts=("school", "contact", "hub", "role"),
            ),
            SIGN_OFF,
        ),
    )
)
SUCCESSOR_NOTICE = register(MailKind(key="successor_notice", name="Change at a school, for the officer"))
STILL_YOU = register(
    MailKind(
        key="still_you",
        name="Still you?",
        no_longer_applies=_already_answered,
        pace=Pace.PACED,
        is_joinable=True,
        sentences=(
            Sentence(
                "opening",
                "Opening",
                "Once a year we ask whether we still write to the right person.",
                facts=("school", "contact", "hub", "role"),
            ),
            SIGN_OFF,
        ),
    )
)
ERASURE_ASKED = register(MailKind(key="erasure_asked", name="Somebody asks to be erased"))


def role_of(contact: Contact) -> str:
    """The role as it stands in a sentence: music coordinator, head teacher, contact."""
    return "contact" if contact.role == "other" else contact.get_role_display().lower()


def mail_successor(*, successor: Contact, former: Contact, number: int) -> Email:
    """Welcome somebody who has taken over, with a link of their own; before an officer has confirmed them, without.

    `number` is 1 for the first word, 2 for the one that brings the link after an officer's confirmation.
    """
    is_open = successor.is_confirmed
    email, _ = mail_contact(
        contact=successor,
        kind=SUCCESSOR.key,
        dedupe_key=f"successor:{successor.pk}:{former.pk}:{number}",
        folder=f"{FOLDER}/{SUCCESSOR.key}",
        destination=SCHOOL_PAGES,
        context={
            "former": former.name,
            "role": role_of(successor),
            "is_open": is_open,
            "action_label": "Open your school’s page",
            **({} if is_open else {"action_url": ""}),
        },
    )
    return email


def mail_handed_over(*, former: Contact, successor: Contact, at: datetime) -> Email:
    """Tell the person before, shortly, that it is done. Their links have ended: this one can only withdraw."""
    link = ContactLink.mint(destination=SCHOOL_PAGES, contact=former)
    link.revoked_at = at
    link.save()
    role = role_of(former)
    rendered = render_for_contact(
        contact=former,
        folder=f"{FOLDER}/{HANDED_OVER.key}",
        link_url="",
        withdraw_url=link.mail_withdraw_url,
        context={
            "successor": successor.name,
            "role": role,
            "why": f"You get this because you were the {role} of {former.school.name}.",
        },
    )
    email, _ = queue_email(
        kind=HANDED_OVER.key,
        dedupe_key=f"handed_over:{former.pk}",
        to_address=former.email,
        to_name=former.name,
        # Not "contact": nothing else may go to somebody who has left.
        context={"former": former.pk, "links": [str(link.pk)]},
        **rendered,
    )
    return email


def mail_successor_notice(*, successor: Contact) -> Email:
    """Tell the officer of the area that a school has named somebody itself. Names the school, no person."""
    school = successor.school
    leader = school.area.leader if school.area and school.area.leader and school.area.leader.is_officer else None
    return _mail_hub(
        leader or hub_profile(),
        kind=SUCCESSOR_NOTICE,
        dedupe_key=f"successor_notice:{successor.pk}",
        path=reverse("school_contacts", args=[school.urn]),
        context={
            "school": school,
            "role": role_of(successor),
            "is_open": successor.is_confirmed,
            "action_label": "Open the school’s contacts",
            "why": WHY_OFFICER if leader else WHY_HUB,
        },
    )


def mail_still_you(*, contact: Contact, due_on: date, not_before: datetime | None) -> tuple[Email, bool]:
    """Ask once a year whether the person is still there. Returns the mail and whether it is new."""
    return mail_contact(
        contact=contact,
        kind=STILL_YOU.key,
        dedupe_key=f"still_you:{contact.pk}:{due_on.year}",
        folder=f"{FOLDER}/{STILL_YOU.key}",
        destination=reverse("still_you"),
        context={"role": role_of(contact), "action_label": "Tell us"},
        not_before=not_before,
    )


def mail_erasure_asked(*, contact: Contact, asked_at: datetime) -> list[Email]:
    """Tell every administrator that a contact asks to be erased, and by when it has to be done."""
    administrators = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).order_by("pk")
    return [
        _mail_hub(
            reader,
            kind=ERASURE_ASKED,
            dedupe_key=f"erasure_asked:{contact.pk}:{asked_at:%Y-%m-%d}:{number}",
            path=reverse("contact_erase", args=[contact.pk]),
            context={
                "school": contact.school,
                "by_day": timezone.localdate(asked_at) + ERASURE_WITHIN,
                "action_label": "See what would go",
                "why": WHY_ADMINISTRATOR,
            },
        )
        for number, reader in enumerate(list(administrators) or [hub_profile()])
    ]


def _mail_hub(
    reader: User | HubProfile, *, kind: MailKind, dedupe_key: str, path: str, context: dict[str, Any]
) -> Email:
    rendered = render_email(
        f"{FOLDER}/{kind.key}",
        {
            "hub": hub_profile(),
            "reader": reader,
            "action_url": settings.HUB_BASE_URL + path,
            "stop": STOP_STAFF,
            **context,
        },
    )
    email, _ = queue_email(
        kind=kind.key,
        dedupe_key=dedupe_key,
        to_address=reader.email if isinstance(reader, User) else reader.contact_email,
        to_name=reader.name,
        **rendered,
    )
    return email
