"""Telling a school that its award was withdrawn, where the hub decides to tell it by mail."""

from typing import Any

from django.urls import reverse

from awards.models import Award
from hubportal.access.rules import withhold_placeholders
from hubportal.mail.kinds import MailKind, Sentence, register
from hubportal.mail.models import Email
from hubportal.mail.render import RenderedEmail
from schools.emails import SIGN_OFF, mail_contact, render_for_contact
from schools.models import Contact, ContactLink

WITHDRAWN_FOLDER = "awards/emails/award_withdrawn"
FACTS = ("award_name", "level", "awarded_on", "school", "contact", "hub")
AWARD_WITHDRAWN = register(
    MailKind(
        "award_withdrawn",
        "Award withdrawn",
        sentences=(
            Sentence(
                "opening",
                "Opening",
                "We have withdrawn the {award_name} at {level} level that we gave {school} on {awarded_on}.",
                FACTS,
            ),
            Sentence(
                "consequences",
                "What follows",
                "Please take its logos down and do not show its certificate any more. Whoever checks the certificate "
                "now reads that the award is withdrawn. We will send you no more reminders about it.",
                FACTS,
            ),
            Sentence(
                "closing",
                "Closing",
                "We would like to explain it to you: please answer this e-mail, or ring us. You are welcome to a new "
                "conversation about music at any time.",
                FACTS,
            ),
            SIGN_OFF,
        ),
    )
)


def withdrawn_context(award: Award) -> dict[str, Any]:
    """What the templates get beside the contact and the links. Why it was withdrawn is for hub staff, and not in it."""
    return {"level": award.get_level_display(), "awarded_on": award.awarded_on, "action_url": ""}


def render_award_withdrawn(*, award: Award, contact: Contact) -> RenderedEmail:
    """The mail as this contact would get it, the personal link left out, for the page where it is decided."""
    link = ContactLink.mint(destination=reverse("my_school"), contact=contact)
    rendered = render_for_contact(
        contact=contact,
        folder=WITHDRAWN_FOLDER,
        link_url=link.mail_url,
        withdraw_url=link.mail_withdraw_url,
        context=withdrawn_context(award),
    )
    return {
        "subject": rendered["subject"],
        "body_text": withhold_placeholders(rendered["body_text"]),
        "body_html": withhold_placeholders(rendered["body_html"]),
    }


def mail_award_withdrawn(*, award: Award, contact: Contact) -> Email:
    """Tell one of the people who were told of the award that it is withdrawn."""
    email, _ = mail_contact(
        contact=contact,
        kind=AWARD_WITHDRAWN.key,
        dedupe_key=f"{AWARD_WITHDRAWN.key}:{award.pk}:{contact.pk}",
        folder=WITHDRAWN_FOLDER,
        destination=reverse("my_school"),
        context=withdrawn_context(award),
        check={"award": award.pk},
    )
    return email
