"""The decision: which level the agreed ratings reach, why, and what would reach each higher one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction

from audits.rules import FrameworkDefinition, LevelRule, Rating

from .advice import NextStep, advise
from .levels import Level, level_requirements, listed
from .scorecard import Scorecard, SectionScore, percent_words, scorecard
from .shortfall import MOST_NAMED


@dataclass(frozen=True)
class Decision:
    """What follows from agreed ratings by the framework's rules.

    `steps` has the smallest changes to each higher level, the next one first; it is empty at the highest.

    While criteria still need a rating (`missing`, codes in the framework's order) there is no level, no
    overall percentage and no step, and `sections` counts only what is rated so far.
    """

    level: Level | None
    overall: Fraction | None
    sections: tuple[SectionScore, ...]
    reason: str
    steps: tuple[NextStep, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether there is a level at all."""
        return self.level is not None

    @property
    def next_step(self) -> NextStep | None:
        """The step to the next higher level."""
        return self.steps[0] if self.steps else None

    @property
    def next_step_parts(self) -> dict[str, object]:
        """The next step for a page that lists its changes: how it begins, and the changes one by one."""
        return self.next_step.words.as_data() if self.next_step else {}

    def as_data(self) -> dict[str, object]:
        """Everything as plain data, to be stored or printed as JSON; percentages stay exact ("1300/27")."""
        return {
            "award": self.level.label if self.level else None,
            "overall_percent_exact": _exact(self.overall),
            "sections": {
                section.name: {"points": section.points, "maximum": section.maximum} for section in self.sections
            },
            "reason": self.reason,
            "next_step": self.next_step.sentence if self.next_step else None,
            "further_steps": [step.words.as_data() for step in self.steps[1:]],
        }


def _exact(value: Fraction | None) -> str | None:
    return None if value is None else f"{value.numerator}/{value.denominator}"


def decide(*, framework: FrameworkDefinition, ratings: Mapping[str, Rating], priorities: Collection[str]) -> Decision:
    """Work out the award from the agreed ratings (by criterion code) and the codes of the agreed priorities.

    The level is the highest whose tests are all met. "Not discussed" is never treated as red: until every
    criterion has a rating, or is not applicable where that is allowed, there is no level. Raises ValueError,
    with a sentence, for codes or ratings that do not belong to the framework.
    """
    card = scorecard(framework, ratings, priorities)
    if card.missing:
        return Decision(
            level=None, overall=None, sections=card.sections, reason=_reason_incomplete(card), missing=card.missing
        )
    rules = framework.scoring.levels
    reached = _levels_reached(card)
    level = Level(rules[reached - 1].level) if reached else Level.WORKING_TOWARDS
    if reached == len(rules):
        return Decision(
            level=level, overall=card.overall, sections=card.sections, reason=_reason_highest(card, rules[-1])
        )
    return Decision(
        level=level,
        overall=card.overall,
        sections=card.sections,
        reason=_reason(card, level, rules[reached]),
        steps=tuple(advise(card, rule) for rule in rules[reached:]),
    )


def decide_level(
    *, framework: FrameworkDefinition, ratings: Mapping[str, Rating], priorities: Collection[str]
) -> Level | None:
    """Only the level that `decide` works out, without looking for any step: for hundreds of audits at once."""
    card = scorecard(framework, ratings, priorities)
    if card.missing:
        return None
    reached = _levels_reached(card)
    return Level(framework.scoring.levels[reached - 1].level) if reached else Level.WORKING_TOWARDS


@dataclass(frozen=True)
class LevelRange:
    """Between which levels an award will be, whatever the criteria without a rating turn out to be."""

    lowest: Level
    highest: Level

    @property
    def is_settled(self) -> bool:
        """Whether there is only one level left."""
        return self.lowest == self.highest


def decide_range(
    *, framework: FrameworkDefinition, ratings: Mapping[str, Rating], priorities: Collection[str]
) -> LevelRange:
    """The levels if every criterion that still needs a rating were red, and if every one were green.

    It only looks ahead: "not discussed" is not treated as red by any award. A better rating never lowers a level, so
    every other rating of them gives a level between the two. Raises ValueError as `decide` does.
    """
    missing = scorecard(framework, ratings, priorities).missing

    def level_if(rating: Rating) -> Level:
        complete = {**ratings, **dict.fromkeys(missing, rating)}
        level = decide_level(framework=framework, ratings=complete, priorities=priorities)
        # Every criterion has a rating now, so there is a level.
        assert level is not None
        return level

    return LevelRange(lowest=level_if(Rating.RED), highest=level_if(Rating.GREEN))


def _levels_reached(card: Scorecard) -> int:
    """How many levels are reached, counted from the lowest."""
    # Each level asks at least as much as the one below (a framework is refused otherwise), so the first that
    # is not reached is also the next one to aim for.
    rules = card.framework.scoring.levels
    return next((number for number, rule in enumerate(rules) if card.unmet(rule)), len(rules))


def _reason_incomplete(card: Scorecard) -> str:
    number = len(card.missing)
    which = f" ({listed(card.missing)})" if number <= MOST_NAMED else ""
    if number == 1:
        return f"No award yet: 1 criterion still needs an agreed rating{which}."
    return f"No award yet: {number} criteria still need an agreed rating{which}."


def _reason(card: Scorecard, level: Level, target: LevelRule) -> str:
    overall = percent_words(card.overall, short_of=target.overall)
    unmet = listed(card.unmet(target), separator="; ")
    return f"{level.label}, with {overall} overall: for {Level(target.level).label}, {unmet}."


def _reason_highest(card: Scorecard, rule: LevelRule) -> str:
    # The first requirement is the overall percentage, which the sentence gives as it is.
    others = level_requirements(rule)[1:]
    return f"{Level(rule.level).label}, with {listed([f'{percent_words(card.overall)} overall', *others])}."
