"""What a school may download of its award: the certificate, its logos for every use, and the badge for its website."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.db.models.functions import Length

from awards.logos import GROUNDS, LogoFile
from awards.models import Award, PackFile
from awards.queries.logos import logo_choices
from hubportal.mail.models import EmailAttachment

GROUND_TITLES = {"light": "Logos for light backgrounds", "dark": "Logos for dark backgrounds"}
AS_SENT = "Logos as they came with our e-mail"


@dataclass(frozen=True)
class Download:
    """A file on the page. `size` in bytes, None for a picture that is drawn when somebody asks for it."""

    filename: str
    kind: str
    label: str
    size: int | None = None


@dataclass(frozen=True)
class LogoGroup:
    """Logos for the same use, the drawing first, then pictures by size."""

    title: str
    files: tuple[Download, ...]


def logo_groups(award: Award) -> tuple[LogoGroup, ...]:
    """All logos of an award that is released: those that went with its outcome pack as they went, the other sizes as
    they would be drawn today. None for Working towards Bronze."""
    if not award.has_certificate_level:
        return ()
    sent = dict(logo_files(award).annotate(size=Length("content")).values_list("filename", "size"))
    drawn = logo_choices(award)
    groups = [
        LogoGroup(GROUND_TITLES[ground], tuple(_drawn(logo, sent) for logo in drawn if logo.ground == ground))
        for ground in GROUNDS
    ]
    # The hub or the award had another name then, or the logos were drawn in another way.
    earlier = [name for name in sent if name not in {logo.filename for logo in drawn}]
    if earlier:
        groups.append(LogoGroup(AS_SENT, tuple(_sent(name, sent[name]) for name in earlier)))
    return tuple(groups)


def _drawn(logo: LogoFile, sent: dict[str, int]) -> Download:
    size = sent.get(logo.filename) or (len(logo.drawing.encode()) if logo.size is None else None)
    return Download(logo.filename, logo.filename.rpartition(".")[2], _label(logo.size), size)


def _sent(filename: str, size: int) -> Download:
    stem, _, kind = filename.rpartition(".")
    pixels = stem.rpartition("-")[2]
    return Download(filename, kind, _label(int(pixels) if pixels.isdigit() else None), size)


def _label(pixels: int | None) -> str:
    """A logo by what it is for."""
    return f"Logo, {pixels} pixels wide" if pixels else "Logo, any size"


def logo_file(award: Award, filename: str, *, is_in_force: bool) -> tuple[bytes, str] | None:
    """The bytes of a logo of a released award and what they are: as it went with the pack, else as it is drawn today,
    which is for awards in force only. None: there is no such logo."""
    if not award.has_certificate_level:
        return None
    sent = logo_files(award).filter(filename=filename).first()
    if sent:
        return bytes(sent.content), sent.content_type
    drawn = logo_choices(award) if is_in_force else ()
    return next(((logo.content, logo.content_type) for logo in drawn if logo.filename == filename), None)


def logo_files(award: Award) -> QuerySet[PackFile] | QuerySet[EmailAttachment]:
    """The logos as they went with the outcome pack of an award that is released.

    A pack keeps its files; one sent before packs did has them with its mail only.
    """
    pack = award.outcome_pack
    are_logos = Q(content_type="image/svg+xml") | Q(content_type="image/png")
    if pack.sha256:
        return pack.files.filter(are_logos)
    return EmailAttachment.objects.filter(are_logos, email=pack.email_id)
