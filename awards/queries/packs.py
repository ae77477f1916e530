"""Outcome packs: the files that go with one, what went, and who has read it beforehand."""

from dataclasses import dataclass
from itertools import takewhile

from django.db.models import BinaryField, CharField, F, Func, QuerySet, Value
from django.db.models.functions import Length
from django.template.defaultfilters import slugify

from awards.models import Award, AwardStatus, Certificate, OutcomePack, PackFile, PackReading
from awards.queries.logos import logo_choices
from hubportal.accounts.models import User
from hubportal.mail.models import Email, EmailAttachment
from hubportal.mail.services import Attachment
from schools.queries import hub_profile

# What the key of each mail of a pack begins with, before the award's number.
OUTCOME_KEY = "outcome"


def outcome_key(award: Award) -> str:
    """What the keys of a pack's mails begin with; the contact follows."""
    return f"{OUTCOME_KEY}:{award.pk}:"


def certificate_filename(certificate: Certificate) -> str:
    """What the certificate's file is called in a mail."""
    return f"{slugify(hub_profile().award_name)}-certificate-{certificate.number}.pdf"


def pack_attachments(award: Award) -> tuple[Attachment, ...]:
    """The certificate as issued and the logos that go with it; nothing for Working towards Bronze.

    The logos are a drawing and a picture for light grounds and for dark ones; the school's page has more sizes.
    """
    certificate = award.latest_certificate
    if certificate is None:
        return ()
    logos = [logo for logo in logo_choices(award) if logo.is_attached]
    return (
        Attachment(certificate_filename(certificate), "application/pdf", bytes(certificate.pdf)),
        *(Attachment(logo.filename, logo.content_type, logo.content) for logo in logos),
    )


def pack_file(award: Award, filename: str) -> Attachment | None:
    """One file of an award's pack by its name: as it went, or as it would go now. The others are not made for it."""
    pack = OutcomePack.objects.filter(award=award).first()
    if pack:
        sent = _files_that_went(pack).filter(filename=filename).first()
        return Attachment(sent.filename, sent.content_type, bytes(sent.content)) if sent else None
    certificate = award.latest_certificate
    if certificate is None:
        return None
    if filename == certificate_filename(certificate):
        return Attachment(filename, "application/pdf", bytes(certificate.pdf))
    logos = (logo for logo in logo_choices(award) if logo.is_attached and logo.filename == filename)
    return next((Attachment(logo.filename, logo.content_type, logo.content) for logo in logos), None)


def _files_that_went(pack: OutcomePack) -> QuerySet[PackFile] | QuerySet[EmailAttachment]:
    """A pack keeps its files; one sent before packs did has them with its mail only."""
    return pack.files.all() if pack.sha256 else EmailAttachment.objects.filter(email=pack.email_id)


@dataclass(frozen=True)
class SentFile:
    """A file as it went. `is_true`: the bytes that are kept, and those in each mail, still give this fingerprint."""

    filename: str
    content_type: str
    size: int
    sha256: str
    is_true: bool


@dataclass(frozen=True)
class SentPack:
    """A pack as it went: when and by whom, its mails, its files, and who read it before."""

    pack: OutcomePack
    mails: tuple[Email, ...]
    files: tuple[SentFile, ...]
    readings: tuple[PackReading, ...]

    @property
    def is_true(self) -> bool:
        """Whether every file is still as it went."""
        return all(file.is_true for file in self.files)


def sent_pack(award: Award) -> SentPack:
    """What went to the school, each file held against its fingerprint: the database reads the bytes again.

    Raises:
        OutcomePack.DoesNotExist: nothing has gone yet.
    """
    pack = OutcomePack.objects.select_related("sent_by").get(award=award)
    mails = tuple(Email.objects.filter(dedupe_key__startswith=outcome_key(award)).order_by("pk"))
    in_mails: dict[str, set[str]] = {}
    attached = EmailAttachment.objects.filter(email__in=mails).annotate(found=_fingerprint("content"))
    for filename, found in attached.values_list("filename", "found"):
        in_mails.setdefault(filename, set()).add(found)
    rows = _files_that_went(pack).defer("content").annotate(found=_fingerprint("content"), size=Length("content"))
    files = tuple(
        SentFile(
            filename=row.filename,
            content_type=row.content_type,
            size=row.size,
            sha256=row.sha256,
            is_true={row.found} | in_mails.get(row.filename, set()) == {row.sha256},
        )
        for row in rows
    )
    return SentPack(pack=pack, mails=mails, files=files, readings=tuple(_readings(award)))


def _fingerprint(column: str) -> Func:
    """The SHA-256 of a column of bytes, in hexadecimal digits."""
    digest = Func(F(column), function="sha256", output_field=BinaryField())
    return Func(digest, Value("hex"), function="encode", output_field=CharField())


@dataclass(frozen=True)
class ReadingLine:
    """A reading, and whether what was said holds for the pack as it is now."""

    reading: PackReading
    is_of_now: bool

    @property
    def counts(self) -> bool:
        """Whether the colleague found exactly this pack fine."""
        return bool(self.reading.is_fine and self.is_of_now)


@dataclass(frozen=True)
class PackReadings:
    """Who was asked to read a pack before it goes, and what they said, the newest first."""

    lines: tuple[ReadingLine, ...]
    is_needed: bool

    @property
    def waiting(self) -> PackReading | None:
        """The one that is not answered yet."""
        return next((line.reading for line in self.lines if line.reading.answered_at is None), None)

    def waits_for(self, reader: User) -> bool:
        """Whether it is this person who was asked and has not answered."""
        return self.waiting is not None and self.waiting.reader_id == reader.pk

    def let_it_go(self, sender: User) -> bool:
        """Whether this person may send the pack: where the hub wants a second reader, somebody else found it fine, and
        nobody has asked for a change of it since."""
        if not self.is_needed:
            return True
        of_now = [line for line in self.lines if line.is_of_now]
        since_a_change = list(takewhile(lambda line: line.counts, of_now))
        return any(line.reading.reader_id != sender.pk for line in since_a_change)


def pack_readings(award: Award, *, fingerprint: str) -> PackReadings:
    """The readings of an award's pack, held against the fingerprint of the pack as it is now."""
    return PackReadings(
        lines=tuple(ReadingLine(one, one.sha256 == fingerprint) for one in _readings(award)),
        is_needed=hub_profile().needs_second_reader,
    )


def _readings(award: Award) -> QuerySet[PackReading]:
    return PackReading.objects.filter(award=award).select_related("asked_by", "reader")


def packs_to_read(reader: User) -> QuerySet[PackReading]:
    """What colleagues asked this person to read, the oldest first; what has gone or no longer counts is left out."""
    waiting = PackReading.objects.waiting().filter(reader=reader, award__status=AwardStatus.CURRENT)
    return waiting.select_related("award__school", "asked_by").order_by("asked_at")


def may_be_asked_to_read(*, besides: User) -> QuerySet[User]:
    """The colleagues who may read a pack: officers and administrators, never the person who asks."""
    officers: QuerySet[User] = User.objects.officers()
    return officers.exclude(pk=besides.pk)
