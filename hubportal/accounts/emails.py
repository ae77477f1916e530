"""Mail to hub staff about their accounts."""

from uuid import uuid4

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse

from hubportal.accounts.models import User
from hubportal.mail.hooks import sender
from hubportal.mail.kinds import MailKind, register
from hubportal.mail.models import Email
from hubportal.mail.render import render_email
from hubportal.mail.services import queue_email

INVITATION = register(MailKind(key="invitation", name="Invitation to the portal", is_private=True))
WHY_INVITATION = "You get this because a colleague at the hub invited you."
STOP_INVITATION = "If you did not expect it, do nothing: without a password the account opens to nobody."


def mail_invitation(*, user: User, invited_by: User) -> Email:
    """Invite a new colleague to choose a password."""
    arguments = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    path = reverse("account_reset_password_from_key", kwargs=arguments)
    context = {
        "hub": sender(),
        "user": user,
        "invited_by": invited_by,
        "action_url": settings.HUB_BASE_URL + path,
        "action_label": "Choose a password",
        "why": WHY_INVITATION,
        "stop": STOP_INVITATION,
    }
    email, _ = queue_email(
        kind=INVITATION.key,
        dedupe_key=f"invitation:{user.pk}:{uuid4()}",
        to_address=user.email,
        to_name=user.name,
        **render_email("accounts/emails/invitation", context),
    )
    return email
