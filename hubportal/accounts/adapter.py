"""How allauth behaves here: nobody signs up by themselves, and its mails go through the outbox."""

from typing import Any
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from hubportal.mail.services import queue_email


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are by invitation of an administrator."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        message = self.render_mail(template_prefix, email, context)
        html = next((str(body) for body, mimetype in getattr(message, "alternatives", [])), "")
        queue_email(
            kind="account",
            dedupe_key=f"account:{uuid4()}",
            to_address=email,
            subject=message.subject,
            body_text=str(message.body),
            body_html=html,
        )
