"""The hub's accent colour, made readable: a hub picks any colour, and the pages stay WCAG 2.2 AA in light and dark."""

import colorsys
from dataclasses import dataclass

# Where no hub has chosen yet.
DEFAULT_ACCENT = "#6b2d5c"
# The darkest paper behind accent-coloured words in light mode, and the lightest surface in dark mode (tokens.css).
LIGHT_PAPER = "#f3eee6"
DARK_SURFACE = "#2e2925"
# WCAG 2.2 AA asks for 4.5; the rest is room for the tints that lie behind links and buttons.
CONTRAST = 5.5
STEP = 0.01
WEIGHTS = (0.2126, 0.7152, 0.0722)


@dataclass(frozen=True)
class Accent:
    """One colour as used on light and on dark pages, each `#rrggbb`."""

    light: str
    dark: str


def readable_accent(colour: str) -> Accent:
    """The hub's colour (`#rrggbb`), darkened or lightened only as far as words in it need to be readable."""
    return Accent(
        light=_shift(colour, against=LIGHT_PAPER, step=-STEP),
        dark=_shift(colour, against=DARK_SURFACE, step=STEP),
    )


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21, as WCAG 2.2 defines it."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _shift(colour: str, *, against: str, step: float) -> str:
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    while contrast(colour, against) < CONTRAST and 0 < lightness + step < 1:
        lightness += step
        red, green, blue = (round(channel * 255) for channel in colorsys.hls_to_rgb(hue, lightness, saturation))
        colour = f"#{red:02x}{green:02x}{blue:02x}"
    return colour


def _luminance(colour: str) -> float:
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour))
    return sum(weight * channel for weight, channel in zip(WEIGHTS, linear, strict=True))


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue
