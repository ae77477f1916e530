"""Words are readable whatever accent a hub picks, and in every pair of tokens, light and dark."""

import functools
import re

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from hubportal.theme import DARK_SURFACE, LIGHT_PAPER, contrast, readable_accent

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
# Words and what lies behind them; WCAG 2.2 AA asks for 4.5.
WORDS = [
    *((words, behind) for words in ("ink", "ink-soft") for behind in ("paper", "surface", "surface-sunk")),
    *((f"{name}-text", f"{name}-tint") for name in (
        "green", "amber", "red", "undiscussed", "inapplicable", "info", "bronze", "silver", "gold")),
    *((f"{name}-text", behind) for name in ("green", "red") for behind in ("paper", "surface")),
]  # fmt: skip
# Marks, borders of controls and the focus ring; 3 is enough.
MARKS = [
    *((f"{name}-solid", behind) for name in ("green", "amber", "red", "undiscussed", "inapplicable")
      for behind in (f"{name}-tint", "paper", "surface")),
    *((mark, behind) for mark in ("line-strong", "focus") for behind in ("paper", "surface", "surface-sunk")),
]  # fmt: skip


@functools.cache
def tokens(scheme: str) -> dict[str, str]:
    """The colours of tokens.css as light or dark pages have them."""
    light, dark = (settings.BASE_DIR / "static/css/tokens.css").read_text().split("@media")
    found = dict(re.findall(r"--([\w-]+): (#\w{6});", light))
    return found | (dict(re.findall(r"--([\w-]+): (#\w{6});", dark)) if scheme == "dark" else {})


def mixed(one: str, other: str, share: float) -> str:
    """So much of one colour in the other, as `color-mix(in srgb, …)` does it."""
    channels = (
        round(int(one[at : at + 2], 16) * share + int(other[at : at + 2], 16) * (1 - share)) for at in (1, 3, 5)
    )
    return "#" + "".join(f"{channel:02x}" for channel in channels)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_tokens_for_words_contrast_with_what_lies_behind(scheme):
    colour = tokens(scheme)

    assert [pair for pair in WORDS if contrast(colour[pair[0]], colour[pair[1]]) < 4.5] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_tokens_for_marks_contrast_with_what_lies_behind(scheme):
    colour = tokens(scheme)

    assert [pair for pair in MARKS if contrast(colour[pair[0]], colour[pair[1]]) < 3] == []


def test_theme_knows_the_papers_of_the_stylesheet():
    assert (tokens("light")["surface-sunk"], tokens("dark")["surface-sunk"]) == (LIGHT_PAPER, DARK_SURFACE)


@given(COLOURS)
def test_readable_accent_of_any_colour_is_readable_everywhere(colour):
    accent = readable_accent(colour)
    light, dark = tokens("light"), tokens("dark")

    assert (
        min(contrast(accent.light, light[name]) for name in ("paper", "surface", "surface-sunk", "accent-ink")) >= 4.5
    )
    assert min(contrast(accent.dark, dark[name]) for name in ("paper", "surface", "surface-sunk", "accent-ink")) >= 4.5


@given(COLOURS)
def test_tint_of_any_accent_carries_its_own_words_and_ours(colour):
    accent = readable_accent(colour)
    light, dark = tokens("light"), tokens("dark")

    # As mixed in tokens.css: 9 % on a light surface, 14 % on a dark one.
    tints = ((accent.light, mixed(accent.light, light["surface"], 0.09), light),
             (accent.dark, mixed(accent.dark, dark["surface"], 0.14), dark))  # fmt: skip

    assert [contrast(words, tint) < 4.5 for own, tint, scheme in tints for words in (own, scheme["ink-soft"])] == [
        False
    ] * 4


def test_readable_accent_of_a_readable_colour_is_that_colour():
    assert readable_accent("#6b2d5c").light == "#6b2d5c"


@pytest.mark.parametrize(("one", "other", "ratio"), [("#000000", "#ffffff", 21.0), ("#777777", "#777777", 1.0)])
def test_contrast_at_its_ends_is_what_wcag_says(one, other, ratio):
    assert contrast(one, other) == pytest.approx(ratio)
