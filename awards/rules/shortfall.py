"""What keeps ratings from a level, in words that a head teacher reads: criteria by their titles, no codes."""

from collections.abc import Sequence

from audits.rules import CriterionDefinition, EssentialRule, LevelRule

from .levels import listed, number_words

# A sentence names up to this many criteria; of more it says only how many.
MOST_NAMED = 3


def overall_short(rule: LevelRule) -> str:
    """The overall percentage itself begins the sentence, so it is not said again."""
    return f"the overall percentage must be {rule.overall}% or more"


def sections_short(rule: LevelRule, low: Sequence[tuple[str, str]]) -> str:
    """`low` has the name and the percentage in words of each section that falls short."""
    return f"every section must have {rule.section}% or more, but {listed([f'{name} has {has}' for name, has in low])}"


def not_green(rule: EssentialRule, criteria: Sequence[CriterionDefinition]) -> str:
    """These essentials are amber or red, and may not be."""
    return f"every {_essential(rule)} must be green, but {_who(criteria)} {_are(criteria)} not"


def too_many_reds(rule: EssentialRule, reds: Sequence[CriterionDefinition]) -> str:
    """More of these essentials are red than may be."""
    if not rule.max_red:
        return f"none of the {_essential(rule)}s may be red, but {_who(reds)} {_are(reds)}"
    names = f" ({_titles(reds)})" if len(reds) <= MOST_NAMED else ""
    return f"{_limit(rule)}, but {number_words(len(reds))} are red{names}"


def reds_without_priority(rule: EssentialRule, reds: Sequence[CriterionDefinition]) -> str:
    """These essentials may be red, but only as agreed priorities, which they are not."""
    what = "is red and is not a priority" if len(reds) == 1 else "are red and are not priorities"
    return f"{_limit(rule)}, but {_who(reds)} {what}"


def quoted(title: str) -> str:
    """A criterion's title among other words: some titles have commas or an "and" of their own."""
    return f"“{title}”"


def _limit(rule: EssentialRule) -> str:
    if rule.max_red is None:
        return f"every {_essential(rule)} that is red must be an agreed priority"
    words = f"only {number_words(rule.max_red)} of the {_essential(rule)}s may be red"
    if not rule.red_must_be_priority:
        return words
    return f"{words}, and {'it' if rule.max_red == 1 else 'each'} must be an agreed priority"


def _essential(rule: EssentialRule) -> str:
    return f"{rule.essential.label} essential"


def _who(criteria: Sequence[CriterionDefinition]) -> str:
    return _titles(criteria) if len(criteria) <= MOST_NAMED else number_words(len(criteria))


def _titles(criteria: Sequence[CriterionDefinition]) -> str:
    return listed([quoted(criterion.title) for criterion in criteria])


def _are(criteria: Sequence[CriterionDefinition]) -> str:
    return "is" if len(criteria) == 1 else "are"
