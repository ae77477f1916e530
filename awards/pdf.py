"""The certificate: one tagged A4 landscape page (PDF/UA-1) with embedded fonts, set from a few words.

The hub chooses between three designs of the same words. The same words always give the same bytes, so that what is
stored at issue can be made and compared again.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from io import BytesIO
from typing import Any

import pydyf
import segno
from django.template.loader import render_to_string
from django.utils.dateformat import format as format_date
from django.utils.safestring import SafeString, mark_safe
from PIL import Image
from weasyprint import Document

from awards.lettering import SANS, SERIF, SERIF_ITALIC, SERIF_SEMIBOLD, set_name
from hubportal.pdf import Press, picture_address

LEVELS_WITH_CERTIFICATE = frozenset({"bronze", "silver", "gold"})
FACES = (SERIF, SERIF_SEMIBOLD, SERIF_ITALIC, SANS)

POINTS_PER_MM = 72 / 25.4
POINTS_PER_PIXEL = 72 / 96
PAGE_HEIGHT = 210 * POINTS_PER_MM

Sizes = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class Design:
    """How a certificate is laid out: the press with its stylesheet, and the room that names have.

    `width` is in points. The sizes, in points too, are those that look right on one, two, three lines of the page.
    """

    press: Press
    width: float
    name_sizes: Sizes
    scheme_sizes: Sizes
    is_grey: bool = False


CENTRED_NAMES: Sizes = ((38, 34, 30), (32, 28, 25, 22), (22, 18, 15, 12))
CENTRED_SCHEMES: Sizes = ((29, 25, 22, 18), (15,))
DESIGNS = {
    "classic": Design(
        Press(stylesheet="certificate-classic.css", faces=FACES), 245 * POINTS_PER_MM, CENTRED_NAMES, CENTRED_SCHEMES
    ),
    "modern": Design(
        Press(stylesheet="certificate-modern.css", faces=FACES),
        189 * POINTS_PER_MM,
        name_sizes=((38, 34, 30), (32, 28, 25), (22, 18), (18, 15, 12)),
        scheme_sizes=((29, 25, 22, 18), (16, 14, 12)),
    ),
    "plain": Design(
        Press(stylesheet="certificate-plain.css", faces=FACES),
        245 * POINTS_PER_MM,
        CENTRED_NAMES,
        CENTRED_SCHEMES,
        is_grey=True,
    ),
}

OPENING_QUOTE = re.compile(r"(?<!\w)'(?=\w)")
# What a reader copies out of the page, or searches for, is what was typed: a straight apostrophe.
CURLY_TO_TYPED = {b"<2018>": b"<0027>", b"<2019>": b"<0027>"}


@dataclass(frozen=True, kw_only=True)
class CertificateText:
    """All that differs between two certificates. `hub_logo` and `signature` are PNG files. `is_sample` prints across
    the page that it is no certificate.

    Raises ValueError for a level that gets no certificate (working towards Bronze), and for an unknown design.
    """

    hub_name: str
    school_name: str
    level: str
    level_label: str
    awarded_on: date
    expires_on: date
    number: str
    framework_title: str
    framework_version: str
    signatory_name: str
    signatory_role: str
    verify_url: str
    scheme_name: str = "Developing Quality Award"
    design: str = "classic"
    hub_logo: bytes | None = field(default=None, repr=False)
    signature: bytes | None = field(default=None, repr=False)
    is_sample: bool = False

    def __post_init__(self) -> None:
        if self.level not in LEVELS_WITH_CERTIFICATE:
            raise ValueError(f"There is no certificate for the level “{self.level}”.")
        if self.design not in DESIGNS:
            raise ValueError(f"There is no certificate design “{self.design}”.")

    @property
    def title(self) -> str:
        """What a reader's window and a screen reader announce."""
        return f"{self.scheme_name}, {self.level_label}: {self.school_name}"


def render_certificate(text: CertificateText) -> bytes:
    """The certificate as a PDF file."""
    design = DESIGNS[text.design]
    pictures = {
        name: _grey(picture) if design.is_grey else picture
        for name, picture in (("logo", text.hub_logo), ("signature", text.signature))
        if picture
    }
    addresses = {name: picture_address(picture) for name, picture in pictures.items()}
    html = render_to_string("awards/pdf/certificate.html", {**_page(text, design), **addresses})
    return design.press.set(html, finisher=_finish, pictures=pictures.values())


def render_certificates(texts: Iterable[CertificateText]) -> Iterator[bytes]:
    """Each certificate as a PDF file of its own, in the order given, one at a time in memory."""
    for text in texts:
        yield render_certificate(text)


def _page(text: CertificateText, design: Design) -> dict[str, Any]:
    """The words as they are set: long dates, curly apostrophes, names broken into lines that fit."""
    return {
        "text": text,
        "hub_name": _curly(text.hub_name),
        "scheme": set_name(_curly(text.scheme_name), face=SERIF, width=design.width, sizes=design.scheme_sizes),
        "school": set_name(_curly(text.school_name), face=SERIF_SEMIBOLD, width=design.width, sizes=design.name_sizes),
        "awarded_on": format_date(text.awarded_on, "j F Y"),
        "expires_on": format_date(text.expires_on, "j F Y"),
        "signatory_name": _curly(text.signatory_name),
        "signatory_role": _curly(text.signatory_role),
        "code": _code(text.verify_url),
    }


def _curly(name: str) -> str:
    """The name with the typographer's apostrophes, each accented letter as one: the fonts draw ŵ, not w and a hat."""
    return OPENING_QUOTE.sub("‘", unicodedata.normalize("NFC", name)).replace("'", "’")


@lru_cache(maxsize=8)
def _grey(picture: bytes) -> bytes:
    """A PNG as a printer without colour shows it, its transparency kept."""
    grey = BytesIO()
    with Image.open(BytesIO(picture)) as image:
        image.convert("LA").save(grey, "PNG")
    return grey.getvalue()


def _code(url: str) -> SafeString:
    """The QR code as SVG; a seventh of its area may be smudged or folded away (level M)."""
    code = segno.make(url, error="m", micro=False)
    svg = code.svg_inline(title=f"QR code for {url}", omitsize=True, svgclass=None, lineclass=None)
    return mark_safe(svg)  # noqa: S308 - segno draws it, and escapes the title


def _finish(_document: Document, pdf: pydyf.PDF) -> None:
    """Put right what WeasyPrint 70 writes: the place of the QR code, and how apostrophes are read."""
    for entry in pdf.objects:
        if isinstance(entry, pydyf.Stream) and b"/CMapName /Adobe-Identity-UCS def" in entry.stream:
            entry.stream[:] = [_as_typed(line) for line in entry.stream]
        elif isinstance(entry, pydyf.Dictionary) and entry.get("S") == "/Figure":
            entry["A"]["BBox"] = _in_points(entry["A"]["BBox"])


def _as_typed(line: bytes) -> bytes:
    """A line of a character map in which curly apostrophes read as the straight ones of the register."""
    for curly, typed in CURLY_TO_TYPED.items():
        line = line.replace(curly, typed)
    return line


def _in_points(box: Sequence[float]) -> pydyf.Array:
    """A box in CSS pixels from the top of the page as PDF wants it: in points from the foot."""
    left, top, right, foot = (edge * POINTS_PER_PIXEL for edge in box)
    return pydyf.Array((left, PAGE_HEIGHT - foot, right, PAGE_HEIGHT - top))
