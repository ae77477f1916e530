"""Mail to a school's contacts: every one has a personal link, a way to stop, and a line on the timeline."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from hubportal.mail.hooks import register_sender
from hubportal.mail.kinds import KINDS, MailKind, Sentence, register, register_universal_check
from hubportal.mail.models import Email
from hubportal.mail.render import RenderedEmail, render_email
from hubportal.mail.services import Attachment, queue_email
from schools.models import Contact, ContactLink, ContactRole, TimelineKind
from schools.queries import hub_profile
from schools.timeline import record_event

# For `sentences` of every mail to a school: the name at the end, above the hub's address and telephone.
SIGN_OFF = Sentence("sign_off", "Sign-off", "{hub}", facts=("hub",), is_shared=True)

TAKES_NO_MAIL = "The address does not take mail."
# In the `check` of a mail: its reader has just typed the address themself.
JUST_TYPED = "just_typed"
# At most one of these to an address within this time, so that two machines cannot write to each other for ever.
CONFIRMED_ONCE_IN = timedelta(days=1)
WITHDRAWAL_CONFIRMED = register(
    MailKind(key="withdrawal_confirmed", name="Withdrawal confirmed", sentences=(SIGN_OFF,))
)


register_sender(hub_profile)


@register_universal_check
def consent_withdrawn(email: Email) -> str | None:
    """Nothing more goes to a contact who has withdrawn or left, whatever was queued before."""
    contact_id = email.context.get("contact")
    # The one mail that tells people that we have stopped.
    if contact_id is None or email.kind == WITHDRAWAL_CONFIRMED.key:
        return None
    contact = Contact.objects.filter(pk=contact_id).first()
    if contact is None or contact.left_at:
        return "The person is no longer a contact of the school."
    withdrawn = Contact.objects.filter(email__iexact=email.to_address, withdrawn_at__isnull=False)
    return "The person withdrew consent." if withdrawn.exists() else None


@register_universal_check
def address_takes_no_mail(email: Email) -> str | None:
    """Nothing more goes to a contact's address from which mail came back for good.

    Who has just typed it into the public form gets one answer all the same: perhaps the mailbox works again.
    """
    if email.context.get("contact") is None:
        return None
    bounced = Contact.objects.filter(email__iexact=email.to_address, bounced_at__isnull=False)
    since = bounced.order_by("bounced_at").values_list("bounced_at", flat=True).last()
    if since is None:
        return None
    answers = Email.objects.filter(to_address__iexact=email.to_address, context__has_key=JUST_TYPED)
    is_first = JUST_TYPED in email.context and not answers.filter(sent_at__gte=since).exists()
    return None if is_first else TAKES_NO_MAIL


def render_for_contact(
    *, contact: Contact, folder: str, link_url: str, withdraw_url: str, context: dict[str, Any]
) -> RenderedEmail:
    """Subject, text and HTML as this contact gets them; a page that shows a mail before it goes calls this too.

    The templates get `hub`, `contact`, `school`, `link_url` (also the mail's one button, `action_url`),
    `withdraw_url`, the closing lines `why` and `stop`, and whatever is in `context`.
    """
    return render_email(
        folder, contact_context(contact=contact, link_url=link_url, withdraw_url=withdraw_url) | context
    )


def contact_context(*, contact: Contact, link_url: str, withdraw_url: str) -> dict[str, Any]:
    """What the templates of every mail to a contact get."""
    hub = hub_profile()
    return {
        "hub": hub,
        "hub_email": hub.contact_email,
        "award_name": hub.award_name,
        "contact": contact,
        "school": contact.school,
        "link_url": link_url,
        "withdraw_url": withdraw_url,
        "action_url": link_url,
        "why": f"You get this because you are the {contact.get_role_display().lower()} of {contact.school.name}."
        if contact.role != ContactRole.OTHER
        else f"You get this because you are a contact of {contact.school.name}.",
        "stop": f"To stop all our mail to you, open {withdraw_url} and confirm there.",
    }


@transaction.atomic
def mail_contact(
    *,
    contact: Contact,
    kind: str,
    dedupe_key: str,
    folder: str,
    destination: str,
    context: dict[str, Any],
    check: dict[str, Any] | None = None,
    attachments: Sequence[Attachment] = (),
    not_before: datetime | None = None,
) -> tuple[Email, bool]:
    """Render a mail for a contact, queue it and put its frozen copy on the school's timeline, all or nothing.

    `folder` holds the three templates (see `render_for_contact`); their link leads to `destination` within the
    school's own pages. `check` holds the ids that the last check before sending needs. Returns the mail and
    whether it is new.
    """
    earlier = Email.objects.filter(dedupe_key=dedupe_key).first()
    if earlier:
        return earlier, False
    link = ContactLink.mint(destination=destination, contact=contact)
    link.save()
    rendered = render_for_contact(
        contact=contact,
        folder=folder,
        link_url=link.mail_url,
        withdraw_url=link.mail_withdraw_url,
        context=context,
    )
    email, is_new = queue_email(
        kind=kind,
        dedupe_key=dedupe_key,
        to_address=contact.email,
        to_name=contact.name,
        attachments=attachments,
        context={"contact": contact.pk, "link": str(link.pk), **(check or {})},
        not_before=not_before,
        **rendered,
    )
    if is_new:
        text = f"{KINDS[kind].name}: “{email.subject}” to {contact.name}"
        record_event(school=contact.school, kind=TimelineKind.MAIL, text=text, email=email)
    return email, is_new


PERSONAL_LINK = register(MailKind(key="personal_link", name="Personal link"))


def mail_personal_link(*, contact: Contact, number: int) -> Email:
    """A new link to the school's own pages. `number` counts the links so far: each press of the button is one mail."""
    email, _ = mail_contact(
        contact=contact,
        kind=PERSONAL_LINK.key,
        dedupe_key=f"personal_link:{contact.pk}:{number}",
        folder="schools/emails/personal_link",
        destination="/my-school/",
        context={"action_label": "Open your school’s page"},
    )
    return email


LINKS_ASKED = register(MailKind(key="links_asked", name="Personal link, asked for on the website"))


@transaction.atomic
def mail_links_asked(*, contacts: Sequence[Contact], now: datetime) -> Email:
    """A new link to each school of a person who asked for it on the public site, all in one mail.

    `contacts` are entries of one address, one a school. The mail stands on the timeline of the first school; the
    others have a line that says that a link was sent.
    """
    links = [ContactLink.mint(destination="/my-school/", contact=contact) for contact in contacts]
    ContactLink.objects.bulk_create(links)
    first = contacts[0]
    rendered = render_email(
        "schools/emails/links_asked",
        links_asked_context(
            contact=first,
            schools=[(contact.school.name, link.mail_url) for contact, link in zip(contacts, links, strict=True)],
            withdraw_url=links[0].mail_withdraw_url,
        ),
    )
    email, _ = queue_email(
        kind=LINKS_ASKED.key,
        dedupe_key=f"{LINKS_ASKED.key}:{first.pk}:{now.isoformat()}",
        to_address=first.email,
        to_name=first.name,
        context={"contact": first.pk, "link": str(links[0].pk), "links": [str(link.pk) for link in links]},
        **rendered,
    )
    text = f"{LINKS_ASKED.name}: “{email.subject}” to {first.name}"
    record_event(school=first.school, kind=TimelineKind.MAIL, text=text, email=email)
    for contact in contacts[1:]:
        text = f"{contact.name} asked for a personal link on the website and got it by e-mail."
        record_event(school=contact.school, kind=TimelineKind.CONTACT, text=text, by_contact=contact, at=now)
    return email


def links_asked_context(*, contact: Contact, schools: Sequence[tuple[str, str]], withdraw_url: str) -> dict[str, Any]:
    """What the templates get: `schools` are names with their links. A single one is the mail's button."""
    is_one = len(schools) == 1
    context = contact_context(contact=contact, link_url=schools[0][1] if is_one else "", withdraw_url=withdraw_url)
    return context | {
        "schools": schools,
        "action_label": "Open your school’s page",
        "why": "You get this because somebody asked for your personal link on our website.",
    }


@transaction.atomic
def mail_withdrawal_confirmed(*, contact: Contact, now: datetime) -> Email | None:
    """Tell somebody who withdrew by e-mail that we have stopped: the last mail to them, with no link in it.

    None when this address was told within the last day.
    """
    told = Email.objects.filter(kind=WITHDRAWAL_CONFIRMED.key, to_address__iexact=contact.email)
    if told.filter(created_at__gt=now - CONFIRMED_ONCE_IN).exists():
        return None
    email, _ = queue_email(
        kind=WITHDRAWAL_CONFIRMED.key,
        dedupe_key=f"{WITHDRAWAL_CONFIRMED.key}:{contact.pk}:{now.isoformat()}",
        to_address=contact.email,
        to_name=contact.name,
        context={"contact": contact.pk},
        **render_email("schools/emails/withdrawal_confirmed", withdrawal_confirmed_context(contact=contact)),
    )
    text = f"{WITHDRAWAL_CONFIRMED.name}: “{email.subject}” to {contact.name}"
    record_event(school=contact.school, kind=TimelineKind.MAIL, text=text, email=email)
    return email


def withdrawal_confirmed_context(*, contact: Contact) -> dict[str, Any]:
    return contact_context(contact=contact, link_url="", withdraw_url="") | {
        "why": "You get this because somebody wrote to us from your address with Withdraw in the subject.",
        "stop": "It is our last mail to you. There is nothing to do.",
    }
