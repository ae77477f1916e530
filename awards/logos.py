"""The logos a school may show while its award lasts: a medal, a ribbon with the level, and whose award it is.

The levels differ by the word, by the number of notes and by the medal's edge, not by colour alone. The
lettering is drawn as outlines: the files look the same on a machine that has none of our fonts.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import resvg_py
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.text import slugify

from awards.lettering import SANS, SERIF_SEMIBOLD, Face, outline, set_name

PNG_SIZES = (512, 1024)  # pixels, square

# Places and sizes in the logo's own units: a square of 512.
CENTRE = 256
LETTERING_WIDTH = 440


@dataclass(frozen=True)
class LevelLook:
    """The word on the ribbon, and the ribbon's three shades: front, tails and folds."""

    label: str
    ribbon: str
    tail: str
    fold: str


LOOKS = {
    "bronze": LevelLook("Bronze", ribbon="#7a421b", tail="#643412", fold="#3f210b"),
    "silver": LevelLook("Silver", ribbon="#4a5664", tail="#3b4551", fold="#252c35"),
    "gold": LevelLook("Gold", ribbon="#7d5a09", tail="#664805", fold="#402d03"),
}


@dataclass(frozen=True)
class LogoFile:
    """A file as it is attached to a mail or downloaded."""

    filename: str
    content_type: str
    content: bytes


@lru_cache(maxsize=32)
def logos_for(level: str, *, hub_name: str = "", scheme_name: str = "Developing Quality Award") -> tuple[LogoFile, ...]:
    """The logo of a level as SVG and as PNG, 512 and 1024 pixels square.

    Raises ValueError for a level that has no logo (working towards Bronze).
    """
    if level not in LOOKS:
        raise ValueError(f"There is no logo for the level “{level}”.")
    svg = _draw(level, hub_name, scheme_name)
    stem = f"{slugify(scheme_name)}-{level}"
    return (
        LogoFile(f"{stem}.svg", "image/svg+xml", svg.encode()),
        *(LogoFile(f"{stem}-{size}.png", "image/png", _png(svg, size)) for size in PNG_SIZES),
    )


def _draw(level: str, hub_name: str, scheme_name: str) -> str:
    look = LOOKS[level]
    scheme_baseline = 421 if hub_name else 437
    return render_to_string(
        "awards/logo.svg",
        {
            "title": ", ".join(filter(None, (f"{scheme_name}: {look.label}", hub_name))),
            "look": look,
            "medal": _medal(level),
            "level": outline(look.label.upper(), SERIF_SEMIBOLD, size=58, centre=CENTRE, baseline=351, spacing=0.08),
            "scheme": _lines(
                scheme_name, SERIF_SEMIBOLD, sizes=((37, 34, 31, 28), (25, 20, 16)), baseline=scheme_baseline
            ),
            "hub": _lines(hub_name, SANS, sizes=((23, 21, 19), (18, 16, 13)), baseline=462),
        },
    )


def _lines(name: str, face: Face, *, sizes: tuple[tuple[int, ...], ...], baseline: float) -> str:
    """A name's outlines; a second line moves the first one up by half a line."""
    setting = set_name(name.replace("'", "’"), face=face, width=LETTERING_WIDTH, sizes=sizes)
    first = baseline - (len(setting.lines) - 1) * setting.size * 0.55
    return "".join(
        outline(line, face, size=setting.size, centre=CENTRE, baseline=first + number * setting.size * 1.1)
        for number, line in enumerate(setting.lines)
    )


def _medal(level: str) -> str:
    return (Path(settings.BASE_DIR) / "static" / "img" / f"medal-{level}.svg").read_text(encoding="utf-8")


def _png(svg: str, size: int) -> bytes:
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=size, height=size, skip_system_fonts=True))
