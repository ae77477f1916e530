"""Development's mail server: each mail becomes one file that any mail program opens."""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone


class EmlFileBackend(BaseEmailBackend):
    """Writes `<time>-<recipient>-<Message-ID>.eml` into settings.MAIL_DIR, whole or not at all."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.MAIL_DIR)
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            self.write(folder, message)
        return len(email_messages)

    def write(self, folder: Path, message: EmailMessage) -> None:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".", delete=False) as file:
            # Django's own message class takes the line ending; its type stub does not say so.
            file.write(message.message().as_bytes(linesep="\r\n"))  # type: ignore[call-arg]
        os.chmod(file.name, 0o600)
        time = f"{timezone.localtime():%Y%m%d-%H%M%S-%f}"
        identity = str(message.extra_headers.get("Message-ID", "")).strip("<>").partition("@")[0]
        recipient = message.recipients()[0].rpartition("<")[2].rstrip(">").replace("/", "_")
        os.replace(file.name, folder / f"{time}-{recipient}-{identity}.eml")
