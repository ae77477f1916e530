"""The outcome pack: shown to staff as it will go, then sent, once."""

import hashlib
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.template.defaultfilters import slugify
from django.utils import timezone

from awards.emails import mail_outcome, render_outcome
from awards.logos import logos_for
from awards.models import Award, AwardStatus, OutcomePack
from awards.queries import outcome_recipients
from hubportal.accounts.models import User
from hubportal.mail.services import Attachment
from schools.models import Contact, TimelineKind
from schools.queries import hub_profile
from schools.timeline import record_event

NOBODY = (
    "Nobody at this school can be written to: it has no contact who is confirmed and has not left or withdrawn. "
    "Add or confirm a contact of the school first."
)
CHANGED = "The outcome pack has changed since you looked at it. Please read it again, then send it."


@dataclass(frozen=True)
class OutcomeMail:
    """The outcome pack as one person will get it, the personal link left out."""

    to: Contact
    subject: str
    body_text: str
    body_html: str


@dataclass(frozen=True)
class OutcomePreview:
    """Exactly what will go: a mail a person, and the files with each of them.

    `fingerprint` is a SHA-256 over all of it, so that what is sent can be held against what was seen.
    """

    mails: tuple[OutcomeMail, ...]
    attachments: tuple[Attachment, ...]
    fingerprint: str


def preview_outcome_pack(award: Award) -> OutcomePreview:
    """What `send_outcome_pack` would send now; without mails when there is nobody to write to."""
    mails = []
    for contact in outcome_recipients(award.school):
        rendered = render_outcome(award=award, contact=contact)
        mails.append(OutcomeMail(to=contact, **rendered))
    attachments = outcome_attachments(award)
    return OutcomePreview(tuple(mails), attachments, _fingerprint(mails, attachments))


def outcome_attachments(award: Award) -> tuple[Attachment, ...]:
    """The certificate as issued and the logos of its level; nothing for Working towards Bronze."""
    certificate = award.latest_certificate
    if certificate is None:
        return ()
    hub = hub_profile()
    filename = f"{slugify(hub.award_name)}-certificate-{certificate.number}.pdf"
    logos = logos_for(award.level, hub_name=hub.name, scheme_name=hub.award_name)
    return (
        Attachment(filename, "application/pdf", bytes(certificate.pdf)),
        *(Attachment(logo.filename, logo.content_type, logo.content) for logo in logos),
    )


@transaction.atomic
def send_outcome_pack(*, award: Award, by: User, seen: str = "") -> tuple[OutcomePack, bool]:
    """Send the pack to the coordinator and the head teacher. Returns it and whether it was sent just now: it goes
    once, however many people click at the same moment.

    `seen` is the fingerprint of the preview that was looked at.

    Raises:
        ValidationError: nobody can be written to, the award is not current, or the pack is not what was seen.
    """
    award = Award.objects.select_for_update(of=("self",), no_key=True).select_related("school").get(pk=award.pk)
    sent = OutcomePack.objects.filter(award=award).first()
    if sent:
        return sent, False
    if award.status != AwardStatus.CURRENT:
        raise ValidationError("This award is no longer the school’s current one, so its outcome pack cannot be sent.")
    preview = preview_outcome_pack(award)
    if not preview.mails:
        raise ValidationError(NOBODY)
    if seen and seen != preview.fingerprint:
        raise ValidationError(CHANGED)
    emails = [mail_outcome(award=award, contact=mail.to, attachments=preview.attachments) for mail in preview.mails]
    pack = OutcomePack.objects.create(award=award, email=emails[0], sent_at=timezone.now(), sent_by=by)
    text = f"Outcome pack sent to {' and '.join(mail.to.name for mail in preview.mails)}."
    record_event(school=award.school, kind=TimelineKind.AWARD, text=text, by=by)
    return pack, True


def _fingerprint(mails: list[OutcomeMail], attachments: tuple[Attachment, ...]) -> str:
    digest = hashlib.sha256()
    for mail in mails:
        for part in (mail.to.email, mail.subject, mail.body_text, mail.body_html):
            digest.update(hashlib.sha256(part.encode()).digest())
    for attachment in attachments:
        digest.update(hashlib.sha256(attachment.filename.encode()).digest())
        digest.update(hashlib.sha256(attachment.content).digest())
    return digest.hexdigest()
