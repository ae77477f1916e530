"""An audit on paper as Word: the same content and order as the PDF, to print or to fill in on the screen.

Real headings, tables with a header row that repeats, and boxes that Word ticks at a click. Nothing floats.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from io import BytesIO
from typing import Any

from docx.document import Document as WordDocument
from docx.enum.table import WD_ROW_HEIGHT_RULE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from audits.queries import PaperAudit
from audits.queries.paper import HOW_TO_FILL_IN, MEANINGS, VIEWS, PaperChoice, PaperItem, PaperPriority
from audits.rules import Rating
from hubportal.word import FileFacts, empty_document, storable

GREY = "EEEBE6"
# The widths of a criterion's columns: rating, what it looks like, and the three views.
CRITERION_WIDTHS = (Mm(29), Mm(102), Mm(16), Mm(16), Mm(17))
PAIR_WIDTHS = (Mm(48), Mm(132))
BOX_WIDTHS = (Mm(108), Mm(72))
# The shapes of the project's pictures, as characters that every word processor has a font for.
SHAPES = {Rating.RED: "■", Rating.AMBER: "▲", Rating.GREEN: "●", Rating.NOT_APPLICABLE: "⊘"}
EMPTY_BOX, TICKED_BOX = "☐", "☒"
BOX_FONT = "MS Gothic"
W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
# Rows of a priority that ask for more than a line: action, what good looks like, support.
LONG_ROWS = (1, 4, 5)


def audit_word(paper: PaperAudit) -> bytes:
    """The audit as a Word file (.docx)."""
    document = empty_document(_facts(paper))
    _front_page(document, paper)
    for section in paper.sections:
        heading = document.add_heading(section.name, 1)
        heading.paragraph_format.page_break_before = True
        _paragraph(document, section.question, keep=True)
        for item in section.items:
            _criterion(document, item, is_form=paper.is_form)
    if paper.is_form:
        _strengths(document, paper)
    _priorities(document, paper)
    _levels(document, paper)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


@lru_cache(maxsize=8)
def blank_word(paper: PaperAudit) -> bytes:
    """The blank form, made once: all that it says is in the paper, so an equal one is the same file."""
    return audit_word(paper)


# --- The document ---------------------------------------------------------------------------------------------------


def _facts(paper: PaperAudit) -> FileFacts:
    name = "" if paper.is_blank else f" · {paper.subject}"
    return FileFacts(
        title=paper.full_title,
        author=paper.hub_name,
        subject=paper.source,
        version=paper.version,
        dated=paper.dated,
        footer=f"{paper.hub_name} · {paper.source}{name}",
    )


# --- Its parts ------------------------------------------------------------------------------------------------------


def _front_page(document: WordDocument, paper: PaperAudit) -> None:
    _paragraph(document, paper.hub_name)
    document.add_heading(paper.title, 0)
    _paragraph(document, paper.source)
    if not paper.is_blank:
        _paragraph(document, paper.subject).runs[0].bold = True
    if paper.standing:
        _paragraph(document, paper.standing)
    _pairs(document, paper.facts, described="Which school, and when")
    if paper.is_form:
        document.add_heading("How to fill it in", 1)
        _bullets(document, HOW_TO_FILL_IN)
    document.add_heading("The ratings", 1)
    table = _table(document, ("Rating", "What it means"), PAIR_WIDTHS, described="What each rating means")
    for rating, meaning in MEANINGS:
        _cells(table, (_rating_words(rating), meaning))
    if not paper.is_form and paper.strengths:
        document.add_heading("What to celebrate", 1)
        _prose(document, paper.strengths)


def _criterion(document: WordDocument, item: PaperItem, *, is_form: bool) -> None:
    criterion = item.criterion
    heading = document.add_heading("", 2)
    heading.add_run(storable(f"{criterion.code} {criterion.title}"))
    if item.essential:
        heading.add_run(f" ({item.essential})").bold = False
    if criterion.conversation_prompt:
        _paragraph(document, criterion.conversation_prompt, keep=True)
    names = ("Rating", "What it looks like", *(view for _, view in VIEWS))
    table = _table(document, names, CRITERION_WIDTHS, described=f"Ratings of {criterion.code} {criterion.title}")
    for choice in item.choices:
        _choice(table, choice, code=criterion.code)
    _keep_together(table, with_next=is_form or bool(item.views))
    # Not beside boxes that are still to be ticked by hand.
    if item.views and not is_form:
        words = " · ".join(f"{view}: {word}" for view, word in item.named_views)
        _paragraph(document, words, keep=bool(item.words), before=2)
    if is_form:
        _writing_boxes(document, item)
    for at, (label, text) in enumerate(() if is_form else item.words, start=1):
        _prose(document, text, label=f"{label}: ", keep=at < len(item.words))


def _choice(table: Table, choice: PaperChoice, *, code: str) -> None:
    row = _cells(table, (_rating_words(choice.rating), choice.text, *("" for _ in VIEWS)))
    for cell, is_ticked, (_, view) in zip(row.cells[2:], choice.ticks, VIEWS, strict=True):
        paragraph = cell.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph._p.append(_tick_box(f"{code}, {view}: {choice.rating.label}", is_ticked=is_ticked))
    if choice.is_agreed:
        for cell in row.cells:
            _shade(cell)
        row.cells[1].paragraphs[0].runs[0].bold = True


def _writing_boxes(document: WordDocument, item: PaperItem) -> None:
    """Room to write. What the school wrote beforehand stands above it."""
    if item.school_note:
        _prose(document, item.school_note, label="The school’s own words: ", keep=True)
    gap = _paragraph(document, "", keep=True)
    gap.paragraph_format.space_after = Pt(0)
    gap.paragraph_format.line_spacing = Pt(4)
    names = ("What we saw and heard", "If School and Agreed differ: why")
    table = _table(document, names, BOX_WIDTHS, described=f"Notes on {item.criterion.code}")
    row = _cells(table, (item.note, item.reason), has_row_heading=False)
    row.height, row.height_rule = Mm(12), WD_ROW_HEIGHT_RULE.AT_LEAST
    _keep_together(table, with_next=False)


def _strengths(document: WordDocument, paper: PaperAudit) -> None:
    document.add_heading("What to celebrate", 1)
    table = _table(document, ("To go into the outcome e-mail",), (Mm(180),), described="What to celebrate")
    row = _cells(table, (paper.strengths,), has_row_heading=False)
    row.height, row.height_rule = Mm(38), WD_ROW_HEIGHT_RULE.AT_LEAST
    _keep_together(table, with_next=False)


def _priorities(document: WordDocument, paper: PaperAudit) -> None:
    document.add_heading("The three priorities", 1).paragraph_format.page_break_before = True
    if not paper.priorities:
        _paragraph(document, "No priorities were agreed at this meeting.")
    for priority in paper.priorities:
        _priority(document, priority, is_form=paper.is_form)


def _priority(document: WordDocument, priority: PaperPriority, *, is_form: bool) -> None:
    document.add_heading(f"Priority {priority.number}", 2)
    rows = [pair for pair in priority.rows if pair[1] or is_form]
    table = _pairs(document, rows, described=f"Priority {priority.number}")
    for at, row in enumerate(table.rows[1:]):
        if is_form:
            row.height, row.height_rule = Mm(12 if at in LONG_ROWS else 5.5), WD_ROW_HEIGHT_RULE.AT_LEAST
    _keep_together(table, with_next=False)


def _levels(document: WordDocument, paper: PaperAudit) -> None:
    heading = document.add_heading("How the award follows from the agreed ratings", 1)
    heading.paragraph_format.page_break_before = True
    for level in paper.levels:
        document.add_heading(level.label, 2)
        _bullets(document, level.tests)
    document.add_heading("How it is worked out", 2)
    _bullets(document, paper.explanation)


# --- Building blocks ------------------------------------------------------------------------------------------------


def _paragraph(document: WordDocument, text: str, *, keep: bool = False, before: float = 0) -> Paragraph:
    paragraph = document.add_paragraph(storable(text))
    paragraph.paragraph_format.keep_with_next = keep
    paragraph.paragraph_format.space_before = Pt(before)
    return paragraph


def _prose(document: WordDocument, text: str, *, label: str = "", keep: bool = False) -> None:
    """What somebody wrote, its line ends kept."""
    paragraph = _paragraph(document, "", keep=keep, before=2)
    if label:
        paragraph.add_run(label).bold = True
    paragraph.add_run(storable(text))


def _bullets(document: WordDocument, lines: Iterable[str]) -> None:
    for line in lines:
        document.add_paragraph(storable(line), style="List Bullet")


def _pairs(document: WordDocument, rows: Sequence[tuple[str, str]], *, described: str) -> Table:
    table = _table(document, ("What", "Answer"), PAIR_WIDTHS, described=described)
    for pair in rows:
        _cells(table, pair)
    return table


def _table(document: WordDocument, names: Sequence[str], widths: Sequence[int], *, described: str) -> Table:
    """A plain grid with one header row, which repeats where the table goes on over the page."""
    table = document.add_table(rows=1, cols=len(names), style="Table Grid")
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    properties = table._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    for name in ("noHBand", "noVBand"):
        look.set(qn(f"w:{name}"), "1")
    for tag in ("w:tblCaption", "w:tblDescription"):
        words = OxmlElement(tag)
        words.set(qn("w:val"), described)
        properties.append(words)
    row = table.rows[0]
    row_properties = row._tr.get_or_add_trPr()
    row_properties.append(OxmlElement("w:cantSplit"))
    row_properties.append(OxmlElement("w:tblHeader"))
    for cell, name, width in zip(row.cells, names, widths, strict=True):
        cell.width = width
        _shade(cell)
        run = _first(cell).add_run(name)
        run.bold, run.font.size = True, Pt(8.5)
    for cell in row.cells[2:]:
        _first(cell).alignment = WD_ALIGN_PARAGRAPH.CENTER
    return table


def _cells(table: Table, texts: Sequence[str], *, has_row_heading: bool = True) -> _Row:
    """A row that stays on one page; its first cell says what the row is about."""
    row = table.add_row()
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    for at, (cell, text, column) in enumerate(zip(row.cells, texts, table.columns, strict=True)):
        cell.width = column.width
        paragraph = _first(cell)
        if text:
            paragraph.add_run(storable(text)).bold = (at == 0 and has_row_heading) or None
    return row


def _first(cell: _Cell) -> Paragraph:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1)
    return paragraph


def _keep_together(table: Table, *, with_next: bool) -> None:
    """All rows on one page, and with what follows if wished."""
    for row in table.rows if with_next else table.rows[:-1]:
        for cell in row.cells:
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.keep_with_next = True


def _shade(cell: _Cell) -> None:
    cell._tc.get_or_add_tcPr().append(
        parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:color="auto" w:fill="{GREY}"/>')
    )


def _rating_words(rating: Rating) -> str:
    return f"{SHAPES[rating]} {rating.label}"


def _tick_box(name: str, *, is_ticked: bool) -> Any:
    """A box that Word ticks at a click; on paper it is a box. `name` is what a screen reader says."""
    shown = TICKED_BOX if is_ticked else EMPTY_BOX
    box = parse_xml(
        f"<w:sdt {nsdecls('w')} {W14}><w:sdtPr><w:rPr><w:rFonts w:ascii='{BOX_FONT}' w:hAnsi='{BOX_FONT}'"
        f" w:eastAsia='{BOX_FONT}'/><w:sz w:val='26'/></w:rPr><w:alias/>"
        f"<w14:checkbox><w14:checked w14:val='{int(is_ticked)}'/>"
        f"<w14:checkedState w14:val='{ord(TICKED_BOX):X}' w14:font='{BOX_FONT}'/>"
        f"<w14:uncheckedState w14:val='{ord(EMPTY_BOX):X}' w14:font='{BOX_FONT}'/></w14:checkbox></w:sdtPr>"
        f"<w:sdtContent><w:r><w:rPr><w:rFonts w:ascii='{BOX_FONT}' w:hAnsi='{BOX_FONT}' w:eastAsia='{BOX_FONT}'"
        f" w:hint='eastAsia'/><w:sz w:val='26'/></w:rPr><w:t>{shown}</w:t></w:r></w:sdtContent></w:sdt>"
    )
    box.find(qn("w:sdtPr")).find(qn("w:alias")).set(qn("w:val"), name)
    return box
