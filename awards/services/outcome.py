"""The outcome pack: sent once, as it was looked at, and kept as it went."""

import hashlib
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from awards.emails import mail_outcome
from awards.models import Award, AwardStatus, OutcomePack, PackFile
from awards.queries import pack_readings
from awards.services.packs import preview_outcome_pack
from awards.services.recommendations import recommend_with_pack
from hubportal.accounts.models import User
from hubportal.mail.services import Attachment
from schools.models import TimelineKind
from schools.timeline import record_event

NOBODY = (
    "Nobody at this school can be written to: it has no contact who is confirmed and has not left or withdrawn. "
    "Add or confirm a contact of the school first."
)
CHANGED = "The outcome pack has changed since you looked at it. Please read it again, then send it."
NOT_READ = (
    "Here a colleague reads each outcome pack before it goes. Ask one to read this one; it can go once somebody other "
    "than you has found it fine as it is now."
)


@transaction.atomic
def send_outcome_pack(*, award: Award, by: User, seen: str = "") -> tuple[OutcomePack, bool]:
    """Send the pack to the coordinator and the head teacher. Returns it and whether it was sent just now: it goes
    once, however many people click at the same moment.

    `seen` is the fingerprint of the preview that was looked at. The fingerprint and the files are kept with the pack.

    Raises:
        ValidationError: nobody can be written to, the award is not current, the pack is not what was seen, or the hub
            wants a second reader and nobody else has found exactly this pack fine.
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
    if not pack_readings(award, fingerprint=preview.fingerprint).let_it_go(by):
        raise ValidationError(NOT_READ)
    emails = [mail_outcome(award=award, contact=mail.to, attachments=preview.attachments) for mail in preview.mails]
    pack = OutcomePack.objects.create(
        award=award, email=emails[0], sha256=preview.fingerprint, sent_at=timezone.now(), sent_by=by
    )
    _keep_files(pack, preview.attachments)
    text = f"Outcome pack sent to {' and '.join(mail.to.name for mail in preview.mails)}."
    record_event(school=award.school, kind=TimelineKind.AWARD, text=text, by=by)
    recommend_with_pack(award=award, by=by, now=pack.sent_at)
    return pack, True


def _keep_files(pack: OutcomePack, attachments: Sequence[Attachment]) -> None:
    """What the school downloads later is what it got that day."""
    PackFile.objects.bulk_create(
        PackFile(
            pack=pack,
            position=position,
            filename=file.filename,
            content_type=file.content_type,
            content=file.content,
            sha256=hashlib.sha256(file.content).hexdigest(),
        )
        for position, file in enumerate(attachments, start=1)
    )
