"""An audit on paper as PDF: tagged A4 pages (PDF/UA-1), blank to write on or filled in."""

from functools import lru_cache

import pydyf
from django.template.loader import render_to_string
from weasyprint import Document

from audits.queries import PaperAudit
from audits.queries.paper import HOW_TO_FILL_IN, MEANINGS, VIEWS
from hubportal.pdf import Press
from hubportal.typefaces import Face

SANS = "Audit Sans"
PACKAGE = "font_source_sans_pro"
PRESS = Press(
    stylesheet="audit-paper.css",
    faces=(
        Face(SANS, 400, "normal", PACKAGE, "SourceSansPro-Regular.ttf"),
        Face(SANS, 600, "normal", PACKAGE, "SourceSansPro-Semibold.ttf"),
    ),
)


def audit_pdf(paper: PaperAudit) -> bytes:
    """The audit as a PDF file. The same paper always gives the same bytes."""
    context = {
        "paper": paper,
        "views": [heading for _, heading in VIEWS],
        "how": HOW_TO_FILL_IN,
        "key": MEANINGS,
    }
    return PRESS.set(render_to_string("audits/pdf/audit.html", context), finisher=_finish)


@lru_cache(maxsize=8)
def blank_pdf(paper: PaperAudit) -> bytes:
    """The blank form, set once: all that is printed is in the paper, so an equal one is the same file."""
    return audit_pdf(paper)


def _finish(_document: Document, pdf: pydyf.PDF) -> None:
    """Say of each heading of a table whether it heads a row or a column, which WeasyPrint 70 leaves out.

    It names them by table, row and column; a second heading in the first row shows that this row is all headings.
    """
    headings = {entry["ID"].string: entry for entry in pdf.objects if _is_heading(entry)}
    for name, entry in headings.items():
        table, row, _ = name.split("-")
        entry["A"]["Scope"] = "/Column" if row == "0" and f"{table}-0-1" in headings else "/Row"


def _is_heading(entry: pydyf.Object) -> bool:
    return isinstance(entry, pydyf.Dictionary) and entry.get("S") == "/TH"
