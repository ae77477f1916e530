"""The badge a school shows on its website: its logo while the award lasts, and afterwards what became of the award.

It is drawn anew for each day, from the same drawing as the logos: a website that shows it by its address needs no
change when the award ends. An ended badge keeps level and years, pale, and a band across the medal says what happened.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from awards.lettering import SERIF_SEMIBOLD, outline
from awards.logos import Ground, logos_for

TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)
BANDS: dict[Ground, tuple[str, str]] = {"light": ("#22304a", "#fffdf8"), "dark": ("#fffdf8", "#131c2e")}
CENTRE = 256


@dataclass(frozen=True, kw_only=True)
class Badge:
    """All that the drawing depends on. `ended` is what became of an award that may no longer be shown ("Expired"),
    and `ended_on` the day that goes with it, where a day does; both are empty while it lasts."""

    level: str
    level_label: str
    awarded_on: date
    expires_on: date
    hub_name: str
    scheme_name: str
    ended: str = ""
    ended_on: date | None = None

    @property
    def words(self) -> str:
        """What the picture says, for people who do not see it."""
        years = f"{self.awarded_on.year} – {self.expires_on.year}"
        end = " ".join(filter(None, (self.ended, self.long_day)))
        return ", ".join(filter(None, (f"{self.scheme_name}: {self.level_label}", years, end, self.hub_name)))

    @property
    def long_day(self) -> str:
        return f"{self.ended_on.day} {self.ended_on:%B %Y}" if self.ended_on else ""


@lru_cache(maxsize=256)
def draw_badge(badge: Badge, ground: Ground) -> str:
    """The badge as an SVG drawing, for a light or a dark ground. All lettering is outlines.

    Raises ValueError for a level that has no logo (working towards Bronze).
    """
    logos = logos_for(
        badge.level,
        awarded_on=badge.awarded_on,
        expires_on=badge.expires_on,
        hub_name=badge.hub_name,
        scheme_name=badge.scheme_name,
    )
    logo = next(one.drawing for one in logos if one.ground == ground and one.size is None)
    if not badge.ended:
        return logo
    band, ink = BANDS[ground]
    word, day = badge.ended.upper(), badge.long_day
    return render_to_string(
        "awards/badge_ended.svg",
        {
            "title": badge.words,
            # One title only: the badge's own.
            "logo": mark_safe(TITLE.sub("", logo)),  # noqa: S308 - drawn by us, from a template that escapes
            "band": band,
            "ink": ink,
            "word": outline(word, SERIF_SEMIBOLD, size=60, centre=CENTRE, baseline=175 if day else 197, spacing=0.08),
            "day": outline(day, SERIF_SEMIBOLD, size=36, centre=CENTRE, baseline=222, spacing=0.03),
        },
    )
