"""The draft of the music development plan summary as a Word file, to be gone on with and published by the school."""

from io import BytesIO

from django.conf import settings
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from hubportal.word import FileFacts, empty_document, storable

from .queries import MusicPlan
from .rules import Source, Statement

TITLE = "Music development plan: summary"
FACT_WIDTHS = (Mm(75), Mm(105))
TO_WRITE = "Write here, in your own words."
NOTE = (
    "A draft from what your school has told the music hub. Read it, change what is no longer so, write the rest in "
    "your own words, and take out the lines with sources before you publish it on your website."
)


def music_plan_word(plan: MusicPlan) -> bytes:
    """The draft as a .docx file."""
    title = f"{TITLE}, {plan.school.name}"
    facts = FileFacts(title=title, author=plan.school.name, subject=TITLE, dated=plan.dated, footer=plan.school.name)
    document = empty_document(facts)
    document.add_paragraph(storable(plan.school.name))
    document.add_heading(TITLE, 0)
    document.add_paragraph(NOTE)
    _facts(document, plan)
    for section in plan.sections:
        document.add_heading(section.part.title, 1)
        document.add_paragraph(section.part.asks).runs[0].italic = True
        _statements(document, section.statements)
    document.add_heading("In the future", 1)
    document.add_paragraph("What the school means to do next, and by when.").runs[0].italic = True
    _statements(document, plan.planned)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _facts(document: WordDocument, plan: MusicPlan) -> None:
    document.add_heading("Overview", 1)
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    for label, text in plan.facts:
        cells = table.add_row().cells
        for cell, width in zip(cells, FACT_WIDTHS, strict=True):
            cell.width = width
        cells[0].paragraphs[0].add_run(label).bold = True
        cells[1].paragraphs[0].add_run(storable(text))


def _statements(document: WordDocument, statements: tuple[Statement, ...]) -> None:
    for statement in statements:
        paragraph = document.add_paragraph(style="List Bullet")
        paragraph.add_run(f"{storable(statement.text)} (")
        for place, source in enumerate(statement.sources):
            if place:
                paragraph.add_run("; ")
            _link(paragraph, source)
        paragraph.add_run(")")
    document.add_paragraph(TO_WRITE).paragraph_format.space_before = Pt(6)


def _link(paragraph: Paragraph, source: Source) -> None:
    """The source in words, which lead to the page; python-docx writes no links of its own."""
    relation = paragraph.part.relate_to(
        f"{settings.HUB_BASE_URL}{source.path}", RELATIONSHIP_TYPE.HYPERLINK, is_external=True
    )
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), relation)
    run = paragraph.add_run(storable(source.label))
    run.underline = True
    link.append(run._r)
    paragraph._p.append(link)
