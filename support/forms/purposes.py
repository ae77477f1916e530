"""Two boxes for each criterion: does the offer help when it is red, and when it is amber?"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

from django.utils.text import slugify

from support.queries import PHASES, criteria_by_key
from support.rules import Criterion, Purpose

WHENS = ("red", "amber")
NO_LONGER = "No longer in the published framework"


@dataclass(frozen=True)
class Box:
    """One box to tick."""

    value: str
    label: str
    is_ticked: bool
    id: str


@dataclass(frozen=True)
class Row:
    """A criterion with its two boxes."""

    criterion: Criterion
    boxes: tuple[Box, ...]

    @property
    def id(self) -> str:
        return slugify(f"criterion-{self.criterion.phase}-{self.criterion.code}")


@dataclass(frozen=True)
class Section:
    """The criteria of one section of one phase; it stands open where something is ticked."""

    phase: str
    name: str
    rows: list[Row] = field(default_factory=list)

    @property
    def ticked(self) -> int:
        return sum(any(box.is_ticked for box in row.boxes) for row in self.rows)


class OfferPurposes:
    """What can be ticked, and what is. A box's value is "primary:P-INT-01:red".

    A criterion that the offer serves but no published framework asks for any more keeps its boxes, so that saving an
    offer never drops what a newer version may ask again.
    """

    def __init__(self, *, served: Iterable[Purpose] = ()) -> None:
        self._criteria = dict(criteria_by_key())
        for purpose in served:
            gone = Criterion(purpose.phase, NO_LONGER, purpose.code, "")
            self._criteria.setdefault((purpose.phase, purpose.code), gone)

    @property
    def choices(self) -> list[tuple[str, str]]:
        return [(f"{phase}:{code}:{when}", f"{code} when {when}") for phase, code in self._criteria for when in WHENS]

    def sections(self, ticked: Iterable[str]) -> list[Section]:
        """The boxes as the page shows them, with these values ticked."""
        values = set(ticked)
        ordered = sorted(self._criteria.values(), key=lambda each: list(PHASES).index(each.phase))
        groups = groupby(ordered, key=lambda each: (each.phase, each.section))
        return [
            Section(PHASES[phase], name, [self._row(criterion, values) for criterion in group])
            for (phase, name), group in groups
        ]

    @staticmethod
    def values_of(purposes: Iterable[Purpose]) -> list[str]:
        return [
            f"{purpose.phase}:{purpose.code}:{when}"
            for purpose in purposes
            for when in WHENS
            if getattr(purpose, f"when_{when}")
        ]

    @staticmethod
    def purposes_of(values: Iterable[str]) -> list[Purpose]:
        """One purpose for each criterion of which a box is ticked."""
        ticked: dict[tuple[str, str], set[str]] = {}
        for value in values:
            phase, code, when = value.split(":")
            ticked.setdefault((phase, code), set()).add(when)
        return [
            Purpose(phase, code, when_red="red" in whens, when_amber="amber" in whens)
            for (phase, code), whens in ticked.items()
        ]

    @staticmethod
    def _row(criterion: Criterion, values: set[str]) -> Row:
        made = ((f"{criterion.phase}:{criterion.code}:{when}", when) for when in WHENS)
        boxes = (
            Box(value, f"when {when}", value in values, slugify(f"serves-{value.replace(':', '-')}"))
            for value, when in made
        )
        return Row(criterion, tuple(boxes))
