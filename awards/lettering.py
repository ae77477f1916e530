"""The typefaces of certificates and logos: their files, how wide a text is, how a name breaks into lines.

The fonts come from wheels, so that a fresh machine without any font sets the same page to the letter.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise

from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

from hubportal.typefaces import Face

# A line that ends in one of these reads as broken off; another break is taken if it costs little width.
LINES_SHOULD_NOT_END_IN = {"&", "and", "at", "for", "in", "of", "on", "st", "st.", "the", "with"}
POOR_ENDING_COSTS = 1.12
# Kerning and hinting are not measured: what is estimated to fit leaves this much of the line free.
ROOM_TO_SPARE = 0.03
MISSING_GLYPH_WIDTH = 0.6


SERIF = Face("Certificate Serif", 400, "normal", "font_source_serif_pro", "SourceSerifPro-Regular.ttf")
SERIF_SEMIBOLD = Face("Certificate Serif", 600, "normal", "font_source_serif_pro", "SourceSerifPro-Semibold.ttf")
# The italic has no ŵ and no ŷ: it sets only our own phrases, never a name.
SERIF_ITALIC = Face("Certificate Serif", 400, "italic", "font_source_serif_pro", "SourceSerifPro-It.ttf")
SANS = Face("Certificate Sans", 400, "normal", "font_source_sans_pro", "SourceSansPro-Regular.ttf")


@lru_cache
def _advance_widths(face: Face) -> dict[int, float]:
    """The width of each character of the face, in em."""
    with TTFont(face.path, lazy=True) as font:
        em = font["head"].unitsPerEm
        metrics = font["hmtx"]
        return {character: metrics[glyph][0] / em for character, glyph in font.getBestCmap().items()}


def text_width(text: str, face: Face) -> float:
    """How wide the text sets, in em (so times the size in points gives points)."""
    widths = _advance_widths(face)
    return sum(widths.get(ord(character), MISSING_GLYPH_WIDTH) for character in text)


def outline(text: str, face: Face, *, size: float, centre: float, baseline: float, spacing: float = 0) -> str:
    """The text as SVG path data, centred on `centre`, so that it looks the same where the font is missing.

    `spacing` is the extra room after each letter, in em. A character the face lacks is left out.
    """
    with TTFont(face.path, lazy=True) as font:
        scale = size / font["head"].unitsPerEm
        glyphs, names = font.getGlyphSet(), font.getBestCmap()
        letters = [names[ord(character)] for character in text if ord(character) in names]
        widths = [glyphs[letter].width * scale + spacing * size for letter in letters]
        x = centre - (sum(widths) - spacing * size) / 2
        pen = SVGPathPen(glyphs, ntos=_short_number)
        for letter, width in zip(letters, widths, strict=True):
            glyphs[letter].draw(TransformPen(pen, (scale, 0, 0, -scale, x, baseline)))
            x += width
        return str(pen.getCommands())


def _short_number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


@dataclass(frozen=True)
class Setting:
    """How a name is set: its lines, and the type size."""

    lines: tuple[str, ...]
    size: int


def set_name(name: str, *, face: Face, width: float, sizes: Sequence[Sequence[int]]) -> Setting:
    """Choose lines and size for a name: as few lines as its sizes allow, as large as the width allows.

    `sizes` gives for one line, two lines and so on the sizes allowed there, largest first, in the
    unit of `width`. A name that fits nowhere gets the most lines at the smallest size.
    """
    room = width * (1 - ROOM_TO_SPARE)
    lines: tuple[str, ...] = (" ".join(name.split()),)
    size = 0
    for count, sizes_here in enumerate(sizes, start=1):
        lines = _balanced_lines(name.split(), count, face)
        widest = max(text_width(line, face) for line in lines)
        for size in sizes_here:
            if widest * size <= room:
                return Setting(lines, size)
    return Setting(lines, size)


def _balanced_lines(words: list[str], count: int, face: Face) -> tuple[str, ...]:
    """The words in `count` lines (or fewer, if there are fewer words), the widest as narrow as can be."""
    count = max(1, min(count, len(words)))
    return min(_possible_lines(words, count), key=lambda lines: _raggedness(lines, face))


def _possible_lines(words: list[str], count: int) -> Iterator[tuple[str, ...]]:
    for breaks in combinations(range(1, len(words)), count - 1):
        yield tuple(" ".join(words[start:end]) for start, end in pairwise((0, *breaks, len(words))))


def _raggedness(lines: tuple[str, ...], face: Face) -> float:
    poor = any(line.split()[-1].lower() in LINES_SHOULD_NOT_END_IN for line in lines[:-1])
    return max(text_width(line, face) for line in lines) * (POOR_ENDING_COSTS if poor else 1)
