"""Certificates by term, and the ZIP files that hold all of one: what is in them, how far they are, their bytes."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from django.db.models import Func, IntegerField, QuerySet, Sum
from django.utils import timezone
from django.utils.text import slugify

from awards.models import AwardStatus, BatchPart, BatchState, Certificate, CertificateBatch, ShownStatus
from awards.rules.terms import Term, terms_between
from hubportal.accounts.models import User
from hubportal.spreadsheets import harmless
from meetings.models import HubHoliday

# Where a term's own holidays lie, before and after it.
AROUND = timedelta(days=366)
LONGEST_NAME = 80
# Letters that are no letter with an accent, as slugify knows them, but two or another one.
LIGATURES = str.maketrans(
    {"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L"}
)
INDEX = "certificates.csv"
COLUMNS = ("File", "Certificate", "School", "URN", "Level", "Awarded on", "Valid until", "Status today", "SHA-256")


@dataclass(frozen=True)
class TermCount:
    """A term, and how many certificates a batch of it would hold now."""

    term: Term
    count: int

    @property
    def label(self) -> str:
        unit = "certificate" if self.count == 1 else "certificates"
        return f"{self.term.label}: {self.count:,} {unit}"


@dataclass(frozen=True)
class BatchProgress:
    """How far a batch is: certificates packed, of so many."""

    batch: CertificateBatch
    packed: int

    @property
    def is_going_on(self) -> bool:
        return self.batch.state in (BatchState.WAITING, BatchState.WORKING)

    @property
    def is_ready(self) -> bool:
        return self.batch.state == BatchState.READY

    @property
    def words(self) -> str:
        return f"{self.packed:,} of {self.batch.total:,} certificates packed"


def certificates_of(starts_on: date, ends_on: date) -> QuerySet[Certificate]:
    """The certificates that count of awards dated in a stretch of days: no withdrawn award's, and none that a
    corrected one replaced."""
    return Certificate.objects.filter(
        replaced_by__isnull=True, award__awarded_on__gte=starts_on, award__awarded_on__lte=ends_on
    ).exclude(award__status=AwardStatus.WITHDRAWN)


def terms_with_certificates() -> list[TermCount]:
    """Every term that has certificates, the newest first, each with their number. Three queries, however many."""
    days = list(certificates_of(date.min, date.max).values_list("award__awarded_on", flat=True))
    if not days:
        return []
    counts = [
        TermCount(term, sum(term.starts_on <= day <= term.ends_on for day in days))
        for term in _terms(min(days), max(days))
    ]
    return [one for one in counts if one.count]


def _terms(first_on: date, last_on: date) -> Sequence[Term]:
    holidays = HubHoliday.objects.filter(
        area__isnull=True, first_on__lte=last_on + AROUND, last_on__gte=first_on - AROUND
    ).values_list("first_on", "last_on", "ends_term")
    stretches = list(holidays)
    closed = {
        first + timedelta(days=number) for first, last, _ in stretches for number in range((last - first).days + 1)
    }
    return terms_between(
        first_on, last_on, breaks=[(first, last) for first, last, ends_term in stretches if ends_term], closed=closed
    )


def batches(user: User) -> QuerySet[CertificateBatch]:
    """The batches an officer may have, the newest first; nobody else sees any."""
    found = CertificateBatch.objects.select_related("asked_by")
    return found if user.is_officer else found.none()


def batch_progress(batch: CertificateBatch) -> BatchProgress:
    """How far a batch is now."""
    length = Func("certificate_ids", function="jsonb_array_length", output_field=IntegerField())
    done = batch.parts.filter(done_at__isnull=False).aggregate(packed=Sum(length))
    return BatchProgress(batch, done["packed"] or 0)


def file_name(certificate: Certificate) -> str:
    """School, level and number: what a person looks for, and unique by the number. Only letters, figures and hyphens,
    which every system can write."""
    words = slugify(certificate.school_name.translate(LIGATURES))[:LONGEST_NAME].strip("-")
    return "-".join(filter(None, (words, certificate.award.level, certificate.number.lower()))) + ".pdf"


def zip_name(batch: CertificateBatch) -> str:
    return f"certificates-{slugify(batch.label)}.zip"


def batch_zip(batch: CertificateBatch, *, today: date) -> Iterator[bytes]:
    """The finished batch as one ZIP file, a piece at a time: never more than one part of it is in memory.

    Its last file is a list of all that are in it, with what each is worth today.
    """
    sink = _Sink()
    index = io.StringIO()
    writer = csv.writer(index)
    writer.writerow(COLUMNS)
    with ZipFile(sink, "w", ZIP_STORED) as whole:
        for pk in list(batch.parts.values_list("pk", flat=True)):
            part = BatchPart.objects.get(pk=pk)
            with ZipFile(io.BytesIO(part.content or b"")) as packed:
                for entry in packed.infolist():
                    whole.writestr(_entry(entry.filename, entry.date_time), packed.read(entry))
                    yield sink.take()
            writer.writerows(_index_rows(part.certificate_ids, today=today))
        at = timezone.localtime(batch.finished_at or batch.asked_at)
        whole.writestr(zip_entry(INDEX, at), "\ufeff" + index.getvalue())
    yield sink.take()


def zip_entry(name: str, at: datetime) -> ZipInfo:
    """A file of a ZIP, dated by the clock of London, that anybody may read."""
    local = timezone.localtime(at)
    return _entry(name, (local.year, local.month, local.day, local.hour, local.minute, local.second))


def _entry(name: str, at: tuple[int, int, int, int, int, int]) -> ZipInfo:
    entry = ZipInfo(name, at)
    entry.external_attr = 0o644 << 16
    return entry


def _index_rows(certificate_ids: Sequence[int], *, today: date) -> Iterator[list[object]]:
    found = Certificate.objects.select_related("award__school").defer("pdf", "award__decision")
    replaced = set(Certificate.objects.filter(replaces__in=certificate_ids).values_list("replaces", flat=True))
    rows = found.in_bulk(certificate_ids)
    for certificate in (rows[pk] for pk in certificate_ids):
        award = certificate.award
        status = award.status_on(today)
        if certificate.pk in replaced and status != ShownStatus.WITHDRAWN:
            status = ShownStatus.SUPERSEDED
        cells = (
            file_name(certificate),
            certificate.number,
            certificate.school_name,
            award.school.urn,
            award.get_level_display(),
            award.awarded_on,
            award.expires_on,
            status.label,
            certificate.sha256,
        )
        yield [harmless(cell) for cell in cells]


class _Sink(io.RawIOBase):
    """Takes what is written and hands it on: a file that cannot be wound back."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: bytes) -> int:  # type: ignore[override]
        self._pieces.append(bytes(piece))
        return len(piece)

    def take(self) -> bytes:
        """All that was written since the last time."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken
