"""All certificates of a term as one ZIP file: asked for by staff, packed part by part by any worker.

A worker holds the row lock of its part while it packs, and writes the part in the same transaction. One that dies lets
go of both, so that a part is either whole or still to do, and the sweep announces what is still to do once more.
"""

import hashlib
import io
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from zipfile import ZIP_STORED, ZipFile

from celery import current_app
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from awards.models import BatchPart, BatchState, Certificate, CertificateBatch
from awards.queries import certificates_of, file_name, zip_entry
from awards.rules.terms import Term
from hubportal.accounts.models import User

logger = logging.getLogger(__name__)

PACK_TASK = "awards.tasks.pack_part"
# Certificates in a part: a few seconds of work, and two or three megabytes in memory.
PART_SIZE = 50
# A batch is there to be fetched for a week.
KEPT = timedelta(days=7)
# A batch that is not packed after a day never will be.
PATIENCE = timedelta(days=1)
GOING_ON = (BatchState.WAITING, BatchState.WORKING)
TOO_LONG = "It could not be packed within a day. Please ask for it again."
DAMAGED = "Certificate {number} is not as it was issued: its fingerprint differs. Please tell whoever runs the portal."


class Damaged(Exception):
    """A certificate's bytes are not those that were issued."""


@transaction.atomic
def ask_for_batch(*, term: Term, by: User, now: datetime | None = None) -> CertificateBatch:
    """Have all certificates of a term packed in the background: those that count now, by school. Asked twice while
    the first is being packed, it is the same batch.

    Raises:
        ValidationError: the term has no certificates.
    """
    at = now or timezone.now()
    # A second click waits here, and then finds what the first one asked for.
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    waiting = CertificateBatch.objects.filter(
        starts_on=term.starts_on, ends_on=term.ends_on, asked_by=by, state__in=GOING_ON
    ).first()
    if waiting:
        return waiting
    chosen = certificates_of(term.starts_on, term.ends_on).order_by("school_name", "pk")
    ids = list(chosen.values_list("pk", flat=True))
    if not ids:
        raise ValidationError("There are no certificates in this term.")
    batch = CertificateBatch.objects.create(
        label=term.label, starts_on=term.starts_on, ends_on=term.ends_on, total=len(ids), asked_at=at, asked_by=by
    )
    parts = BatchPart.objects.bulk_create(
        BatchPart(batch=batch, position=place, certificate_ids=ids[start : start + PART_SIZE])
        for place, start in enumerate(range(0, len(ids), PART_SIZE), start=1)
    )
    transaction.on_commit(lambda: announce([part.pk for part in parts]))
    return batch


def announce(part_ids: Sequence[int]) -> None:
    """Tell the workers. If the broker is down the sweep finds the parts later, so this never fails a request."""
    try:
        for part_id in part_ids:
            # By name: services stand below tasks and do not import them.
            current_app.send_task(PACK_TASK, (part_id,), retry=False)
    except Exception:
        logger.warning("The broker did not take %d parts; the sweep will.", len(part_ids), exc_info=settings.DEBUG)


def pack_part(*, part_id: int, now: datetime | None = None) -> bool:
    """Pack a part of a batch, and finish the batch with its last one. Returns whether it was packed just now: not
    where it is done already, or another worker has it in hand."""
    batch_id = BatchPart.objects.filter(pk=part_id).values_list("batch", flat=True).first()
    if batch_id is None:
        return False
    CertificateBatch.objects.filter(pk=batch_id, state=BatchState.WAITING).update(state=BatchState.WORKING)
    try:
        with transaction.atomic():
            part = _take(part_id)
            if part is None:
                return False
            part.content, part.done_at = _packed(part.certificate_ids), now or timezone.now()
            part.save(update_fields=["content", "done_at"])
    except Damaged as damage:
        _fail(batch_id, str(damage), now=now or timezone.now())
        return False
    finish_batch(batch_id=batch_id, now=now)
    return True


def finish_batch(*, batch_id: int, now: datetime | None = None) -> bool:
    """Call a batch ready once all its parts are done; of several that ask at once, one finds it so."""
    going_on = CertificateBatch.objects.filter(pk=batch_id, state__in=GOING_ON)
    to_do = BatchPart.objects.filter(batch=batch_id, done_at__isnull=True)
    if to_do.exists():
        return False
    return bool(going_on.update(state=BatchState.READY, finished_at=now or timezone.now()))


def sweep_batches(*, now: datetime | None = None) -> int:
    """Announce the parts that a lost broker or a worker that died left, finish what nobody finished, give up what
    takes too long, and remove what was there to be fetched for a week. Returns how many parts were announced."""
    now = now or timezone.now()
    CertificateBatch.objects.filter(asked_at__lt=now - KEPT).delete()
    too_long = CertificateBatch.objects.filter(state__in=GOING_ON, asked_at__lt=now - PATIENCE)
    too_long.update(state=BatchState.FAILED, finished_at=now, failure=TOO_LONG)
    going_on = list(CertificateBatch.objects.filter(state__in=GOING_ON).values_list("pk", flat=True))
    for batch_id in going_on:
        finish_batch(batch_id=batch_id, now=now)
    left = BatchPart.objects.filter(batch__in=going_on, batch__state__in=GOING_ON, done_at__isnull=True)
    part_ids = list(left.values_list("pk", flat=True))
    announce(part_ids)
    return len(part_ids)


def _take(part_id: int) -> BatchPart | None:
    """A part that is still to do, and that no other worker has in hand; ours until the transaction ends."""
    to_do = BatchPart.objects.filter(pk=part_id, done_at__isnull=True, batch__state__in=GOING_ON)
    return to_do.select_for_update(of=("self",), skip_locked=True).first()


def _packed(certificate_ids: Sequence[int]) -> bytes:
    """The certificates as a ZIP file, each held against the fingerprint of its issue.

    They are not compressed: a PDF is already. The same certificates always give the same bytes.
    """
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_STORED) as file:
        for pk in certificate_ids:
            certificate = Certificate.objects.select_related("award").defer("award__decision").get(pk=pk)
            content = bytes(certificate.pdf)
            if hashlib.sha256(content).hexdigest() != certificate.sha256:
                raise Damaged(DAMAGED.format(number=certificate.number))
            file.writestr(zip_entry(file_name(certificate), certificate.issued_at), content)
    return packed.getvalue()


def _fail(batch_id: int, sentence: str, *, now: datetime) -> None:
    going_on = CertificateBatch.objects.filter(pk=batch_id, state__in=GOING_ON)
    going_on.update(state=BatchState.FAILED, finished_at=now, failure=sentence)
