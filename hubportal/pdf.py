"""The press: tagged PDF files (PDF/UA-1) with embedded fonts, set from our own pages, styles and pictures only."""

import hashlib
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pydyf
from django.conf import settings
from weasyprint import CSS, HTML, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from hubportal.typefaces import Face

Finisher = Callable[[Document, pydyf.PDF], None]

# Pango's font maps and WeasyPrint's caches are shared by all files, and not safe across threads.
ONE_AT_A_TIME = threading.Lock()
# The address of a picture that is handed to the press as bytes; it leads nowhere else.
PICTURE_SCHEME = "picture:"


def picture_address(content: bytes) -> str:
    """What a page calls this picture: two pictures never share an address, so none is taken for an earlier one."""
    return PICTURE_SCHEME + hashlib.sha256(content).hexdigest()


class Press:
    """What every file of one kind needs and a process makes ready once: fonts, parsed stylesheet, pictures.

    `stylesheet` is a file below `static/css/`; `faces` are the fonts it names.
    """

    def __init__(self, *, stylesheet: str, faces: Sequence[Face]) -> None:
        self._stylesheet, self._faces = stylesheet, faces

    @cached_property
    def _ready(self) -> dict[str, Any]:
        static = Path(settings.BASE_DIR) / "static"
        fetcher = OwnFilesOnly([static, *(face.path.parent for face in self._faces)])
        fonts = FontConfiguration()
        font_faces = "".join(
            f'@font-face {{ font-family: "{face.family}"; font-weight: {face.weight};'
            f' font-style: {face.style}; src: url("{face.path.as_uri()}") }}'
            for face in self._faces
        )
        stylesheets = [
            CSS(string=font_faces, font_config=fonts, url_fetcher=fetcher),
            CSS(filename=static / "css" / self._stylesheet, font_config=fonts, url_fetcher=fetcher),
        ]
        images: dict[str, Any] = {}
        return {
            "page": {"base_url": static.as_uri(), "url_fetcher": fetcher},
            "file": {"font_config": fonts, "stylesheets": stylesheets, "cache": images},
        }

    def set(self, html: str, *, finisher: Finisher | None = None, pictures: Iterable[bytes] = ()) -> bytes:
        """The page as a PDF file; `finisher` may put right what WeasyPrint writes. `pictures` are PNG files that the
        page shows by their `picture_address`.

        Raises RuntimeError when the page names a file that is not ours, or is missing.
        """
        handed_over = {picture_address(content): content for content in pictures}
        with ONE_AT_A_TIME:
            self._ready["page"]["url_fetcher"].pictures = handed_over
            try:
                page = HTML(string=html, **self._ready["page"])
                content: bytes = page.write_pdf(
                    finisher=finisher, pdf_variant="pdf/ua-1", pdf_identifier=True, **self._ready["file"]
                )
            except FatalURLFetchingError as error:  # a BaseException: it would end a worker
                raise RuntimeError(f"The page could not be set: {error}") from error
        return content


class OwnFilesOnly(URLFetcher):
    """Reads our own static files, the fonts from their wheels, and the pictures handed over with a page; nothing else,
    and never the network."""

    def __init__(self, folders: Iterable[Path]) -> None:
        super().__init__(allowed_protocols=("file",), allow_redirects=False, fail_on_errors=True)
        self._folders = tuple(folder.resolve() for folder in folders)
        self.pictures: dict[str, bytes] = {}

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if url in self.pictures:
            return URLFetcherResponse(url, self.pictures[url], {"Content-Type": "image/png"})
        path = Path(url2pathname(urlsplit(url).path)).resolve()
        if not any(path.is_relative_to(folder) for folder in self._folders):
            raise ValueError(f"Not a file of ours: {url}")
        return super().fetch(url, headers)
