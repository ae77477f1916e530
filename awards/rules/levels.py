"""The four levels, and in words what each asks."""

from collections.abc import Sequence
from enum import StrEnum

from audits.rules import EssentialRule, LevelRule

SMALL_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


class Level(StrEnum):
    """An award level. Levels compare by rank, also with their plain values as read from the database."""

    WORKING_TOWARDS = "working_towards"
    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"

    @property
    def label(self) -> str:
        """As people read it."""
        return "Working towards Bronze" if self is Level.WORKING_TOWARDS else self.value.capitalize()

    @property
    def rank(self) -> int:
        """0 for working towards Bronze, 3 for Gold."""
        return list(Level).index(self)

    # As text "silver" would come after "gold", so each comparison has to be told.
    def __lt__(self, other: str) -> bool:
        return self.rank < Level(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank <= Level(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank > Level(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank >= Level(other).rank


def level_requirements(rule: LevelRule) -> tuple[str, ...]:
    """All that a level asks, a phrase each: "at least 60% overall", "no red Bronze essential"."""
    essentials = (essential_words(essential) for essential in rule.essentials)
    return tuple(words for words in (overall_words(rule), section_words(rule), *essentials) if words)


def overall_words(rule: LevelRule) -> str:
    """What the level asks of the average of the sections."""
    return f"at least {rule.overall}% overall"


def section_words(rule: LevelRule) -> str:
    """What the level asks of each section; empty when it asks nothing."""
    return f"at least {rule.section}% in every section" if rule.section else ""


def essential_words(rule: EssentialRule) -> str:
    """What the level asks of the criteria essential for one level; empty when it asks nothing."""
    name = f"{rule.essential.label} essential"
    if rule.must_be_green:
        return f"every {name} green"
    if rule.max_red is None:
        return f"every red {name} agreed as a priority" if rule.red_must_be_priority else ""
    if rule.max_red == 0:
        return f"no red {name}"
    words = f"at most {number_words(rule.max_red)} red {name}{'s' if rule.max_red > 1 else ''}"
    if not rule.red_must_be_priority:
        return words
    return f"{words}, {'agreed as a priority' if rule.max_red == 1 else 'each agreed as a priority'}"


def number_words(number: int) -> str:
    """Small numbers as words, as in running text."""
    return SMALL_NUMBERS[number] if number < len(SMALL_NUMBERS) else str(number)


def listed(parts: Sequence[str], *, separator: str = ", ", last: str = "") -> str:
    """One, "a and b", or "a, b and c". Parts with commas of their own take semicolons: "a; b; and c".

    `last` is what stands before the last one, " or" for instance.
    """
    if len(parts) < 2:
        return "".join(parts)
    last = last or ("; and" if separator.strip() == ";" else " and")
    return f"{separator.join(parts[:-1])}{last} {parts[-1]}"
