"""Audits on paper: what the PDF and the Word file say, and that everybody can read and print them."""

import logging
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pikepdf
import pypdf
import pytest
import yaml
from django.conf import settings
from docx import Document
from docx.oxml.ns import qn

from audits.models import Framework
from audits.pdf import audit_pdf
from audits.queries import PaperAudit, blank_paper
from audits.queries.paper import PaperItem, PaperPriority
from audits.rules import Rating
from audits.tests.factories import small_data
from audits.tests.framework_builder import FRAMEWORKS
from audits.word import audit_word
from hubportal.tests.tagged_pdf import elements, problems_of

# One worker sets the files for all of these tests.
pytestmark = pytest.mark.xdist_group("paper")

HUB = "Soar Valley Music Education Hub"
CODES = ["P-INT-01", "P-INT-02", "P-INT-03", "P-IMP-01", "P-IMP-02", "P-IMP-03", "P-IPC-01", "P-IPC-02"]
LONG_NOTE = "\n".join(f"Line {number} of a long note." for number in range(1, 121))
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"


def framework(data: dict[str, Any]) -> Framework:
    """A published framework that is in no database."""
    return Framework(
        phase=data["phase"],
        version=data["version"],
        title=data["title"],
        definition=data,
        sha256=f"only for tests of paper: {data['id']} {data['version']}",
    )


def blank() -> PaperAudit:
    return blank_paper(framework(small_data()), hub_name=HUB)


def filled() -> PaperAudit:
    """The small form as agreed: the school says amber, the hub red and green in turn, and both agree on green."""
    paper = blank()
    sections = tuple(
        replace(section, items=tuple(rated(item, at) for at, item in enumerate(section.items)))
        for section in paper.sections
    )
    rows = tuple((label, f"{label}, answered") for label, _ in paper.priorities[0].rows)
    return replace(
        paper,
        subject="Oak Hill Primary School, 5 November 2026",
        dated=date(2026, 11, 5),
        is_form=False,
        is_blank=False,
        standing="Agreed on 5 November 2026, for the hub by Alex Whitcombe.",
        facts=(("School", "Oak Hill Primary School (URN 123456)"),),
        sections=sections,
        strengths="Singing every day.",
        priorities=tuple(PaperPriority(number, rows) for number in (1, 2, 3)),
    )


def rated(item: PaperItem, at: int) -> PaperItem:
    views = (Rating.AMBER, Rating.GREEN if at % 2 else Rating.RED, Rating.GREEN)
    return replace(
        item,
        choices=tuple(replace(each, ticks=tuple(each.rating == view for view in views)) for each in item.choices),
        views=tuple(view.label for view in views),
        note=LONG_NOTE if item.criterion.code == "P-IMP-02" else f"Seen in {item.criterion.code}.",
        reason=f"Why {item.criterion.code} differs. " * 12,
    )


@contextmanager
def complaints() -> Iterator[list[str]]:
    """What the libraries that set a page have to say about it."""
    heard: list[str] = []
    listener = logging.Handler(logging.WARNING)
    listener.emit = lambda record: heard.append(record.getMessage())  # type: ignore[method-assign]
    loggers = [logging.getLogger(name) for name in ("weasyprint", "fontTools")]
    for logger in loggers:
        logger.addHandler(listener)
    try:
        yield heard
    finally:
        for logger in loggers:
            logger.removeHandler(listener)


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """Each form once: setting a page takes its time."""
    with complaints() as heard:
        made = {
            "blank.pdf": audit_pdf(blank()),
            "filled.pdf": audit_pdf(filled()),
            "blank.docx": audit_word(blank()),
            "filled.docx": audit_word(filled()),
        }
    assert heard == []
    return made


@pytest.fixture(scope="module")
def pages(files) -> dict[str, list[str]]:
    """The words of each page of each PDF file."""
    return {name: page_texts(content) for name, content in files.items() if name.endswith(".pdf")}


def page_texts(content: bytes) -> list[str]:
    """The words of each page, lines joined."""
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(BytesIO(content)).pages]


def ticked(content: bytes) -> set[str]:
    """The names of the boxes of a Word file that are ticked."""
    boxes = Document(BytesIO(content)).element.body.iter(f"{W14}checked")
    names = [(box.getparent().getparent(), box.get(f"{W14}val")) for box in boxes]
    return {properties.find(qn("w:alias")).get(qn("w:val")) for properties, value in names if value == "1"}


# --- PDF ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name, pages", [("blank.pdf", 6), ("filled.pdf", 9)])
def test_audit_pdf_is_tagged_with_its_fonts_inside(files, name, pages):
    assert problems_of(files[name], pages=pages) == []


@pytest.mark.parametrize("name", ["blank.pdf", "filled.pdf"])
def test_audit_pdf_reads_out_with_headings_and_marked_table_headings(files, name):
    with pikepdf.open(BytesIO(files[name])) as pdf:
        headings = {str(element.S) for element in elements(pdf) if str(element.S).startswith("/H")}
        scopes = {str(cell.A.get("/Scope")) for cell in elements(pdf, "/TH")}
        pictures = list(elements(pdf, "/Figure"))

    assert headings == {"/H1", "/H2", "/H3"}
    assert scopes == {"/Column", "/Row"}
    assert pictures == []


def test_audit_pdf_blank_has_every_criterion_once_in_order(pages):
    text = " ".join(pages["blank.pdf"])

    places = [text.index(f"{code} ") for code in CODES]
    assert places == sorted(places)
    assert [text.count(f"{code} ") for code in CODES] == [1] * len(CODES)


def test_audit_pdf_blank_says_how_to_fill_it_in_and_how_a_level_follows(pages):
    text = " ".join(pages["blank.pdf"])

    for words, times in (
        ("Please name no pupil anywhere on this form.", 1),
        ("no other evidence is.", 1),
        ("at most one Bronze essential is red, and then it is one of the agreed priorities", 1),
        ("What good looks like in 12 months", 3),
        ("What we saw and heard", len(CODES)),
        ("✓", 0),
    ):
        assert text.count(words) == times, words


def test_audit_pdf_carries_hub_version_and_page_on_each_page(pages):
    texts = pages["blank.pdf"]

    assert [text.count(f"Page {number} of {len(texts)}") for number, text in enumerate(texts, 1)] == [1] * len(texts)
    assert all("Small primary audit, version 1.0" in text and HUB in text for text in texts)


def test_audit_pdf_filled_ticks_each_view_and_says_it_in_words(pages):
    text = " ".join(pages["filled.pdf"])

    assert text.count("✓") == 3 * len(CODES)
    assert text.count("School: Amber · Hub: Red · Agreed: Green") == 5
    assert text.count("School: Amber · Hub: Green · Agreed: Green") == 3
    assert text.count("Seen in P-IPC-02.") == 1
    assert text.count("Who at the hub, answered") == 3


def test_audit_pdf_breaks_no_criterion_across_pages_unless_it_is_longer_than_one(pages):
    for code in CODES:
        if code != "P-IMP-02":
            (whole,) = [page for page in pages["filled.pdf"] if f"{code} " in page and f"Why {code} differs." in page]
            assert whole.count(f"Why {code} differs.") == 12, code


def test_audit_pdf_of_a_note_longer_than_a_page_keeps_every_word(pages):
    text = " ".join(pages["filled.pdf"])

    assert [text.count(f"Line {number} of a long note.") for number in range(1, 121)] == [1] * 120


def test_audit_pdf_of_the_same_paper_is_the_same_file(files):
    assert audit_pdf(blank()) == files["blank.pdf"]


def test_audit_pdf_names_itself(files):
    titles = [pypdf.PdfReader(BytesIO(files[name])).metadata.title for name in ("blank.pdf", "filled.pdf")]

    assert titles == [
        "Small primary audit: blank form",
        "Small primary audit: Oak Hill Primary School, 5 November 2026",
    ]


@pytest.mark.parametrize("rating", ["red", "amber", "green", "not_applicable"])
def test_paper_shapes_are_those_of_the_screen(rating):
    icon = (settings.BASE_DIR / f"templates/components/icons/rag-{rating}.svg").read_text().strip()
    printed = (settings.BASE_DIR / f"static/img/paper-{rating}.svg").read_text()

    around, _, rest = printed.partition(">")
    colour = "#" + printed.partition('"#')[2][:6] if rating != "not_applicable" else "#4f4840"
    assert rest.replace(colour, "currentColor").removesuffix("</svg>\n") == icon


# --- Word -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["blank.docx", "filled.docx"])
def test_audit_word_is_a4_in_english_with_a_title(files, name):
    document = Document(BytesIO(files[name]))

    section, properties = document.sections[0], document.core_properties
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert (properties.language, properties.author, properties.comments) == ("en-GB", HUB, "")
    assert properties.title.startswith("Small primary audit: ")
    languages = {each.get(qn("w:val")) for each in document.styles.element.iter(qn("w:lang"))}
    assert languages == {"en-GB"}


@pytest.mark.parametrize("name", ["blank.docx", "filled.docx"])
def test_audit_word_has_real_headings_for_every_criterion(files, name):
    paragraphs = Document(BytesIO(files[name])).paragraphs

    parts = [each.text for each in paragraphs if each.style.name == "Heading 1"]
    criteria = [each.text.split()[0] for each in paragraphs if each.style.name == "Heading 2" and "-" in each.text]
    assert [part for part in parts if part in ("Intent", "Implementation", "Impact")] == [
        "Intent",
        "Implementation",
        "Impact",
    ]
    assert criteria == CODES
    assert [each.text for each in paragraphs if each.style.name == "Title"] == ["Small primary audit"]


@pytest.mark.parametrize("name", ["blank.docx", "filled.docx"])
def test_audit_word_tables_repeat_their_heading_break_no_row_and_have_a_name(files, name):
    tables = Document(BytesIO(files[name])).tables

    for table in tables:
        rows = [row._tr for row in table.rows]
        assert [len(row.findall(f".//{qn('w:tblHeader')}")) for row in rows] == [1] + [0] * (len(rows) - 1)
        assert all(row.find(f".//{qn('w:cantSplit')}") is not None for row in rows)
        assert table._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))
        assert not list(table._tbl.iter(qn("w:gridSpan"), qn("w:vMerge")))
    assert len(tables) >= len(CODES) + 5


@pytest.mark.parametrize("name", ["blank.docx", "filled.docx"])
def test_audit_word_has_nothing_that_floats(files, name):
    body = Document(BytesIO(files[name])).element.body

    assert list(body.iter(qn("w:drawing"), qn("w:pict"), qn("w:framePr"), qn("w:txbxContent"))) == []


def test_audit_word_keeps_each_criterion_on_a_page(files):
    """Everything from a criterion's heading on is kept with what follows, up to its last line."""
    body = Document(BytesIO(files["blank.docx"])).element.body
    blocks = list(body)
    for at, block in enumerate(blocks):
        if block.tag == qn("w:tbl") and block.tblPr.find(qn("w:tblCaption")).get(qn("w:val")).startswith("Ratings of"):
            kept = [len(list(each.iter(qn("w:keepNext")))) > 0 for each in blocks[at : at + 2]]
            assert kept == [True, True]
            rows = blocks[at].findall(qn("w:tr"))
            assert all(list(row.iter(qn("w:keepNext"))) for row in rows)


def test_audit_word_blank_has_a_box_for_each_rating_and_view_and_none_is_ticked(files):
    body = Document(BytesIO(files["blank.docx"])).element.body
    names = [each.get(qn("w:val")) for each in body.iter(qn("w:alias"))]

    assert ticked(files["blank.docx"]) == set()
    # Three views of three ratings each; one criterion has a line for "not applicable".
    assert len(names) == len(set(names)) == 3 * 3 * len(CODES) + 3
    assert names[0] == "P-INT-01, School: Red"


def test_audit_word_filled_ticks_what_each_view_chose(files):
    chosen = {name for name in ticked(files["filled.docx"]) if name.startswith("P-INT-02")}

    assert chosen == {"P-INT-02, School: Amber", "P-INT-02, Hub: Green", "P-INT-02, Agreed: Green"}
    assert len(ticked(files["filled.docx"])) == 3 * len(CODES)


def test_audit_word_of_an_open_audit_shows_what_is_there_and_leaves_room_for_the_rest():
    document = Document(BytesIO(audit_word(replace(filled(), is_form=True))))

    notes = [table for table in document.tables if table.cell(0, 0).text == "What we saw and heard"]
    assert [table.cell(1, 0).text for table in notes[:2]] == ["Seen in P-INT-01.", "Seen in P-INT-02."]
    assert len(notes) == len(CODES)
    assert [each.text for each in document.paragraphs if each.text.startswith("School: ")] == []


def test_audit_word_foot_names_hub_version_and_page(files):
    (footer,) = Document(BytesIO(files["blank.docx"])).sections[0].footer.paragraphs

    fields = [each.get(qn("w:instr")) for each in footer._p.iter(qn("w:fldSimple"))]
    assert footer.text.startswith(f"{HUB} · Small primary audit, version 1.0")
    assert fields == ["PAGE", "NUMPAGES"]


def test_audit_word_of_text_with_control_characters_is_written_without_them():
    paper = replace(filled(), strengths="Singing\x0b and\uffff\nplaying & <b>more</b>")

    texts = [paragraph.text for paragraph in Document(BytesIO(audit_word(paper))).paragraphs]

    assert "Singing and\nplaying & <b>more</b>" in texts


def test_audit_word_of_a_school_with_the_longest_name_is_written():
    paper = replace(filled(), title="T" * 120, subject="S" * 200)

    properties = Document(BytesIO(audit_word(paper))).core_properties

    assert properties.title == f"{'T' * 120}: {'S' * 133}"


# --- The forms as shipped -------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_shipped_form_is_set_without_a_complaint():
    paper = shipped("secondary")
    with complaints() as heard:
        pdf = audit_pdf(paper)

    assert heard == []
    assert problems_of(pdf, pages=len(pypdf.PdfReader(BytesIO(pdf)).pages)) == []
    assert len(pdf) < 200_000


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed here")
def test_shipped_form_opens_in_libreoffice(tmp_path):
    (tmp_path / "form.docx").write_bytes(audit_word(shipped("secondary")))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"

    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, tmp_path / "form.docx"],
        check=True,
        capture_output=True,
    )

    texts = page_texts((tmp_path / "form.pdf").read_bytes())
    assert texts[0].startswith(f"{HUB} Secondary music audit")
    assert texts[-1].endswith(f"Page {len(texts)} of {len(texts)}")


def shipped(phase: str) -> PaperAudit:
    """The blank form of a framework as the project ships it."""
    data = yaml.safe_load((FRAMEWORKS / f"{phase}.yaml").read_text(encoding="utf-8"))
    return blank_paper(framework(data), hub_name=HUB)
