"""How wide texts are, how names break into lines, and lettering as outlines."""

import re

import pytest

from awards.lettering import SANS, SERIF, SERIF_ITALIC, SERIF_SEMIBOLD, Setting, outline, set_name, text_width

SIZES = ((30, 20), (20, 10))


def test_text_width_of_letters_is_the_sum_in_em():
    assert text_width("ab", SERIF) == pytest.approx(text_width("a", SERIF) + text_width("b", SERIF))
    assert 0.3 < text_width("a", SERIF) < 0.8
    assert text_width("W", SANS) > 2 * text_width("i", SANS)


def test_text_width_of_a_character_the_face_lacks_is_estimated():
    assert text_width("鐘", SERIF) == 0.6


@pytest.mark.parametrize("face", [SERIF, SERIF_SEMIBOLD, SANS], ids=lambda face: face.file)
def test_outline_of_letters_of_our_schools_is_drawn(face):
    letters = "ŵŷêéâîôûŴŶÉ’‘–&"

    assert [letter for letter in letters if not outline(letter, face, size=10, centre=0, baseline=0)] == []


def test_outline_of_a_letter_the_face_lacks_is_left_out():
    assert outline("ŵ", SERIF_ITALIC, size=10, centre=0, baseline=0) == ""


def test_outline_is_centred():
    def left_edge(centre: float) -> float:
        drawing = outline("I", SANS, size=100, centre=centre, baseline=0)
        return float(re.findall(r"-?[\d.]+", drawing)[0])

    assert left_edge(centre=250) - left_edge(centre=0) == pytest.approx(250, abs=0.02)


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (1000, Setting(("Oak Hill Primary School",), 30)),
        (300, Setting(("Oak Hill Primary School",), 20)),
        (200, Setting(("Oak Hill", "Primary School"), 20)),
        (100, Setting(("Oak Hill", "Primary School"), 10)),
        (1, Setting(("Oak Hill", "Primary School"), 10)),
    ],
)
def test_set_name_in_less_width_is_smaller_then_broken(width, expected):
    assert set_name("Oak Hill Primary School", face=SERIF, width=width, sizes=SIZES) == expected


def test_set_name_at_the_width_that_just_fits_keeps_the_size():
    needed = text_width("Oak Hill", SERIF) * 30 / 0.97

    assert set_name("Oak Hill", face=SERIF, width=needed + 0.01, sizes=SIZES).size == 30
    assert set_name("Oak Hill", face=SERIF, width=needed - 0.01, sizes=SIZES).size == 20


def test_set_name_on_two_lines_does_not_end_the_first_in_a_small_word():
    setting = set_name("Bishop of Ely and St Mary", face=SERIF, width=220, sizes=((30,), (20,)))

    assert setting.lines == ("Bishop of Ely", "and St Mary")


def test_set_name_of_one_word_stays_on_one_line():
    assert set_name("Llanfair", face=SERIF, width=1, sizes=SIZES) == Setting(("Llanfair",), 10)


def test_set_name_with_stray_spaces_closes_them_up():
    assert set_name("  Oak   Hill ", face=SERIF, width=1000, sizes=SIZES).lines == ("Oak Hill",)
