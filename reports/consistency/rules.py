"""How alike officers rate the same criteria, as figures that are only given where there is enough behind them.

No two officers rate the same school at the same time, so nobody can be found to be wrong. What can be seen is whether
their ratings of a criterion fall alike. For that we take all pairs of ratings of a criterion:

* *agreement*: of the pairs by two different officers, the share of equal ones;
* *chance*: of all pairs, whoever gave them, the share of equal ones. It is what the agreement would be if it made no
  difference who rates; both have the same expected value then, however many ratings each officer gave.

An agreement well below chance means that officers spread their ratings differently.

Why there is a minimum. With two officers of five ratings each, luck alone moves the two figures apart by six points
(one standard deviation, simulated with one red to two ambers and two greens), and by ten points in one case of
fourteen; from ten ratings each in one of fifty. With fewer the figures would say nothing, and would point at single
schools. An officer is compared with the others from eight audits on: one unusual school then moves the average by an
eighth of what sets it apart.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

# Red to amber is a step, amber to green is another.
STEPS = {"red": 0, "amber": 1, "green": 2}
LEAST_OFFICERS = 2
LEAST_RATINGS = 5
LEAST_AUDITS = 8
# So far below chance is worth talking about; less is often luck (see above).
NOTABLE_GAP = Fraction(10, 100)
# So many steps on average, above or below the others, stand out.
NOTABLE_LEAN = Fraction(1, 4)

# How often an officer gave each rating.
Counts = Mapping[str, int]


@dataclass(frozen=True)
class CriterionRatings:
    """A criterion with the ratings that each officer, by id, gave it."""

    code: str
    title: str
    by_officer: Mapping[int, Counts]


@dataclass(frozen=True)
class CriterionAgreement:
    """How alike officers rated one criterion; the two figures are shares from 0 to 1, or both None."""

    code: str
    title: str
    officers: int
    ratings: int
    agreement: Fraction | None = None
    chance: Fraction | None = None

    @property
    def is_notable(self) -> bool:
        """Whether officers agree clearly less than it would come about by chance."""
        if self.agreement is None or self.chance is None:
            return False
        return self.chance - self.agreement >= NOTABLE_GAP


@dataclass(frozen=True)
class OfficerLean:
    """How far one officer's ratings lie above (or, negative, below) the others' on the same criteria, in steps.

    `audits` counts those with a rating of the officer's own, `ratings` the ratings that could be compared.
    """

    officer: int
    audits: int
    ratings: int
    steps: Fraction | None = None

    @property
    def is_notable(self) -> bool:
        """Whether it stands out enough for a conversation."""
        return self.steps is not None and abs(self.steps) >= NOTABLE_LEAN


def agreement_on(criterion: CriterionRatings) -> CriterionAgreement:
    """The agreement on one criterion, among the officers who rated it at least five times; without figures when there
    are fewer than two of them."""
    counted = {
        officer: counts for officer, counts in criterion.by_officer.items() if sum(counts.values()) >= LEAST_RATINGS
    }
    ratings = sum(sum(counts.values()) for counts in counted.values())
    known = CriterionAgreement(criterion.code, criterion.title, officers=len(counted), ratings=ratings)
    if len(counted) < LEAST_OFFICERS:
        return known
    all_pairs, all_equal = _pairs(_together(counted.values()))
    own = [_pairs(counts) for counts in counted.values()]
    pairs = all_pairs - sum(number for number, _ in own)
    equal = all_equal - sum(number for _, number in own)
    return CriterionAgreement(
        criterion.code,
        criterion.title,
        officers=len(counted),
        ratings=ratings,
        agreement=Fraction(equal, pairs),
        chance=Fraction(all_equal, all_pairs),
    )


def lean_of(officer: int, criteria: Sequence[CriterionRatings], *, audits: int) -> OfficerLean:
    """How far this officer's ratings lie above or below the others', each compared with the others' average on the same
    criterion, where the others rated it at least five times. Without a figure below eight audits."""
    number, above = 0, Fraction(0)
    for criterion in criteria:
        own = criterion.by_officer.get(officer, {})
        others = _together(counts for other, counts in criterion.by_officer.items() if other != officer)
        if sum(others.values()) < LEAST_RATINGS:
            continue
        average = Fraction(_steps(others), sum(others.values()))
        number += sum(own.values())
        above += _steps(own) - average * sum(own.values())
    steps = above / number if number and audits >= LEAST_AUDITS else None
    return OfficerLean(officer=officer, audits=audits, ratings=number, steps=steps)


def why_no_agreement() -> str:
    """In place of the figures of a criterion."""
    return f"Too few ratings: it takes two officers who rated it at least {LEAST_RATINGS} times each."


def why_no_lean(lean: OfficerLean) -> str:
    """In place of an officer's figure."""
    if lean.audits < LEAST_AUDITS:
        return f"Too few audits: figures are given from {LEAST_AUDITS} on."
    return "Too few ratings by others on the same criteria."


def lean_in_words(steps: Fraction) -> str:
    """As people read it: "0.31 of a step higher than the others", "as the others"."""
    hundredths = int(abs(steps) * 100 + Fraction(1, 2))
    if not hundredths:
        return "as the others"
    return f"{hundredths / 100:.2f} of a step {'higher' if steps > 0 else 'lower'} than the others"


def share_in_words(share: Fraction) -> str:
    """A share as a whole percentage, halves up: "62%"."""
    return f"{int(share * 100 + Fraction(1, 2))}%"


def _pairs(counts: Counts) -> tuple[int, int]:
    """How many pairs of different ratings there are, and how many of them are of two equal ones."""
    total = sum(counts.values())
    return total * (total - 1) // 2, sum(number * (number - 1) // 2 for number in counts.values())


def _together(several: Iterable[Counts]) -> dict[str, int]:
    together = dict.fromkeys(STEPS, 0)
    for counts in several:
        for value, number in counts.items():
            together[value] += number
    return together


def _steps(counts: Counts) -> int:
    return sum(STEPS[value] * number for value, number in counts.items())
