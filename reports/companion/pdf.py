"""The companion as a PDF: two tagged A4 pages (PDF/UA-1), every statement linked to the answer it was taken from."""

from django.conf import settings
from django.template.loader import render_to_string

from hubportal.pdf import Press
from hubportal.typefaces import Face

from .queries import Companion
from .rules import PUBLICATIONS

PACKAGE = "font_source_sans_pro"
PRESS = Press(
    stylesheet="companion.css",
    faces=(
        Face("Companion Sans", 400, "normal", PACKAGE, "SourceSansPro-Regular.ttf"),
        Face("Companion Sans", 600, "normal", PACKAGE, "SourceSansPro-Semibold.ttf"),
    ),
)


def companion_pdf(companion: Companion) -> bytes:
    """The companion as a PDF file of two pages. The same answers always give the same bytes."""
    context = {
        "companion": companion,
        "pages": (companion.answers[:2], companion.answers[2:]),
        "publications": PUBLICATIONS,
        "base_url": settings.HUB_BASE_URL,
    }
    return PRESS.set(render_to_string("reports/companion/companion_pdf.html", context))
