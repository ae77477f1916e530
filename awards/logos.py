"""The logos a school may show while its award lasts: a medal, a ribbon with the level, the years, award and hub.

Each comes for light and for dark grounds. Both stand on a plate of their own, so that the lettering can be read even
where somebody takes the other one. The levels differ by the word, by the number of notes and by the medal's edge, not
by colour alone. The lettering is drawn as outlines: the files look the same on a machine that has none of our fonts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

import resvg_py
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.text import slugify

from awards.lettering import SANS, SERIF_SEMIBOLD, Face, outline, set_name

Ground = Literal["light", "dark"]
GROUNDS: tuple[Ground, ...] = ("light", "dark")
PNG_SIZES = (256, 512, 1024, 2048)  # pixels, square
# What goes out with the outcome pack: enough for a website and a letter; the school's page has all of them.
ATTACHED_SIZES = frozenset({None, 512})

# Places and sizes in the logo's own units: a square of 512.
CENTRE = 256
LETTERING_WIDTH = 440
SCHEME_SIZES = ((37, 34, 31, 28), (25, 20, 16))
HUB_SIZES = ((23, 21, 19), (18, 16, 13))


@dataclass(frozen=True)
class LevelLook:
    """The word on the ribbon, the ribbon's three shades (front, tails and folds), and the metal of the medal."""

    label: str
    ribbon: str
    tail: str
    fold: str
    metal: str


@dataclass(frozen=True)
class GroundLook:
    """The plate, and the ink of what is written on it."""

    plate: str
    ink: str


LOOKS = {
    "bronze": LevelLook("Bronze", ribbon="#7a421b", tail="#643412", fold="#3f210b", metal="#b06c3a"),
    "silver": LevelLook("Silver", ribbon="#4a5664", tail="#3b4551", fold="#252c35", metal="#98a3af"),
    "gold": LevelLook("Gold", ribbon="#7d5a09", tail="#664805", fold="#402d03", metal="#d3a437"),
}
GROUND_LOOKS: dict[Ground, GroundLook] = {
    "light": GroundLook(plate="#fffdf8", ink="#22304a"),
    "dark": GroundLook(plate="#131c2e", ink="#fffdf8"),
}
RIBBON_INK = "#fffdf8"


@dataclass(frozen=True)
class LogoFile:
    """A file as it is attached to a mail or downloaded; a drawing (SVG), or a picture of `size` pixels (PNG).

    `ground` says what it is made to stand on. `is_attached`: whether it goes out with the outcome pack.
    """

    filename: str
    content_type: str
    drawing: str
    ground: Ground
    size: int | None
    is_attached: bool

    @property
    def content(self) -> bytes:
        """The bytes of the file. A picture is drawn when it is first asked for: the largest takes half a second."""
        return self.drawing.encode() if self.size is None else _png(self.drawing, self.size)


@lru_cache(maxsize=32)
def logos_for(
    level: str,
    *,
    awarded_on: date,
    expires_on: date,
    hub_name: str = "",
    scheme_name: str = "Developing Quality Award",
) -> tuple[LogoFile, ...]:
    """The logos of an award of this level and these years: for each ground a drawing, then pictures by size.

    Raises ValueError for a level that has no logo (working towards Bronze).
    """
    if level not in LOOKS:
        raise ValueError(f"There is no logo for the level “{level}”.")
    years = (awarded_on.year, expires_on.year)
    stem = f"{slugify(scheme_name)}-{level}-{years[0]}-{years[1]}"
    return tuple(
        logo
        for ground in GROUNDS
        for logo in _files(f"{stem}-on-{ground}", ground, _draw(level, years, ground, hub_name, scheme_name))
    )


def _files(stem: str, ground: Ground, drawing: str) -> Iterator[LogoFile]:
    yield LogoFile(f"{stem}.svg", "image/svg+xml", drawing, ground, None, None in ATTACHED_SIZES)
    for size in PNG_SIZES:
        yield LogoFile(f"{stem}-{size}.png", "image/png", drawing, ground, size, size in ATTACHED_SIZES)


@lru_cache(maxsize=64)
def _draw(level: str, years: tuple[int, int], ground: Ground, hub_name: str, scheme_name: str) -> str:
    look = LOOKS[level]
    period = f"{years[0]} – {years[1]}"
    return render_to_string(
        "awards/logo.svg",
        {
            "title": ", ".join(filter(None, (f"{scheme_name}: {look.label}", period, hub_name))),
            "look": look,
            "ground": GROUND_LOOKS[ground],
            "edge": look.ribbon if ground == "light" else look.metal,
            "ribbon_ink": RIBBON_INK,
            "medal": _medal(level),
            "level": outline(look.label.upper(), SERIF_SEMIBOLD, size=58, centre=CENTRE, baseline=321, spacing=0.08),
            "years": outline(period, SERIF_SEMIBOLD, size=31, centre=CENTRE, baseline=375, spacing=0.05),
            "scheme": _lines(scheme_name, SERIF_SEMIBOLD, sizes=SCHEME_SIZES, baseline=424 if hub_name else 450),
            "hub": _lines(hub_name, SANS, sizes=HUB_SIZES, baseline=472),
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


@lru_cache(maxsize=64)
def _png(svg: str, size: int) -> bytes:
    return bytes(resvg_py.svg_to_bytes(svg_string=svg, width=size, height=size, skip_system_fonts=True))
