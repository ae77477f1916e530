"""The certificate: one tagged A4 landscape page (PDF/UA-1) with embedded fonts, set from a few words.

The same words always give the same bytes, so that what is stored at issue can be made and compared again.
"""

import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pydyf
import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.dateformat import format as format_date
from django.utils.safestring import SafeString, mark_safe
from weasyprint import CSS, HTML, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from awards.lettering import SANS, SERIF, SERIF_ITALIC, SERIF_SEMIBOLD, set_name

LEVELS_WITH_CERTIFICATE = frozenset({"bronze", "silver", "gold"})
FACES = (SERIF, SERIF_SEMIBOLD, SERIF_ITALIC, SANS)

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

# Pango's font maps and WeasyPrint's caches are shared by all certificates, and not safe across threads.
ONE_AT_A_TIME = threading.Lock()


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
    html = render_to_string("awards/pdf/certificate.html", _page(text))
    with ONE_AT_A_TIME:
        press = _press()
        try:
            return HTML(string=html, base_url=press.base_url, url_fetcher=press.fetcher).write_pdf(
                finisher=_finish,
                font_config=press.fonts,
                stylesheets=press.stylesheets,
                cache=press.images,
                pdf_variant="pdf/ua-1",
                pdf_identifier=True,
            )
        except FatalURLFetchingError as error:  # a BaseException: it would end a worker
            raise RuntimeError(f"The certificate could not be set: {error}") from error


def render_certificates(texts: Iterable[CertificateText]) -> Iterator[bytes]:
    """Each certificate as a PDF file of its own, in the order given, one at a time in memory."""
    for text in texts:
        yield render_certificate(text)


@dataclass(frozen=True)
class _Press:
    """What every certificate needs and a process makes ready once: fonts, parsed stylesheet, pictures."""

    base_url: str
    fetcher: URLFetcher
    fonts: FontConfiguration
    stylesheets: list[CSS]
    images: dict[str, Any]


@lru_cache(maxsize=1)
def _press() -> _Press:
    static = Path(settings.BASE_DIR) / "static"
    fetcher = _OwnFilesOnly([static, *(face.path.parent for face in FACES)])
    fonts = FontConfiguration()
    font_faces = "".join(
        f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight};'
        f' font-style: {face.style}; src: url("{face.path.as_uri()}") }}'
        for face in FACES
    )
    stylesheets = [
        CSS(string=font_faces, font_config=fonts, url_fetcher=fetcher),
        CSS(filename=static / "css" / "certificate.css", font_config=fonts, url_fetcher=fetcher),
    ]
    return _Press(static.as_uri(), fetcher, fonts, stylesheets, {})


class _OwnFilesOnly(URLFetcher):
    """Reads our own static files and the fonts from their wheels; nothing else, and never the network."""

    def __init__(self, folders: Iterable[Path]) -> None:
        super().__init__(allowed_protocols=("file",), allow_redirects=False, fail_on_errors=True)
        self._folders = tuple(folder.resolve() for folder in folders)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        path = Path(url2pathname(urlsplit(url).path)).resolve()
        if not any(path.is_relative_to(folder) for folder in self._folders):
            raise ValueError(f"Not a file of ours: {url}")
        return super().fetch(url, headers)


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
