"""The advice towards a higher level, in words that a head teacher reads."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from audits.rules import LevelRule

from .alternatives import MOST_OTHERS, Choice, Limit, alternatives
from .levels import Level, listed, number_words
from .next_step import Change, Size, smallest_changes
from .scorecard import Scorecard
from .shortfall import quoted

# Of every amber, say, one may choose: up to so many are named.
MOST_OPTIONS_NAMED = 6


@dataclass(frozen=True)
class StepWords:
    """One level's advice in words, as it is stored: how it begins, then its parts one by one, and the whole.

    There are no parts where the beginning says it all: "Silver needs any six of the 28 ambers to become green".
    `others` is a sentence about sets of changes that are as small and are not spelt out; empty when there are none.
    """

    level: Level
    lead: str
    changes: tuple[str, ...]
    others: str
    sentence: str

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "StepWords":
        """As `as_data` gave it."""
        return cls(**{**data, "level": Level(data["level"]), "changes": tuple(data["changes"])})

    def as_data(self) -> dict[str, object]:
        """As plain data, for JSON."""
        return asdict(self) | {"level": self.level.value, "changes": list(self.changes)}

    @property
    def parts(self) -> tuple[str, ...]:
        """The changes for a list after the beginning, where they are several; else `sentence` says it all."""
        return self.changes if len(self.changes) > 1 else ()


@dataclass(frozen=True)
class NextStep:
    """A higher level and the smallest set of changes that reaches it, in the framework's order.

    Where several sets are as small, `changes` is the first of them. If `choices` are given, then `fixed` together
    with them allow exactly the smallest sets. `others` is how many sets there are beside the first, None for more
    than MOST_OTHERS.
    """

    level: Level
    changes: tuple[Change, ...]
    fixed: tuple[Change, ...] = ()
    choices: tuple[Choice, ...] = ()
    others: int | None = 0

    @property
    def size(self) -> Size:
        """Criteria to change, then rating steps in all: what "smallest" compares."""
        return len(self.changes), sum(change.steps for change in self.changes)

    @property
    def is_example(self) -> bool:
        """Whether other sets are as small and the words do not say which."""
        return self.others != 0 and not self.choices

    @cached_property
    def words(self) -> StepWords:
        """The advice in words."""
        if len(self.choices) == 1 and not self.fixed:
            return self._words_of_choice(self.choices[0])
        lead = f"{self.level.label} needs {_counted(len(self.changes))}"
        if self.choices:
            folded = [_choice_with_options(choice) for choice in self.choices]
            moves = (*(change.words for change in self.fixed), *folded)
        else:
            moves = tuple(change.words for change in self.changes)
            lead = f"{lead}, for example" if self.is_example else lead
        others = _others_sentence(self.others) if self.is_example else ""
        sentence = f"{lead}: {listed(moves, separator='; ')}. {others}".rstrip()
        return StepWords(self.level, lead, moves, others, sentence)

    def _words_of_choice(self, choice: Choice) -> StepWords:
        """Where one choice is all the advice: "Silver needs one of these two ambers to become green"."""
        lead = f"{self.level.label} needs {_choice_words(choice)}"
        if _is_short(choice):
            return StepWords(self.level, lead, (), "", f"{lead}.")
        return StepWords(self.level, lead, _options(choice), "", f"{lead}: {_listed_options(choice)}.")

    @property
    def sentence(self) -> str:
        """The advice in one sentence, two where other changes would do as well."""
        return self.words.sentence


def advise(card: Scorecard, rule: LevelRule) -> NextStep:
    """The smallest step from these complete ratings to a level they do not reach."""
    level, changes = Level(rule.level), smallest_changes(card, rule)
    first = NextStep(level, changes)
    ways = alternatives(card, rule, first.size)
    if ways.is_exact and ways.choices:
        return NextStep(level, changes, ways.fixed, ways.choices, ways.others)
    return NextStep(level, changes, others=ways.others)


def _others_sentence(others: int | None) -> str:
    if others is None:
        return f"More than {MOST_OTHERS} other sets of changes would be as small."
    if others == 1:
        return "One other set of changes would be as small."
    return f"{number_words(others).capitalize()} other sets of changes would be as small."


def _counted(number: int) -> str:
    return f"{number_words(number)} change{'s' if number > 1 else ''}"


def _is_alike(choice: Choice) -> bool:
    """Whether all its changes are the same move, so that it need not be said of each."""
    return len({(change.before, change.after, change.becomes_priority) for change in choice.changes}) == 1


def _is_short(choice: Choice) -> bool:
    """Whether "the 28 ambers" says which, and the titles would only be a long list."""
    is_plain = _is_alike(choice) or all(change.steps == 1 for change in choice.changes)
    return choice.is_every and is_plain and len(choice.changes) > MOST_OPTIONS_NAMED


def _choice_words(choice: Choice) -> str:
    """The choice without its options: "one of these two ambers to become green"."""
    take, number = number_words(choice.take), number_words(len(choice.changes))
    first, limits = choice.changes[0], _limit_words(choice.limits)
    which = f"any {take} of the {'other ' if choice.is_rest else ''}{number}"
    if not _is_alike(choice):
        one_step = f"{which} reds and ambers to go up one step"
        return f"{one_step if _is_short(choice) else f'{take} of these {number} changes'}{limits}"
    which = which if _is_short(choice) else f"{take} of these {number}"
    return f"{which} {first.before}s {_becoming(choice, first)}{limits}{_otherwise_words(choice)}"


def _becoming(choice: Choice, change: Change) -> str:
    if not change.becomes_priority:
        return f"to become {change.after}"
    if choice.take == 1:
        return "agreed as a priority (it may stay red for now)"
    return "agreed as priorities (they may stay red for now)"


def _otherwise_words(choice: Choice) -> str:
    if choice.otherwise is None:
        return ""
    rest = "the other" if len(choice.changes) - choice.take == 1 else "the others"
    return f", and {rest} to become {choice.otherwise}"


def _limit_words(limits: Sequence[Limit]) -> str:
    clauses = []
    for limit in limits:
        bounds = []
        if limit.at_least is not None:
            bounds.append(f"at least {number_words(limit.at_least)}")
        if limit.at_most is not None:
            bounds.append(f"no more than {number_words(limit.at_most)}")
        clauses.append(f"{listed(bounds)} of them in {limit.section}")
    return f", {listed(clauses)}" if clauses else ""


def _options(choice: Choice) -> tuple[str, ...]:
    """What there is to choose from, one by one; by section where a limit speaks of sections."""
    if choice.limits:
        return tuple(f"{section}: {_listed(choice, changes, 'and')}" for section, changes in choice.options)
    return tuple(_option(choice, change) for change in choice.changes)


def _choice_with_options(choice: Choice) -> str:
    words = _choice_words(choice)
    return words if _is_short(choice) else f"{words}: {_listed_options(choice)}"


def _listed_options(choice: Choice) -> str:
    if choice.limits:
        parts = [f"{_listed(choice, changes, 'and')} ({section})" for section, changes in choice.options]
        return listed(parts, separator=", ")
    return _listed(choice, choice.changes, "or" if choice.take == 1 else "and")


def _listed(choice: Choice, changes: Sequence[Change], last: str) -> str:
    options = [_option(choice, change) for change in changes]
    return listed(options, last=f" {last}") if _is_alike(choice) else listed(options, separator="; ", last=f"; {last}")


def _option(choice: Choice, change: Change) -> str:
    return quoted(change.title) if _is_alike(choice) else change.words
