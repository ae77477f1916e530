"""Schools and award rules of every kind for the property tests, and the rules once more, as plainly as can be.

Nothing here uses the rule engine but for the names of its parts: what it says is held against trying everything.
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from audits.rules import FrameworkDefinition, LevelRule, Rating, parse_framework
from audits.tests.framework_builder import framework_data, shipped
from awards.rules import MOST_PRIORITIES, Change, Choice, NextStep

SHIPPED = {name: shipped(name) for name in ("primary", "secondary")}
RED, AMBER, GREEN, NOT_APPLICABLE = Rating.RED, Rating.AMBER, Rating.GREEN, Rating.NOT_APPLICABLE
POINTS = {RED: 0, AMBER: 1, GREEN: 2}

# One change: the code, its rating afterwards, and whether it becomes a priority.
Move = tuple[str, Rating, bool]
Moves = frozenset[Move]
Size = tuple[int, int]

framework_names = st.sampled_from(list(SHIPPED))


@dataclass(frozen=True)
class Situation:
    """Complete ratings and the agreed priorities of one school."""

    ratings: Mapping[str, Rating]
    priorities: frozenset[str]

    def after(self, moves: Moves) -> "Situation":
        """The same school when these changes are made."""
        changed = {code: rating for code, rating, _ in moves}
        return Situation({**self.ratings, **changed}, self.priorities | {code for code, _, is_new in moves if is_new})

    def possible(self, code: str) -> list[Move]:
        """Every single change of one criterion."""
        if self.ratings[code] == AMBER:
            return [(code, GREEN, False)]
        if self.ratings[code] != RED:
            return []
        new = [] if code in self.priorities else [(code, RED, True)]
        return [(code, AMBER, False), (code, GREEN, False), *new]

    def size(self, moves: Moves) -> Size:
        """Criteria changed, then steps."""
        steps = sum(POINTS[after] - POINTS[self.ratings[code]] for code, after, is_new in moves if not is_new)
        return len(moves), steps

    def all_moves(self, *, most: int | None = None) -> Iterator[Moves]:
        """Every possible set of changes, with up to so many criteria; never more than three priorities by a new one."""
        choices = {code: moves for code in self.ratings if (moves := self.possible(code))}
        for number in range(min(len(choices), len(choices) if most is None else most) + 1):
            for codes in itertools.combinations(choices, number):
                for moves in itertools.product(*(choices[code] for code in codes)):
                    new = sum(is_new for _, _, is_new in moves)
                    if not new or new + len(self.priorities) <= MOST_PRIORITIES:
                        yield frozenset(moves)


@st.composite
def situations(draw: st.DrawFn, framework: FrameworkDefinition) -> Situation:
    """Complete ratings and up to three priorities, for schools from weak to strong."""
    usual = draw(
        st.sampled_from([(RED, AMBER, GREEN), (AMBER, GREEN), (RED, RED, AMBER), (AMBER, GREEN, GREEN, GREEN)])
    )
    ratings = {
        criterion.code: draw(st.sampled_from((*usual, NOT_APPLICABLE) if criterion.allow_not_applicable else usual))
        for criterion in framework.criteria
    }
    for code in draw(st.lists(st.sampled_from(list(ratings)), max_size=3)):
        ratings[code] = RED
    priorities = draw(st.frozensets(st.sampled_from(list(ratings)), max_size=MOST_PRIORITIES))
    return Situation(ratings, priorities)


@st.composite
def better(draw: st.DrawFn, situation: Situation) -> Situation:
    """The same school with some ratings better, and none worse."""
    higher = {
        code: [after for _, after, is_new in situation.possible(code) if not is_new] for code in situation.ratings
    }
    can = sorted(code for code in higher if higher[code])
    chosen = draw(st.lists(st.sampled_from(can), min_size=1, max_size=4, unique=True)) if can else []
    return situation.after(frozenset((code, draw(st.sampled_from(higher[code])), False) for code in chosen))


@st.composite
def small_frameworks(draw: st.DrawFn) -> FrameworkDefinition:
    """One to three sections, at most five criteria, and any award rules that a framework may have."""
    sizes = draw(st.sampled_from([(1,), (5,), (2, 1), (1, 4), (3, 2), (2, 2), (1, 1, 1), (2, 1, 2), (3, 1, 1)]))
    essentials = st.sampled_from(["bronze", "silver", "gold", "none"])
    sections = [draw(st.lists(essentials, min_size=size, max_size=size)) for size in sizes]
    may_not_apply = [
        f"{letter}-{number}" for letter, size in zip("ABC", sizes, strict=False) for number in range(2, size + 1)
    ]
    return parse_framework(framework_data(sections, rule=draw(award_rules()), may_not_apply=may_not_apply))


@st.composite
def pointed(draw: st.DrawFn) -> tuple[FrameworkDefinition, Situation]:
    """A framework where only points decide, with sections whose points are worth different amounts, and a school with
    many ambers: where advice needs choices over several sections, and limits to them."""
    sizes = draw(st.sampled_from([(2, 3, 4), (3, 3, 3), (2, 2, 5), (3, 3, 2), (1, 2, 4), (4, 5)]))
    overall = sorted(draw(st.lists(st.integers(50, 100), min_size=3, max_size=3, unique=True)))
    section = sorted(draw(st.lists(st.sampled_from([0, 60, 67, 75]), min_size=3, max_size=3)))
    rule = {
        level: {"overall": least, "section": least_of_section}
        for level, least, least_of_section in zip(("bronze", "silver", "gold"), overall, section, strict=True)
    }
    framework = parse_framework(framework_data([["none"] * size for size in sizes], rule=rule))
    ratings = {one.code: draw(st.sampled_from((AMBER, AMBER, AMBER, GREEN))) for one in framework.criteria}
    ratings |= draw(st.sampled_from([{}, {}, {"A-1": RED}, {"B-1": RED, "B-2": RED}]))
    return framework, Situation(ratings, frozenset())


@st.composite
def award_rules(draw: st.DrawFn) -> dict[str, Any]:
    """Rules that only grow stricter from level to level."""
    percents = st.integers(0, 100)
    overall = sorted(draw(st.lists(percents, min_size=3, max_size=3, unique=True)))
    section = sorted(draw(st.lists(st.sampled_from([0, 0, 50]) | percents, min_size=3, max_size=3)))
    rules: dict[str, Any] = {}
    limits: dict[str, int | None] = dict.fromkeys(("bronze", "silver", "gold"))
    priorities: set[str] = set()
    greens: set[str] = set()
    for level, least, least_of_section in zip(limits.copy(), overall, section, strict=True):
        for essential, limit in limits.items():
            limits[essential] = draw(
                st.sampled_from(
                    [number for number in (None, 2, 1, 0) if limit is None or (number is not None and number <= limit)]
                )
            )
        priorities |= draw(st.sets(st.sampled_from(list(limits)), max_size=2))
        greens |= draw(st.sets(st.sampled_from(list(limits)), max_size=1)) if draw(st.booleans()) else set()
        rules[level] = {
            "overall": least,
            "section": least_of_section,
            "max_red": {essential: limit for essential, limit in limits.items() if limit is not None},
            "red_must_be_priority": sorted(priorities),
            "must_be_green": sorted(greens),
        }
    return rules


def is_reached(rule: LevelRule, framework: FrameworkDefinition, situation: Situation) -> bool:
    """The rule once more, written down as plainly as can be."""
    ratings = situation.ratings
    percents = []
    for section in framework.sections:
        points = [POINTS[ratings[one.code]] for one in section.criteria if ratings[one.code] in POINTS]
        percents.append(Fraction(sum(points), 2 * len(points)) * 100)
    if sum(percents) / len(percents) < rule.overall or min(percents) < (rule.section or 0):
        return False
    for asked in rule.essentials:
        mine = [one.code for one in framework.criteria if one.essential == asked.essential]
        reds = [code for code in mine if ratings[code] == RED]
        if asked.must_be_green and any(ratings[code] in (RED, AMBER) for code in mine):
            return False
        if asked.max_red is not None and len(reds) > asked.max_red:
            return False
        if asked.red_must_be_priority and not set(reds) <= situation.priorities:
            return False
    return True


def smallest_sets(
    rule: LevelRule, framework: FrameworkDefinition, situation: Situation, *, most: int | None = None
) -> tuple[Size, set[Moves]]:
    """By trying every set of changes: the smallest size that reaches the level, and all sets of that size."""
    found: dict[Size, set[Moves]] = {}
    for moves in situation.all_moves(most=most):
        size = situation.size(moves)
        if size <= min(found, default=size) and is_reached(rule, framework, situation.after(moves)):
            found.setdefault(size, set()).add(moves)
    smallest = min(found)
    return smallest, found[smallest]


def moves_of(changes: tuple[Change, ...]) -> Moves:
    """The engine's changes in plain form."""
    return frozenset((change.code, change.after, change.becomes_priority) for change in changes)


def sets_said(step: NextStep) -> set[Moves]:
    """Every set of changes that the advice allows."""
    if not step.choices:
        return {moves_of(step.changes)}
    fixed = moves_of(step.fixed)
    return {
        fixed.union(*chosen)
        for chosen in itertools.product(*(list(_sets_of_choice(choice)) for choice in step.choices))
    }


def _sets_of_choice(choice: Choice) -> Iterator[Moves]:
    section_of = {change.code: section for section, changes in choice.options for change in changes}
    for taken in itertools.combinations(choice.changes, choice.take):
        sections = [section_of[change.code] for change in taken]
        if all(
            (limit.at_least or 0) <= sections.count(limit.section)
            and (limit.at_most is None or sections.count(limit.section) <= limit.at_most)
            for limit in choice.limits
        ):
            left = [change.code for change in choice.changes if change not in taken] if choice.otherwise else []
            yield moves_of(taken).union((code, choice.otherwise or RED, False) for code in left)
