"""Mail to a school's contacts: every one has a personal link, a way to stop, and a line on the timeline."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from hubportal.mail.kinds import KINDS, MailKind, Sentence, register, register_universal_check
from hubportal.mail.models import Email
from hubportal.mail.render import RenderedEmail, render_email
from hubportal.mail.services import Attachment, queue_email
from schools.models import Contact, ContactLink, ContactRole, TimelineKind
from schools.queries import hub_profile
from schools.timeline import record_event

# For `sentences` of every mail to a school: the name at the end, above the hub's address and telephone.
SIGN_OFF = Sentence("sign_off", "Sign-off", "{hub}", facts=("hub",))


@register_universal_check
def consent_withdrawn(email: Email) -> str | None:
    """Nothing more goes to a contact who has withdrawn or left, whatever was queued before."""
    contact_id = email.context.get("contact")
    if contact_id is None:
        return None
    contact = Contact.objects.filter(pk=contact_id).first()
    if contact is None or contact.left_at:
        return "The person is no longer a contact of the school."
    withdrawn = Contact.objects.filter(email__iexact=email.to_address, withdrawn_at__isnull=False)
    return "The person withdrew consent." if withdrawn.exists() else None


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
        context={"contact": contact.pk, **(check or {})},
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
