"""Where the demo's mail goes, and made-up mail that comes back."""

import smtplib
from collections.abc import Sequence
from email.message import EmailMessage as Letter

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from hubportal.mail.models import Email

# Addresses there take no mail, so that staff see what that looks like.
FULL = "@full.example.org"


class Nowhere(BaseEmailBackend):
    """Takes every mail and drops it, but for those to a mailbox that is full."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            if any(FULL in recipient for recipient in message.recipients()):
                raise smtplib.SMTPDataError(552, b"5.2.2 The mailbox is full: message refused")
        return len(email_messages)


def letter(*, sender: str, subject: str, text: str, message_id: str, about: Email | None = None, **more: str) -> bytes:
    """A mail as somebody's mail program sends it; `about` is the mail of ours it answers, `more` are headers."""
    mail = Letter()
    headers = {"From": sender, "To": "music@hub.example.org", "Subject": subject, "Message-ID": message_id} | more
    if about:
        headers["In-Reply-To"] = about.message_id
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


def returned(*, email: Email, message_id: str) -> bytes:
    """What a mail server sends back when nobody has the address that we wrote to (RFC 3464)."""
    return f"""\
From: Mail Delivery System <mailer-daemon@mx.example.org>
To: music@hub.example.org
Subject: Undelivered mail returned to sender
Auto-Submitted: auto-replied
Message-ID: {message_id}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="limit"

--limit
Content-Type: text/plain; charset=utf-8

Your message could not be delivered: nobody has this address.

--limit
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; {email.to_address}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <{email.to_address}>: recipient address rejected, user unknown

--limit
Content-Type: text/rfc822-headers

Message-ID: {email.message_id}

--limit--
""".encode()
