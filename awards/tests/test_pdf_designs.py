"""The three designs of the certificate: the same words in each, tagged, and looked at as pictures."""

import json
import re
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.conf import settings
from PIL import Image, ImageChops, ImageDraw, ImageStat

from awards.pdf import DESIGNS, render_certificate
from awards.services.certificates import issue_certificate
from awards.tests.factories import make_award
from awards.tests.pictures import cells_in, cells_of, collisions, differing_cells, picture_of, things_on
from awards.tests.test_pdf import HUNDRED_CHARACTERS, VERIFY_URL, certificate_text, words_of
from hubportal.tests.tagged_pdf import elements, fonts, problems_of
from hubportal.theme import contrast
from schools.models import CertificateDesign, HubProfile
from schools.tests.factories import make_hub_picture

LEVELS = ("bronze", "silver", "gold")
MM = 72 / 25.4
PAGE_WIDTH, PAGE_HEIGHT = 297 * MM, 210 * MM
BAND_ENDS = 71.6 * MM
# Kept pictures of each design and level. After a wanted change of a design, write them anew:
#   python manage.py shell -c "from awards.tests.test_pdf_designs import keep_pictures; keep_pictures()"
KEPT = Path(__file__).with_name("certificate_pictures.json")
SHOWN_SIZE = (480, 339)  # pixels
NAMES = {
    "short": "Oak Hill Primary School",
    "long": ("Community Infant and Nursery School of St Thomas More and Our Lady of the Assumption, Ashby-de-la-Zouch"),
    "welsh": "Ysgol Gymraeg Tŷ Ŵyl ŵ ŷ",
    "french": "École Sainte-Hélène œuvre ç É",
    "198 characters": " ".join(["Bishop Ellis"] * 15) + " Ash",
    "no space to break at": "W" * 200,
    "100 characters": HUNDRED_CHARACTERS,
}
LONGEST_WORDS = {
    "hub_name": "The Partnership for Music Education in Leicester, Leicestershire, Rutland and the Welland Valley",
    "scheme_name": "The Soar Valley and Rutland Music Education Partnership's Developing Quality Award",
    "signatory_name": "Professor Dame Wilhelmina Featherstonehaugh-Cholmondeley",
    "signatory_role": "Chair of the Board of the Partnership for Music Education in the Soar and Welland Valleys",
    "framework_title": "Secondary music audit for all-through, middle and special schools and sixth forms",
    "verify_url": "http://a-long-name-of-a-council.soar-valley.example.org:8000/certificates/Zk3vT9mQpL0aXw7RbN2cYu/",
}

every_design = pytest.mark.parametrize("design", list(DESIGNS))


@cache
def drawing(width: int, height: int, colour: str = "#6b2d5c") -> bytes:
    """A PNG file with a stroke across it on a transparent ground."""
    image, content = Image.new("RGBA", (width, height)), BytesIO()
    ImageDraw.Draw(image).line((0, height - 9, width, 9), fill=colour, width=12)
    image.save(content, "PNG")
    return content.getvalue()


@cache
def rendered(**changes: Any) -> bytes:
    pictures = {"hub_logo": drawing(600, 200), "signature": drawing(500, 160, "#101a50")}
    if "level" in changes:
        changes["level_label"] = changes["level"].title()
    return render_certificate(certificate_text(**{**pictures, **changes}))


def misplaced(content: bytes, design: str) -> list[str]:
    """What stands too near the edge of the page or across the edge of the band."""
    edge = 8 * MM if design == "modern" else 14 * MM
    return [
        thing.words
        for thing in things_on(content)
        if thing.left < edge
        or thing.right > PAGE_WIDTH - edge
        or thing.foot < edge
        or thing.top > PAGE_HEIGHT - edge
        or (design == "modern" and thing.left < BAND_ENDS < thing.right)
    ]


def keep_pictures() -> None:
    cells = {design: {level: cells_of(rendered(design=design, level=level)) for level in LEVELS} for design in DESIGNS}
    KEPT.write_text(json.dumps(cells, indent=1) + "\n", encoding="utf-8")
    for design in DESIGNS:
        shown = picture_of(shown_on_the_page(design)).resize(SHOWN_SIZE, Image.Resampling.LANCZOS)
        shown.quantize(64).save(shown_picture(design), optimize=True)


def shown_on_the_page(design: str) -> bytes:
    """The certificate of which the page with the hub's profile shows a picture."""
    return rendered(design=design, hub_logo=None, signature=None)


def shown_picture(design: str) -> Path:
    return Path(settings.BASE_DIR) / "static" / "img" / f"certificate-design-{design}.png"


def test_designs_are_those_the_hub_chooses_from():
    assert list(DESIGNS) == CertificateDesign.values


@every_design
def test_render_certificate_of_each_design_is_tagged_and_describes_its_pictures(design):
    content = rendered(design=design)

    with pikepdf.open(BytesIO(content)) as pdf:
        pictures = [str(figure.Alt) for figure in elements(pdf, "/Figure")]
        headings = [str(element.S) for element in elements(pdf) if str(element.S).startswith("/H")]
        names = sorted(font.name.split("+")[1] for font in fonts(pdf))
    assert problems_of(content) == []
    assert headings == ["/H1", "/H2"]
    assert pictures == [
        "Logo of Soar Valley Music Education Hub",
        "Signature of Alex Whitcombe",
        f"QR code for {VERIFY_URL}",
    ]
    assert names == [
        "Certificate-Sans",
        "Certificate-Serif",
        "Certificate-Serif-Italic",
        "Certificate-Serif-Semi-Bold",
    ]


@every_design
def test_render_certificate_of_each_design_says_the_same_words(design):
    assert words_of(rendered(design=design)).replace(" ", "") == words_of(rendered(design="classic")).replace(" ", "")


@every_design
def test_render_certificate_of_welsh_and_french_names_can_be_copied_letter_for_letter(design):
    name = f"{NAMES['welsh']} / {NAMES['french']}"
    apart = name.replace("Ŵ", "W\N{COMBINING CIRCUMFLEX ACCENT}").replace("é", "e\N{COMBINING ACUTE ACCENT}")

    contents = [render_certificate(certificate_text(design=design, school_name=given)) for given in (name, apart)]

    assert [name.replace(" ", "") in words_of(content).replace(" ", "") for content in contents] == [True, True]


@every_design
def test_render_certificate_of_each_design_at_its_longest_keeps_everything_apart(design):
    content = rendered(design=design, school_name=NAMES["198 characters"], level="bronze", **LONGEST_WORDS)

    assert problems_of(content) == []
    assert collisions(things_on(content)) == []
    assert misplaced(content, design) == []


@pytest.mark.slow
@every_design
@pytest.mark.parametrize("place", range(len(NAMES)), ids=NAMES)
def test_render_certificate_of_any_name_keeps_everything_apart(design, place):
    name, level = [*NAMES.values()][place], LEVELS[(place + [*DESIGNS].index(design)) % len(LEVELS)]

    content = rendered(design=design, level=level, school_name=name)

    assert name.replace(" ", "") in words_of(content).replace(" ", "")
    assert collisions(things_on(content)) == []
    assert misplaced(content, design) == []


def test_collisions_of_words_that_stand_on_each_other_are_found():
    content = render_certificate(certificate_text(framework_version="1.0 " * 400))

    assert "medal" in {words for pair in collisions(things_on(content)) for words in pair}


def test_misplaced_words_that_leave_the_frame_are_found():
    assert misplaced(render_certificate(certificate_text(number="9" * 100)), "classic") == ["9" * 100]


def test_render_certificate_of_the_same_text_gives_the_same_pixels():
    again = render_certificate(certificate_text(hub_logo=drawing(600, 200), signature=drawing(500, 160, "#101a50")))

    assert again == rendered()
    assert picture_of(again).tobytes() == picture_of(rendered()).tobytes()


def test_render_certificate_with_another_logo_or_signature_looks_otherwise():
    """The press keeps pictures between pages: none may take the place of another."""
    bare = {"hub_logo": None, "signature": None}
    logo = {"hub_logo": drawing(600, 200, "#000000"), "signature": None}
    other_logo = {"hub_logo": drawing(600, 200), "signature": None}

    pictures = {picture_of(rendered(**change)).tobytes() for change in (bare, logo, other_logo, {})}

    assert len(pictures) == 4


@every_design
@pytest.mark.parametrize("level", [*(pytest.param(level, marks=pytest.mark.slow) for level in LEVELS[:2]), "gold"])
def test_render_certificate_of_each_design_and_level_looks_as_it_was_looked_at(design, level):
    kept = json.loads(KEPT.read_text(encoding="utf-8"))

    here = cells_of(rendered(design=design, level=level))

    unlike = {
        (other, another): differing_cells(here, cells)
        for other, levels in kept.items()
        for another, cells in levels.items()
    }
    assert unlike[design, level] <= 4
    assert sorted(key for key, count in unlike.items() if count <= 12) == [(design, level)]


@pytest.mark.slow
@every_design
def test_picture_of_each_design_shows_what_is_set(design):
    with Image.open(shown_picture(design)) as image:
        shown, size = cells_in(image), image.size

    counts = {other: differing_cells(shown, cells_of(shown_on_the_page(other))) for other in DESIGNS}

    assert size == SHOWN_SIZE
    assert [other for other, count in counts.items() if count <= 40] == [design]


@pytest.mark.slow
@every_design
def test_render_certificate_in_greyscale_still_tells_the_levels_apart(design):
    """By the shapes of the word and the medal: each pair of levels differs by much where they stand."""
    greys = [picture_of(rendered(design=design, level=level)).convert("L") for level in LEVELS]

    differences = [
        ImageStat.Stat(ImageChops.difference(one, other)).sum[0] / 255
        for one, other in ((greys[0], greys[1]), (greys[1], greys[2]), (greys[0], greys[2]))
    ]

    assert min(differences) > 1500


def test_render_certificate_in_the_plain_design_needs_no_colour():
    picture = picture_of(rendered(design="plain"))

    red, green, blue = picture.split()
    assert red.tobytes() == green.tobytes() == blue.tobytes()
    assert ImageStat.Stat(picture.convert("L")).mean[0] > 240


@pytest.mark.parametrize("level", LEVELS)
def test_certificate_band_of_each_level_lets_its_words_be_read(level):
    css = (settings.BASE_DIR / "static" / "css" / "certificate-modern.css").read_text(encoding="utf-8")
    band = (settings.BASE_DIR / "static" / "img" / f"certificate-band-{level}.svg").read_text(encoding="utf-8")
    ink = re.search(r"\.check \{[^}]*\bcolor: (#\w+)", css)[1]

    grounds = re.findall(r'(?:fill|stroke)="(#\w{6})"', band)[:2]

    assert [contrast(ink, ground) >= 4.5 for ground in grounds] == [True, True]


def test_render_certificate_of_a_sample_says_so_across_the_page():
    content = rendered(is_sample=True)

    assert "Sample" in words_of(content).split()
    assert problems_of(content) == []
    assert differing_cells(cells_of(content), cells_of(rendered())) > 40


def test_certificate_text_of_an_unknown_design_is_refused():
    with pytest.raises(ValueError, match=r"^There is no certificate design “baroque”\.$"):
        certificate_text(design="baroque")


@pytest.mark.django_db
def test_issue_certificate_sets_it_in_the_hubs_design_with_its_pictures(monkeypatch):
    seen = []
    monkeypatch.setattr("awards.pdf.render_certificate", lambda text: seen.append(text) or b"%PDF-")
    award = make_award()
    HubProfile.objects.update_or_create(pk=1, defaults={"certificate_design": "modern"})
    make_hub_picture("logo", drawing(600, 200))
    first = award.certificates.get()

    certificate = issue_certificate(
        award=award, by=award.decided_by, at=award.decided_at, replaces=first, reason="New design."
    )

    assert (certificate.design, seen[-1].design, seen[-1].hub_logo, seen[-1].signature) == (
        "modern",
        "modern",
        drawing(600, 200),
        None,
    )
    first.refresh_from_db()
    assert first.design == "classic"
