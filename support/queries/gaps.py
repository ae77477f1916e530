"""What nobody offers anything for: the hub's own list of things to find."""

from collections import Counter
from dataclasses import dataclass

from support.criteria import published_criteria
from support.models import OfferDuty, OfferPurpose
from support.queries.duties import Duty, hub_duties
from support.queries.lists import PHASES
from support.rules import Criterion


@dataclass(frozen=True)
class Gap:
    """A criterion without a current offer for red, and how many there are for amber."""

    criterion: Criterion
    for_amber: int

    @property
    def phase(self) -> str:
        return PHASES[self.criterion.phase]


@dataclass(frozen=True)
class Coverage:
    """How far the current offers reach: criteria of the published frameworks, and duties of the hub."""

    gaps: list[Gap]
    criteria: int
    duties: list[Duty]

    @property
    def served(self) -> int:
        """Criteria with at least one current offer for red."""
        return self.criteria - len(self.gaps)


def coverage() -> Coverage:
    """Criteria that no current offer serves when they are red, in the order of the frameworks, and duties that none
    serves; a fixed number of queries."""
    current = OfferPurpose.objects.filter(offer__withdrawn_at__isnull=True)
    rows = current.values_list("phase", "code", "when_red", "when_amber")
    red = {(phase, code) for phase, code, when_red, _ in rows if when_red}
    amber = Counter((phase, code) for phase, code, _, when_amber in rows if when_amber)
    criteria = published_criteria()
    gaps = [
        Gap(criterion, for_amber=amber[(criterion.phase, criterion.code)])
        for criterion in criteria
        if (criterion.phase, criterion.code) not in red
    ]
    served = set(OfferDuty.objects.filter(offer__withdrawn_at__isnull=True).values_list("code", flat=True))
    return Coverage(gaps, len(criteria), [duty for duty in hub_duties() if duty.code not in served])
