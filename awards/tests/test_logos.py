"""The logo files a school receives."""

import re
from datetime import date
from io import BytesIO
from xml.etree import ElementTree

import pytest
from PIL import Image

from awards.logos import GROUND_LOOKS, GROUNDS, LOOKS, RIBBON_INK, LogoFile, logos_for
from awards.models import AwardLevel
from awards.queries import logo_choices
from awards.tests.factories import make_award
from hubportal.theme import contrast
from schools.models import HubProfile

LEVELS = ("bronze", "silver", "gold")
SVG = "{http://www.w3.org/2000/svg}"
HUB = "Soar Valley Music Education Hub"
LONG_HUB = "The Partnership for Music Education in Leicester, Leicestershire, Rutland and the Welland Valley"
LONG_SCHEME = "The Soar Valley and Rutland Music Education Partnership's Developing Quality Award"
COLOUR = re.compile(r"#[0-9a-f]{6}")


def logos(level: str = "gold", **changes: object) -> tuple[LogoFile, ...]:
    return logos_for(level, **{"awarded_on": date(2026, 3, 1), "expires_on": date(2029, 3, 1), **changes})


def drawing(level: str = "gold", ground: str = "light", **changes: object) -> ElementTree.Element:
    return ElementTree.fromstring(the_logo(level, ground, None, **changes).content)


def picture(level: str = "gold", ground: str = "light", size: int = 256, **changes: object) -> Image.Image:
    return Image.open(BytesIO(the_logo(level, ground, size, **changes).content))


def the_logo(level: str, ground: str, size: int | None, **changes: object) -> LogoFile:
    (found,) = (logo for logo in logos(level, **changes) if (logo.ground, logo.size) == (ground, size))
    return found


@pytest.mark.parametrize("level", LEVELS)
def test_logos_for_level_are_a_drawing_and_four_pictures_for_each_ground(level):
    files = [(logo.filename, logo.content_type, logo.ground, logo.size, logo.is_attached) for logo in logos(level)]

    stem = f"developing-quality-award-{level}-2026-2029-on"
    assert files == [
        row
        for ground in ("light", "dark")
        for row in (
            (f"{stem}-{ground}.svg", "image/svg+xml", ground, None, True),
            (f"{stem}-{ground}-256.png", "image/png", ground, 256, False),
            (f"{stem}-{ground}-512.png", "image/png", ground, 512, True),
            (f"{stem}-{ground}-1024.png", "image/png", ground, 1024, False),
            (f"{stem}-{ground}-2048.png", "image/png", ground, 2048, False),
        )
    ]


@pytest.mark.parametrize("size", [256, 512, 1024, pytest.param(2048, marks=pytest.mark.slow)])
def test_logos_for_level_pictures_have_the_size_in_their_name(size):
    assert picture(size=size).size == (size, size)


@pytest.mark.parametrize(("ground", "plate"), [("light", (255, 253, 248, 255)), ("dark", (19, 28, 46, 255))])
def test_logos_for_level_pictures_stand_on_a_plate_of_their_own(ground, plate):
    found = picture(ground=ground)

    assert found.getpixel((0, 0))[3] == 0
    assert found.getpixel((128, 244)) == plate


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("level", LEVELS)
def test_logos_for_level_lettering_can_be_read_on_each_ground(level, ground):
    """WCAG 2.2 asks for 4.5; the ribbon's word is large and would need 3, but logos are shown small."""
    look, on = LOOKS[level], GROUND_LOOKS[ground]

    assert contrast(on.ink, on.plate) >= 7
    assert contrast(RIBBON_INK, look.ribbon) >= 4.5
    inks = {path.get("fill") for path in drawing(level, ground).iter(f"{SVG}path")}
    assert {on.ink, RIBBON_INK} <= inks


@pytest.mark.parametrize("ground", GROUNDS)
def test_logos_for_level_drawing_needs_no_font_and_no_other_file(ground):
    kinds = {element.tag.removeprefix(SVG) for element in drawing(ground=ground, hub_name=HUB).iter()}

    assert kinds == {"svg", "title", "rect", "g", "circle", "path"}


def test_logos_for_level_drawing_says_whose_award_it_is_and_of_which_years():
    found = drawing(hub_name="Soar & Wreake's <Hub>")

    assert found.get("role") == "img"
    assert found.findtext(f"{SVG}title") == "Developing Quality Award: Gold, 2026 – 2029, Soar & Wreake's <Hub>"


def test_logos_for_other_years_carry_them():
    later = {"awarded_on": date(2027, 3, 1), "expires_on": date(2030, 3, 1)}

    assert picture(**later).tobytes() != picture().tobytes()
    assert the_logo("gold", "light", None, **later).filename == "developing-quality-award-gold-2027-2030-on-light.svg"


def test_logos_for_another_day_of_the_same_years_are_the_same():
    another_day = {"awarded_on": date(2026, 5, 2), "expires_on": date(2029, 5, 2)}

    assert [logo.drawing for logo in logos(**another_day)] == [logo.drawing for logo in logos()]


def test_logos_for_levels_differ_in_shape_even_without_colour():
    shapes = {COLOUR.sub("", the_logo(level, "light", None).drawing.split("</title>", 1)[1]) for level in LEVELS}
    medals = {shape.split("</svg>")[0] for shape in shapes}

    assert (len(shapes), len(medals)) == (3, 3)


@pytest.mark.parametrize("ground", GROUNDS)
def test_logos_for_levels_differ_in_grey(ground):
    greys = [picture(level, ground).convert("L").point(lambda value: 255 * (value > 127)) for level in LEVELS]

    assert len({grey.tobytes() for grey in greys}) == 3


def test_logos_for_hub_carries_its_name():
    assert picture().tobytes() != picture(hub_name=HUB).tobytes()


@pytest.mark.parametrize("names", [{"hub_name": LONG_HUB}, {"hub_name": LONG_HUB, "scheme_name": LONG_SCHEME}])
def test_logos_for_long_names_stay_inside_the_plate_and_apart(names):
    grey = picture("silver", size=512, **names).convert("L")

    margins = (grey.crop((9, 384, 20, 460)), grey.crop((492, 384, 503, 460)), grey.crop((60, 494, 452, 500)))
    assert [margin.getextrema()[0] > 240 for margin in margins] == [True, True, True]
    years, names_below = grey.crop((100, 347, 412, 380)), grey.crop((60, 385, 452, 492))
    assert max(years.getextrema()[0], names_below.getextrema()[0]) < 80
    assert grey.crop((60, 379, 452, 385)).getextrema()[0] > 240


@pytest.mark.parametrize("level", ["working_towards", "", "Gold"])
def test_logos_for_a_level_without_logo_is_refused(level):
    with pytest.raises(ValueError, match=r"^There is no logo for the level “"):
        logos(level)


@pytest.mark.django_db
def test_logo_choices_of_an_award_are_its_level_and_years_in_the_hubs_name():
    HubProfile.objects.update_or_create(pk=1, defaults={"name": HUB, "award_name": "Quality Award"})
    award = make_award(level=AwardLevel.BRONZE, on=date(2026, 11, 5))

    found = logo_choices(award)

    assert found == logos_for(
        "bronze",
        awarded_on=date(2026, 11, 5),
        expires_on=date(2029, 11, 5),
        hub_name=HUB,
        scheme_name="Quality Award",
    )


@pytest.mark.django_db
def test_logo_choices_of_working_towards_bronze_are_none():
    assert logo_choices(make_award(level=AwardLevel.WORKING_TOWARDS)) == ()
