"""A second pair of eyes on an outcome pack before it goes."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from awards.emails import mail_pack_read, mail_pack_reading
from awards.models import Award, AwardStatus, OutcomePack, PackReading
from awards.queries import may_be_asked_to_read
from awards.services.packs import preview_outcome_pack
from hubportal.accounts.models import User
from schools.models import TimelineKind
from schools.timeline import record_event

GONE = "The outcome pack has gone already: there is nothing left to read."
NO_LONGER_CURRENT = "This award is no longer the school’s current one: its outcome pack will not go."
NOT_A_READER = "Choose a colleague who is an officer or an administrator; nobody reads a pack for themselves."
NOT_ASKED = "You were not asked to read this pack, or a colleague was asked instead."
CHANGED = "The outcome pack has changed since you opened it. Please read it again, then answer."
SAY_WHAT = "Say what should change. The school does not read it."


@transaction.atomic
def ask_second_reader(*, award: Award, reader: User, by: User, now: datetime | None = None) -> PackReading:
    """Ask a colleague to read the pack before it goes. They get a mail, and it waits on their home page.

    One colleague is asked at a time: asking another takes the question back from the first, whose mail is not sent
    if it still waits. Asking the same person twice is one question.

    Raises:
        ValidationError: the pack has gone, the award no longer counts, or this is nobody who may read it.
    """
    award = _locked_unsent(award)
    if not may_be_asked_to_read(besides=by).filter(pk=reader.pk).exists():
        raise ValidationError({"reader": NOT_A_READER})
    waiting = PackReading.objects.filter(award=award, answered_at__isnull=True).first()
    if waiting and waiting.reader_id == reader.pk:
        return waiting
    if waiting:
        waiting.delete()
    reading = PackReading.objects.create(award=award, reader=reader, asked_by=by, asked_at=now or timezone.now())
    mail_pack_reading(reading=reading)
    text = f"{reader.name} is asked to read the outcome pack before it goes."
    record_event(school=award.school, kind=TimelineKind.AWARD, text=text, by=by, at=reading.asked_at)
    return reading


@transaction.atomic
def answer_reading(
    *, reading: PackReading, is_fine: bool, note: str, seen: str, by: User, now: datetime | None = None
) -> PackReading:
    """Say that a pack is fine, or what should change. It holds for exactly the pack that was read (`seen`, the
    fingerprint of its preview): once the pack changes, a "fine" no longer counts. The person who asked gets a mail.

    Raises:
        ValidationError: it is somebody else's to answer, the pack has gone or changed, or no change is named.
    """
    award = _locked_unsent(reading.award)
    asked = PackReading.objects.select_related("asked_by", "reader").filter(reader=by, answered_at__isnull=True)
    found = asked.filter(pk=reading.pk).first()
    if found is None:
        raise ValidationError(NOT_ASKED)
    if not is_fine and not note.strip():
        raise ValidationError({"note": SAY_WHAT})
    fingerprint = preview_outcome_pack(award).fingerprint
    if seen != fingerprint:
        raise ValidationError(CHANGED)
    found.is_fine, found.note, found.sha256 = is_fine, note.strip(), fingerprint
    found.answered_at = now or timezone.now()
    found.save(update_fields=["is_fine", "note", "sha256", "answered_at"])
    mail_pack_read(reading=found)
    said = "finds it fine" if is_fine else "asks for a change"
    text = f"{by.name} has read the outcome pack and {said}."
    record_event(school=award.school, kind=TimelineKind.AWARD, text=text, by=by, at=found.answered_at)
    return found


def _locked_unsent(award: Award) -> Award:
    """The award, held until the commit, so that a pack is not sent while somebody answers."""
    award = Award.objects.select_for_update(of=("self",), no_key=True).select_related("school").get(pk=award.pk)
    if OutcomePack.objects.filter(award=award).exists():
        raise ValidationError(GONE)
    if award.status != AwardStatus.CURRENT:
        raise ValidationError(NO_LONGER_CURRENT)
    return award
