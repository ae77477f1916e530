"""The certificate as a file: what it says, that everybody can read it, and that it stays the same."""

import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import date
from io import BytesIO
from typing import Any

import pikepdf
import pypdf
import pytest
from django.conf import settings

from awards.lettering import SANS, SERIF, SERIF_ITALIC, SERIF_SEMIBOLD, text_width
from awards.pdf import CertificateText, render_certificate, render_certificates
from hubportal.pdf import OwnFilesOnly
from hubportal.tests.tagged_pdf import elements, fonts, problems_of

VERIFY_URL = "https://hub.example.org/certificates/Zk3vT9mQpL0aXw7RbN2cYu/"
HUNDRED_CHARACTERS = (
    "The Most Holy and Undivided Trinity Catholic Voluntary Academy and Nursery School of St Bartholomew's"
)
# In points. The metal line of the frame stands 13 mm from the edge.
PAGE_WIDTH, PAGE_HEIGHT = 841.9, 595.3
FRAME = 13 / 25.4 * 72


def certificate_text(**changes: Any) -> CertificateText:
    facts: dict[str, Any] = {
        "hub_name": "Soar Valley Music Education Hub",
        "school_name": "Oak Hill Primary School",
        "level": "gold",
        "level_label": "Gold",
        "awarded_on": date(2026, 3, 1),
        "expires_on": date(2029, 3, 1),
        "number": "2026-0042",
        "framework_title": "Primary music audit",
        "framework_version": "1.0",
        "signatory_name": "Alex Whitcombe",
        "signatory_role": "Head of the hub",
        "verify_url": VERIFY_URL,
    }
    return CertificateText(**{**facts, **changes})


def words_of(content: bytes) -> str:
    """The text of the page as a reader would copy it, lines joined."""
    return " ".join(pypdf.PdfReader(BytesIO(content)).pages[0].extract_text().split())


def outside_frame(content: bytes) -> list[str]:
    """The pieces of text that begin, end or stand outside the frame of the page."""
    faces = {"Semi-Bold": SERIF_SEMIBOLD, "Italic": SERIF_ITALIC, "Sans": SANS, "Serif": SERIF}
    outside = []

    def visit(text: str, page: list[float], line: list[float], font: dict[str, Any] | None, size: float) -> None:
        if not text.strip() or not font:
            return
        face = next(face for part, face in faces.items() if part in font["/BaseFont"])
        left, foot = line[4] * page[0] + page[4], line[5] * page[3] + page[5]
        right = left + text_width(text.strip(), face) * size * line[0] * page[0]
        if left < FRAME or right > PAGE_WIDTH - FRAME or not FRAME < foot < PAGE_HEIGHT - FRAME:
            outside.append(text.strip())

    pypdf.PdfReader(BytesIO(content)).pages[0].extract_text(visitor_text=visit)
    return outside


def test_render_certificate_prints_every_fact():
    content = render_certificate(certificate_text())

    assert words_of(content) == (
        "Soar Valley Music Education Hub Developing Quality Award This certificate is presented to"
        " Oak Hill Primary School which has achieved Gold for the quality of the music it offers all its pupils"
        " Awarded on 1 March 2026 and valid until 1 March 2029 Criteria: Primary music audit, version 1.0"
        " Alex Whitcombe Head of the hub Certificate number 2026-0042 Check that it is genuine at"
        " https://hub.example.org/certificates/ Zk3vT9mQpL0aXw7RbN2cYu/"
    )


def test_render_certificate_of_any_text_is_tagged_with_its_fonts_inside():
    assert problems_of(render_certificate(certificate_text())) == []


def test_problems_of_a_plain_page_are_found():
    plain = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(plain)

    assert problems_of(plain.getvalue()) == [
        "not marked as tagged",
        "no structure tree",
        "no language",
        "title not shown",
        "no title",
        "not declared as PDF/UA-1",
        "tab order is not the structure's",
        "no font",
    ]


def test_render_certificate_embeds_only_the_letters_it_needs():
    content = render_certificate(certificate_text())

    with pikepdf.open(BytesIO(content)) as pdf:
        names = sorted(font.name.split("+")[1] for font in fonts(pdf))
    assert names == [
        "Certificate-Sans",
        "Certificate-Serif",
        "Certificate-Serif-Italic",
        "Certificate-Serif-Semi-Bold",
    ]
    assert len(content) < 50_000


def test_render_certificate_reads_out_in_order_with_headings():
    with pikepdf.open(BytesIO(render_certificate(certificate_text()))) as pdf:
        kinds = [str(element.S) for element in elements(pdf) if element.S not in ("/Span", "/NonStruct")]

    assert kinds == [
        *("/Document", "/P", "/H1", "/P", "/H2", "/P", "/P", "/P", "/P", "/P"),
        *("/Div", "/P", "/P"),
        *("/Div", "/P", "/P", "/Link", "/Link"),
        *("/Div", "/Figure"),
    ]


def test_render_certificate_leads_to_the_verify_page():
    with pikepdf.open(BytesIO(render_certificate(certificate_text()))) as pdf:
        targets = {str(annotation.A.URI) for annotation in pdf.pages[0].Annots}
        pictures = [str(figure.Alt) for figure in elements(pdf, "/Figure")]

    assert targets == {VERIFY_URL}
    assert pictures == [f"QR code for {VERIFY_URL}"]


def test_render_certificate_names_itself_by_scheme_level_and_school():
    metadata = pypdf.PdfReader(BytesIO(render_certificate(certificate_text()))).metadata

    assert (metadata.title, metadata.author) == (
        "Developing Quality Award, Gold: Oak Hill Primary School",
        "Soar Valley Music Education Hub",
    )


@pytest.mark.parametrize(
    "school_name",
    [
        "Oak",
        "Ysgol Gŵyr a Llŷn",
        "École Saint-Étienne",
        "St Mary's C of E Primary School, Queen's Road",
        HUNDRED_CHARACTERS,
        " ".join(["Bishop Ellis"] * 15) + " Ash",
        "W" * 200,
    ],
    ids=["short", "welsh", "french", "apostrophes", "100 characters", "198 characters", "no space to break at"],
)
def test_render_certificate_of_a_name_keeps_it_whole_and_inside_the_frame(school_name):
    content = render_certificate(certificate_text(school_name=school_name))

    printed = words_of(content).partition("is presented to ")[2].partition(" which has achieved")[0]
    assert printed.replace(" ", "") == school_name.replace(" ", "")
    assert problems_of(content) == []
    assert outside_frame(content) == []


def test_outside_frame_a_text_that_cannot_break_is_found():
    content = render_certificate(certificate_text(number="9" * 100))

    assert outside_frame(content) == ["9" * 100]


def test_render_certificate_of_every_other_text_at_its_longest_stays_one_page():
    content = render_certificate(
        certificate_text(
            hub_name="The Partnership for Music Education in Leicester, Leicestershire, Rutland and the Welland Valley",
            scheme_name="The Soar Valley and Rutland Music Education Partnership's Developing Quality Award",
            signatory_name="Professor Dame Wilhelmina Featherstonehaugh-Cholmondeley",
            signatory_role="Chair of the Board of the Partnership for Music Education in the Soar and Welland Valleys",
            framework_title="Secondary music audit for all-through, middle and special schools and sixth forms",
            verify_url="http://a-long-name-of-a-council.soar-valley.example.org:8000/certificates/Zk3vT9mQpL0aXw7RbN2cYu/",
        )
    )

    assert problems_of(content) == []
    assert outside_frame(content) == []


def test_render_certificate_of_a_name_with_markup_prints_it_as_text():
    school_name = '<b>x</b> & "y" {{ z }} <script>alert(1)</script>'

    content = render_certificate(certificate_text(school_name=school_name))

    assert school_name in words_of(content)
    assert pypdf.PdfReader(BytesIO(content)).metadata.title.endswith(school_name)


def test_render_certificate_twice_gives_the_same_bytes():
    assert render_certificate(certificate_text()) == render_certificate(certificate_text())


@pytest.mark.slow
def test_render_certificate_in_another_process_gives_the_same_bytes():
    program = (
        "import datetime, hashlib, django; django.setup()\n"
        "from awards.pdf import CertificateText, render_certificate\n"
        f"text = CertificateText(**{asdict(certificate_text())!r})\n"
        "print(hashlib.sha256(render_certificate(text)).hexdigest())"
    )

    elsewhere = subprocess.run(
        [sys.executable, "-c", program], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )

    assert elsewhere.stdout.split()[-1] == hashlib.sha256(render_certificate(certificate_text())).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        {"school_name": "Oak Hill Junior School"},
        {"number": "2026-0043"},
        {"level": "silver", "level_label": "Silver"},
        {"awarded_on": date(2026, 3, 2)},
        {"expires_on": date(2029, 3, 2)},
        {"verify_url": "https://hub.example.org/certificates/another/"},
        {"signatory_name": "Sam Whitcombe"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_render_certificate_of_another_text_gives_other_bytes(change):
    assert render_certificate(certificate_text(**change)) != render_certificate(certificate_text())


def test_render_certificate_of_each_level_draws_another_medal_and_frame():
    pictures = set()
    for level in ("bronze", "silver", "gold"):
        content = render_certificate(certificate_text(level=level, level_label="Level"))
        with pikepdf.open(BytesIO(content)) as pdf:
            forms = [entry for entry in pdf.objects if isinstance(entry, pikepdf.Stream) and "/BBox" in entry]
            pictures.add(b"".join(sorted(form.read_bytes() for form in forms)))

    assert len(pictures) == 3


@pytest.mark.parametrize("level", ["working_towards", "", "Gold", "platinum"])
def test_certificate_text_of_a_level_without_certificate_is_refused(level):
    with pytest.raises(ValueError, match=r"^There is no certificate for the level “"):
        certificate_text(level=level)


def test_render_certificates_gives_each_its_own_file_in_order():
    texts = [certificate_text(school_name=f"School {number}", number=f"2026-{number:04}") for number in range(3)]

    contents = list(render_certificates(texts))

    assert contents == [render_certificate(text) for text in texts]
    assert [problems_of(content) for content in contents] == [[], [], []]


def test_render_certificate_in_many_threads_gives_the_same_bytes():
    texts = [certificate_text(number=f"2026-{number:04}") for number in range(8)]

    with ThreadPoolExecutor(max_workers=4) as pool:
        together = list(pool.map(render_certificate, texts))

    assert together == [render_certificate(text) for text in texts]


@pytest.mark.parametrize(
    "url",
    ["http://hub.example.org/logo.svg", "https://hub.example.org/logo.svg", "file:///etc/hostname", "data:,x"],
)
def test_own_files_only_anything_else_is_refused(url):
    fetcher = OwnFilesOnly([settings.BASE_DIR / "static"])

    with pytest.raises(ValueError, match="Not a file of ours"):
        fetcher.fetch(url)


def test_own_files_only_a_static_file_is_read():
    path = settings.BASE_DIR / "static" / "img" / "medal-gold.svg"

    assert OwnFilesOnly([settings.BASE_DIR / "static"]).fetch(path.as_uri()).read() == path.read_bytes()
