"""Mails to hub staff about their accounts with made-up facts, for staff to look at. Nothing here is ever saved."""

from django.conf import settings
from django.template.loader import render_to_string

from hubportal.accounts.emails import INVITATION, STOP_INVITATION, WHY_INVITATION
from hubportal.accounts.models import User
from hubportal.mail.hooks import sender
from hubportal.mail.kinds import ACCOUNT, Sample, register_samples

# Where the key to an account stands in the real mail.
NO_KEY = f"{settings.HUB_BASE_URL}/account/…"


@register_samples(INVITATION)
def invitation_samples() -> list[Sample]:
    context = {
        "hub": sender(),
        "user": User(name="Rowan Field", email="rowan.field@hub.example.org"),
        "invited_by": User(name="Olive Hart", email="olive.hart@hub.example.org"),
        "action_url": NO_KEY,
        "action_label": "Choose a password",
        "why": WHY_INVITATION,
        "stop": STOP_INVITATION,
    }
    return [Sample(folder="accounts/emails/invitation", context=context)]


@register_samples(ACCOUNT)
def account_samples() -> list[Sample]:
    """The mail after "I have forgotten my password"; allauth renders it and its like."""
    prefix, context = "account/email/password_reset_key", {"hub": sender(), "password_reset_url": NO_KEY}
    rendered = {
        "subject": " ".join(render_to_string(f"{prefix}_subject.txt", context).split()),
        "body_text": render_to_string(f"{prefix}_message.txt", context).strip() + "\n",
        "body_html": render_to_string(f"{prefix}_message.html", context),
    }
    return [Sample(rendered=rendered, case="Forgotten password")]
