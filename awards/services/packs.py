"""The outcome pack before it goes: exactly what a school will get, for staff to look at."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from awards.emails import outcome_context, render_outcome
from awards.models import Award
from awards.queries import outcome_recipients, pack_attachments
from hubportal.mail.services import Attachment
from schools.models import Contact


@dataclass(frozen=True)
class OutcomeMail:
    """The outcome pack as one person will get it, the personal link left out."""

    to: Contact
    subject: str
    body_text: str
    body_html: str


@dataclass(frozen=True)
class PreviewFile:
    """A file of the pack as the page about it shows it."""

    filename: str
    content_type: str
    size: int
    sha256: str

    @property
    def is_logo(self) -> bool:
        """Whether it is a picture: the certificate is a document."""
        return self.content_type.startswith("image/")

    @property
    def short_sha256(self) -> str:
        """The first twelve digits of the fingerprint: enough to tell two files apart by eye."""
        return self.sha256[:12]


@dataclass(frozen=True)
class OutcomePreview:
    """Exactly what will go: a mail a person, and the files with each of them.

    `fingerprint` is a SHA-256 over all of it, so that what is sent can be held against what was seen.
    """

    mails: tuple[OutcomeMail, ...]
    attachments: tuple[Attachment, ...]
    fingerprint: str

    @cached_property
    def files(self) -> tuple[PreviewFile, ...]:
        """The attachments with size and fingerprint, in their order."""
        return tuple(
            PreviewFile(file.filename, file.content_type, len(file.content), hashlib.sha256(file.content).hexdigest())
            for file in self.attachments
        )


def preview_outcome_pack(award: Award) -> OutcomePreview:
    """What `send_outcome_pack` would send now; without mails when there is nobody to write to."""
    people, context = outcome_recipients(award.school), outcome_context(award)
    mails = [OutcomeMail(to=person, **render_outcome(contact=person, context=context)) for person in people]
    attachments = pack_attachments(award)
    return OutcomePreview(tuple(mails), attachments, _fingerprint(mails, attachments))


def preview_outcome_mail(award: Award, *, contact_id: int) -> OutcomeMail | None:
    """One mail of the pack alone; None for somebody it does not go to."""
    for person in outcome_recipients(award.school):
        if person.pk == contact_id:
            return OutcomeMail(to=person, **render_outcome(contact=person, context=outcome_context(award)))
    return None


def _fingerprint(mails: Sequence[OutcomeMail], attachments: Sequence[Attachment]) -> str:
    digest = hashlib.sha256()
    for mail in mails:
        for part in (mail.to.email, mail.subject, mail.body_text, mail.body_html):
            digest.update(hashlib.sha256(part.encode()).digest())
    for attachment in attachments:
        digest.update(hashlib.sha256(attachment.filename.encode()).digest())
        digest.update(hashlib.sha256(attachment.content).digest())
    return digest.hexdigest()
