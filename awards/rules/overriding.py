"""Another level than the rules give, agreed by two officers: what is said of it, and what comes next from there."""

from collections.abc import Collection, Mapping

from audits.rules import FrameworkDefinition, LevelRule, Rating

from .advice import NextStep, advise
from .decision import Decision
from .levels import Level
from .scorecard import percent_words, scorecard

# Fewer words than this give a reason that nobody could follow, or none.
LEAST_WORDS = 5


def is_full_sentence(text: str) -> bool:
    """Whether a reason says enough to be read by the school it is about: at least five words."""
    return len(text.split()) >= LEAST_WORDS


def reason_of_two_officers(*, level: Level, decision: Decision, framework: FrameworkDefinition) -> str:
    """Why this level, in one sentence of the portal's own: what two officers agreed, and what the rules alone give.

    `decision` is a complete one, by the rules. The officers' own words stand beside it and are not part of it.
    """
    if decision.level is None or decision.overall is None:
        raise ValueError(decision.reason)
    missed = _next_rule(framework, above=decision.level)
    overall = percent_words(decision.overall, short_of=missed.overall if missed else None)
    return (
        f"{level.label}, agreed by two officers of the hub; by the rules alone it would be {decision.level.label}, "
        f"with {overall} overall."
    )


def step_from(
    *, level: Level, framework: FrameworkDefinition, ratings: Mapping[str, Rating], priorities: Collection[str]
) -> NextStep | None:
    """The smallest change of the ratings that reaches the next level above the one awarded.

    None above the highest level, and where the ratings reach that level already: officers who agreed a lower one
    have said what is missing.
    """
    target = _next_rule(framework, above=level)
    if target is None:
        return None
    card = scorecard(framework, ratings, priorities)
    return advise(card, target) if card.unmet(target) else None


def _next_rule(framework: FrameworkDefinition, *, above: Level) -> LevelRule | None:
    return next((rule for rule in framework.scoring.levels if Level(rule.level) > above), None)
