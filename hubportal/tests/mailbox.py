"""Reads the mails a running product has written, as a person's mail program would."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage

from hubportal.tests.live import RunningProduct

LINK = re.compile(r"https?://\S+/link/\S+/")


class Mailbox:
    """All mails of one running product."""

    def __init__(self, product: RunningProduct) -> None:
        self.product = product

    def find(self, *, to: str, subject: str) -> list[EmailMessage]:
        """The mails to this address whose subject holds these words, oldest first."""
        parsed = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in self.product.mails()]
        return [mail for mail in parsed if to in str(mail["To"]) and subject.lower() in str(mail["Subject"]).lower()]

    def wait_for(self, *, to: str, subject: str) -> EmailMessage:
        """The one mail to this address with these words in its subject; fails when there are two."""
        self.product.wait_for(lambda: self.find(to=to, subject=subject), what=f"a mail “{subject}” to {to}")
        (mail,) = self.find(to=to, subject=subject)
        return mail


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(preferencelist=("plain",))
    assert body is not None
    return body.get_content()


def link_in(mail: EmailMessage) -> str:
    """The personal link a person would press."""
    found = LINK.search(text_of(mail))
    assert found is not None, text_of(mail)
    return found[0]


def files_of(mail: EmailMessage) -> dict[str, bytes]:
    """The attachments by name."""
    return {part.get_filename(): part.get_payload(decode=True) for part in mail.iter_attachments()}
