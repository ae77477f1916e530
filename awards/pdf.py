"""The certificate: one tagged A4 landscape page (PDF/UA-1) with embedded fonts, set from a few words.

The same words always give the same bytes, so that what is stored at issue can be made and compared again.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pydyf
import segno
from django.template.loader import render_to_string
from django.utils.dateformat import format as format_date
from django.utils.safestring import SafeString, mark_safe
from weasyprint import Document

from awards.lettering import SANS, SERIF, SERIF_ITALIC, SERIF_SEMIBOLD, set_name
from hubportal.pdf import Press

LEVELS_WITH_CERTIFICATE = frozenset({"bronze", "silver", "gold"})
PRESS = Press(stylesheet="certificate.css", faces=(SERIF, SERIF_SEMIBOLD, SERIF_ITALIC, SANS))

POINTS_PER_MM = 72 / 25.4
POINTS_PER_PIXEL = 72 / 96
PAGE_HEIGHT = 210 * POINTS_PER_MM

# The names, in points: sizes that look right on one, two and three lines of the page.
NAME_WIDTH = 245 * POINTS_PER_MM
NAME_SIZES = ((38, 34, 30), (32, 28, 25, 22), (22, 18, 15, 12))
SCHEME_SIZES = ((29, 25, 22, 18), (15,))

OPENING_QUOTE = re.compile(r"(?<!\w)'(?=\w)")
# What a reader copies out of the page, or searches for, is what was typed: a straight apostrophe.
CURLY_TO_TYPED = {b"<2018>": b"<0027>", b"<2019>": b"<0027>"}


@dataclass(frozen=True, kw_only=True)
class CertificateText:
    """All that differs between two certificates.

    Raises ValueError for a level that gets no certificate (working towards Bronze).
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

    def __post_init__(self) -> None:
        if self.level not in LEVELS_WITH_CERTIFICATE:
            raise ValueError(f"There is no certificate for the level “{self.level}”.")

    @property
    def title(self) -> str:
        """What a reader's window and a screen reader announce."""
        return f"{self.scheme_name}, {self.level_label}: {self.school_name}"


def render_certificate(text: CertificateText) -> bytes:
    """The certificate as a PDF file."""
    return PRESS.set(render_to_string("awards/pdf/certificate.html", _page(text)), finisher=_finish)


def render_certificates(texts: Iterable[CertificateText]) -> Iterator[bytes]:
    """Each certificate as a PDF file of its own, in the order given, one at a time in memory."""
    for text in texts:
        yield render_certificate(text)


def _page(text: CertificateText) -> dict[str, Any]:
    """The words as they are set: long dates, curly apostrophes, names broken into lines that fit."""
    return {
        "text": text,
        "hub_name": _curly(text.hub_name),
        "scheme": set_name(_curly(text.scheme_name), face=SERIF, width=NAME_WIDTH, sizes=SCHEME_SIZES),
        "school": set_name(_curly(text.school_name), face=SERIF_SEMIBOLD, width=NAME_WIDTH, sizes=NAME_SIZES),
        "awarded_on": format_date(text.awarded_on, "j F Y"),
        "expires_on": format_date(text.expires_on, "j F Y"),
        "signatory_name": _curly(text.signatory_name),
        "signatory_role": _curly(text.signatory_role),
        "code": _code(text.verify_url),
    }


def _curly(name: str) -> str:
    return OPENING_QUOTE.sub("‘", name).replace("'", "’")


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
