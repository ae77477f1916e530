"""The logo files a school receives."""

import re
from io import BytesIO
from xml.etree import ElementTree

import pytest
from PIL import Image

from awards.logos import logos_for

LEVELS = ("bronze", "silver", "gold")
SVG = "{http://www.w3.org/2000/svg}"
HUB = "Soar Valley Music Education Hub"
COLOUR = re.compile(r"#[0-9a-f]{6}")


@pytest.mark.parametrize("level", LEVELS)
def test_logos_for_level_are_one_drawing_and_two_pictures(level):
    files = [(logo.filename, logo.content_type) for logo in logos_for(level)]

    assert files == [
        (f"developing-quality-award-{level}.svg", "image/svg+xml"),
        (f"developing-quality-award-{level}-512.png", "image/png"),
        (f"developing-quality-award-{level}-1024.png", "image/png"),
    ]


@pytest.mark.parametrize("level", LEVELS)
def test_logos_for_level_pictures_have_the_size_in_their_name(level):
    sizes = [Image.open(BytesIO(logo.content)).size for logo in logos_for(level)[1:]]

    assert sizes == [(512, 512), (1024, 1024)]


def test_logos_for_level_pictures_stand_on_any_background():
    picture = Image.open(BytesIO(logos_for("gold")[1].content))

    assert picture.getpixel((0, 0))[3] == 0
    assert picture.getpixel((256, 480)) == (255, 253, 248, 255)


@pytest.mark.parametrize("level", LEVELS)
def test_logos_for_level_drawing_needs_no_font_and_no_other_file(level):
    drawing = ElementTree.fromstring(logos_for(level, hub_name=HUB)[0].content)

    kinds = {element.tag.removeprefix(SVG) for element in drawing.iter()}
    assert kinds == {"svg", "title", "rect", "g", "circle", "path"}


def test_logos_for_level_drawing_says_whose_award_it_is():
    drawing = ElementTree.fromstring(logos_for("gold", hub_name="Soar & Wreake's <Hub>")[0].content)

    assert drawing.findtext(f"{SVG}title") == "Developing Quality Award: Gold, Soar & Wreake's <Hub>"


def test_logos_for_levels_differ_in_shape_even_without_colour():
    shapes = {COLOUR.sub("", logos_for(level)[0].content.decode().split("</title>", 1)[1]) for level in LEVELS}
    medals = {COLOUR.sub("", shape.split("</svg>")[0]) for shape in shapes}

    assert (len(shapes), len(medals)) == (3, 3)


def test_logos_for_levels_differ_in_grey():
    greys = [Image.open(BytesIO(logos_for(level)[1].content)).convert("L") for level in LEVELS]

    assert len({grey.tobytes() for grey in greys}) == 3


def test_logos_for_hub_carries_its_name():
    without, with_name = logos_for("gold"), logos_for("gold", hub_name=HUB)

    assert without[0].content != with_name[0].content
    assert without[1].content != with_name[1].content


def test_logos_for_a_long_hub_name_stays_inside_the_plate():
    long_name = "The Partnership for Music Education in Leicester, Leicestershire, Rutland and the Welland Valley"

    picture = Image.open(BytesIO(logos_for("silver", hub_name=long_name)[1].content)).convert("L")

    inner = picture.crop((8, 400, 504, 500))
    margins = (inner.crop((0, 0, 12, 60)), inner.crop((484, 0, 496, 60)))
    assert [margin.getextrema()[0] > 240 for margin in margins] == [True, True]
    assert inner.crop((60, 0, 430, 60)).getextrema()[0] < 80


@pytest.mark.parametrize("level", ["working_towards", "", "Gold"])
def test_logos_for_a_level_without_logo_is_refused(level):
    with pytest.raises(ValueError, match=r"^There is no logo for the level “"):
        logos_for(level)
