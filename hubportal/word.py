"""Word files (.docx) as this portal writes them: A4, one plain face, real headings, a title, nothing that floats."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

LANGUAGE = "en-GB"
FONT = "Arial"
INK = RGBColor(0x22, 0x20, 0x1D)
PAGE_WIDTH, PAGE_HEIGHT, MARGIN = Mm(210), Mm(297), Mm(15)
HEADINGS = {"Title": (24, 0, 2), "Heading 1": (15, 14, 4), "Heading 2": (11.5, 10, 2), "Heading 3": (11, 8, 2)}
WORD_2013_AND_LATER = "15"
# https://www.w3.org/TR/xml/#charsets
NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
LONGEST_PROPERTY = 255


@dataclass(frozen=True)
class FileFacts:
    """What a file says of itself: in its properties, and in the footer of every page."""

    title: str
    author: str
    subject: str
    dated: date
    footer: str
    version: str = ""


def storable(text: str) -> str:
    """Without the characters that XML knows no way to write: control characters and those that are none."""
    return NOT_IN_XML.sub("", text)


def empty_document(facts: FileFacts) -> WordDocument:
    """An empty A4 document with the portal's styles, the file's properties and a footer with page numbers."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = PAGE_WIDTH, PAGE_HEIGHT
    section.left_margin = section.right_margin = section.top_margin = MARGIN
    section.bottom_margin = Mm(18)
    _set_styles(document)
    _set_properties(document, facts)
    _set_footer(document, facts)
    # Anything less, and Word opens the file in its compatibility mode.
    for setting in document.settings.element.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), WORD_2013_AND_LATER)
    # The template's own picture of an empty page.
    for key, relation in list(document.part.package.rels.items()):
        if relation.reltype.endswith("/thumbnail"):
            del document.part.package.rels[key]
    return document


def _set_styles(document: WordDocument) -> None:
    styles = document.styles
    for name in ("Normal", *HEADINGS):
        style = styles[name]
        style.font.name, style.font.color.rgb = FONT, INK
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
            fonts.set(qn(f"w:{kind}"), FONT)
    normal = styles["Normal"]
    normal.font.size = Pt(10)
    normal.paragraph_format.space_after, normal.paragraph_format.line_spacing = Pt(3), 1.05
    styles["Footer"].font.size = Pt(8)
    for name, (size, before, after) in HEADINGS.items():
        style = styles[name]
        style.font.size, style.font.bold, style.font.italic = Pt(size), True, False
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        style.paragraph_format.keep_with_next = True
        for border in style.element.iter(qn("w:pBdr")):
            border.getparent().remove(border)
            break
    defaults = styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
    language = defaults.find(qn("w:lang"))
    language.set(qn("w:val"), LANGUAGE)


def _set_properties(document: WordDocument, facts: FileFacts) -> None:
    properties = document.core_properties
    title, author = (storable(text)[:LONGEST_PROPERTY] for text in (facts.title, facts.author))
    properties.title, properties.author, properties.language = title, author, LANGUAGE
    properties.last_modified_by = author
    properties.subject, properties.comments, properties.version = facts.subject, "", facts.version
    properties.created = properties.modified = datetime.combine(facts.dated, time(), tzinfo=UTC)


def _set_footer(document: WordDocument, facts: FileFacts) -> None:
    footer = document.sections[0].footer.paragraphs[0]
    stops = footer.paragraph_format.tab_stops
    footer.style.paragraph_format.tab_stops.clear_all()
    stops.add_tab_stop(PAGE_WIDTH - 2 * MARGIN, WD_TAB_ALIGNMENT.RIGHT)
    footer.add_run(f"{storable(facts.footer)}\tPage ")
    _field(footer, "PAGE")
    footer.add_run(" of ")
    _field(footer, "NUMPAGES")


def _field(paragraph: Paragraph, instruction: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    paragraph.add_run("1")
    field.append(paragraph.runs[-1]._r)
    paragraph._p.append(field)
