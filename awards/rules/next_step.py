"""The smallest change that would reach a higher level.

A *change* is one criterion rated better (by one or two steps: red, amber, green), or one red criterion that
becomes an agreed priority and stays red for now. A set of changes is *smaller* than another when it changes
fewer criteria; with as many criteria, when it takes fewer rating steps in all (a new priority takes none).
Between sets of the same size the framework's order decides: earlier sections, then earlier criteria. The same
ratings always get the same advice.

A school has three priorities, so a new one is only ever suggested while fewer than three are agreed. A
priority once agreed is never suggested away.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from audits.rules import CriterionDefinition, Essential, LevelRule, Rating, SectionDefinition

from .scorecard import MOST_POINTS, POINTS, Scorecard
from .shortfall import quoted

MOST_PRIORITIES = 3
BY_POINTS = {points: rating for rating, points in POINTS.items()}
# Criteria to change, then rating steps in all: what "smallest" compares.
Size = tuple[int, int]


@dataclass(frozen=True)
class Change:
    """One criterion to move: its rating now and then. A new priority keeps its rating."""

    code: str
    title: str
    before: Rating
    after: Rating
    becomes_priority: bool = False

    @property
    def steps(self) -> int:
        """How many rating steps it takes: 0 for a new priority, 2 from red to green."""
        return POINTS[self.after] - POINTS[self.before]

    @property
    def words(self) -> str:
        """As people read it: “Singing” from red to amber."""
        if self.becomes_priority:
            return f"{quoted(self.title)} agreed as a priority (it may stay red for now)"
        return f"{quoted(self.title)} from {self.before} to {self.after}"


# How the smallest set is found, and why it is the smallest
# ---------------------------------------------------------
# 1. What must change. The rules for essentials fix, for each criterion, the least it must gain: an amber that
#    must be green one step; a red that may not stay red one or two. Where some reds of a kind may stay, we try
#    every way to choose them. Two reds of the same section and the same essential level, alike also in
#    whether they would first have to become priorities, can be exchanged in any set without changing its size
#    or what it reaches, so only the *number* taken from each such group matters: a handful of ways.
# 2. The points still lacking. After that only points count, and within a section all points are worth the
#    same. So the most that `n` further criteria can add there comes from reds first (two points each), then
#    ambers (one each), on top of taking what must change anyway up to green: `_Section.most_points(n)`.
#    We count the further criteria up from none, trying every spread over the sections; the first number with
#    a spread that can reach the level is the fewest, because every smaller number has been tried.
# 3. The fewest steps for a spread. Every step is one point. Each section first gets the points that it needs
#    itself. What the overall percentage then still lacks is filled where a point is worth most (the section
#    with the smallest maximum): exchanging any point for one that is worth less can only lengthen the sum.
# The tests compare all this with trying every possible set of changes.


@dataclass(frozen=True)
class _Room:
    """How far one criterion may move towards the level: from `least` to `most` steps."""

    criterion: CriterionDefinition
    rating: Rating
    least: int
    most: int
    must_change: bool


@dataclass(frozen=True)
class _Section:
    """One section's part in the search, in points. `worth` weighs its points for the overall percentage."""

    rooms: tuple[_Room, ...]
    points: int
    needed: int
    worth: int

    @cached_property
    def required(self) -> tuple[_Room, ...]:
        """Those that must change, one way or another."""
        return tuple(room for room in self.rooms if room.must_change)

    @cached_property
    def further_reds(self) -> tuple[_Room, ...]:
        """Those that may change and can gain two points."""
        return tuple(room for room in self.rooms if not room.must_change and room.most == MOST_POINTS)

    @cached_property
    def further_size(self) -> int:
        """How many may change beside those that must."""
        return len(self.rooms) - len(self.required)

    @cached_property
    def required_least(self) -> int:
        """Points when what must change gains as little as it may."""
        return self.points + sum(room.least for room in self.required)

    @cached_property
    def required_most(self) -> int:
        """Points when what must change gains as much as it can."""
        return self.points + sum(room.most for room in self.required)

    def least_points(self, further: int) -> int:
        """With so many further criteria changed, each by a step at least, and no less than the section needs."""
        return max(self.needed, self.required_least + further)

    def most_points(self, further: int) -> int:
        """With so many further criteria changed, reds first, and everything changed taken up to green."""
        return self.required_most + further + min(further, len(self.further_reds))


@dataclass(frozen=True)
class _Plan:
    """One way to reach the level: for each section the further criteria to change and the points to have."""

    sections: tuple[_Section, ...]
    spread: tuple[int, ...]
    points: tuple[int, ...]

    @cached_property
    def size(self) -> Size:
        """What it takes."""
        criteria = sum(self.spread) + sum(len(section.required) for section in self.sections)
        steps = sum(self.points) - sum(section.points for section in self.sections)
        return criteria, steps


def smallest_changes(card: Scorecard, rule: LevelRule) -> tuple[Change, ...]:
    """The smallest set of changes with which these complete ratings meet the level's rule."""
    # The overall percentage is the average of points / maximum. Weighing each point by common / maximum keeps
    # to whole numbers, so nothing is ever rounded.
    common = math.lcm(*(score.maximum for score in card.sections))
    needed = _divide_up(rule.overall * len(card.sections) * common, 100)
    best: _Plan | None = None
    for spared in _ways_to_spare(card, rule):
        sections = _sections(card, rule, spared, common)
        plan = _smallest_plan(sections, needed, most_criteria=best.size[0] if best else None)
        if plan and (best is None or plan.size < best.size):
            best = plan
    # With every criterion green every level is reached, so there always is a plan.
    assert best is not None
    return tuple(
        change
        for section, further, points in zip(best.sections, best.spread, best.points, strict=True)
        for change in _changes(section, further, points)
    )


def _divide_up(number: int, by: int) -> int:
    return -(-number // by)


def _ways_to_spare(card: Scorecard, rule: LevelRule) -> Iterator[frozenset[str]]:
    """Each choice of reds that the rules would not leave as they are, but allow some of to stay red.

    Reds without any limit that need no priority are not spared but free: they are not in these sets.
    """
    groups: dict[tuple[str, Essential, bool], list[str]] = defaultdict(list)
    for section in card.framework.sections:
        for criterion in section.criteria:
            asked = rule.for_essential(criterion.essential)
            needs_priority = asked.red_must_be_priority and criterion.code not in card.priorities
            is_limited = asked.max_red is not None or needs_priority
            if card.ratings[criterion.code] == Rating.RED and is_limited and not asked.must_be_green:
                groups[section.code, criterion.essential, needs_priority].append(criterion.code)
    new_priorities = max(0, MOST_PRIORITIES - len(card.priorities))
    limits = {asked.essential: asked.max_red for asked in rule.essentials if asked.max_red is not None}
    most = [
        min(len(codes), limits.get(essential, len(codes)), new_priorities if needs_priority else len(codes))
        for (_, essential, needs_priority), codes in groups.items()
    ]
    for numbers in product(*(range(number, -1, -1) for number in most)):
        taken = list(zip(groups.items(), numbers, strict=True))
        is_within_limits = all(
            sum(number for ((_, of, _), _), number in taken if of == essential) <= limit
            for essential, limit in limits.items()
        )
        if is_within_limits and sum(number for ((_, _, new), _), number in taken if new) <= new_priorities:
            # Of those that may simply stay as they are the last ones do: earlier criteria are advised first.
            yield frozenset(
                code
                for ((_, _, new), codes), number in taken
                for code in (codes[:number] if new else codes[len(codes) - number :])
            )


def _sections(card: Scorecard, rule: LevelRule, spared: frozenset[str], common: int) -> tuple[_Section, ...]:
    return tuple(
        _Section(
            rooms=tuple(room for room in _rooms(card, rule, section, spared) if room.most),
            points=score.points,
            needed=_divide_up((rule.section or 0) * score.maximum, 100),
            worth=common // score.maximum,
        )
        for section, score in zip(card.framework.sections, card.sections, strict=True)
    )


def _rooms(card: Scorecard, rule: LevelRule, section: SectionDefinition, spared: frozenset[str]) -> Iterator[_Room]:
    for criterion in section.criteria:
        rating = card.ratings[criterion.code]
        if rating not in POINTS:
            continue
        asked = rule.for_essential(criterion.essential)
        most = MOST_POINTS - POINTS[rating]
        needs_priority = asked.red_must_be_priority and criterion.code not in card.priorities
        if asked.must_be_green:
            yield _Room(criterion, rating, least=most, most=most, must_change=True)
        elif rating != Rating.RED or (asked.max_red is None and not needs_priority):
            yield _Room(criterion, rating, least=0, most=most, must_change=False)
        elif criterion.code in spared:
            yield _Room(criterion, rating, least=0, most=most, must_change=needs_priority)
        else:
            yield _Room(criterion, rating, least=1, most=most, must_change=True)


def _smallest_plan(sections: tuple[_Section, ...], needed: int, *, most_criteria: int | None) -> _Plan | None:
    """The smallest plan for these sections, or None when it would change more criteria than `most_criteria`.

    `needed` is what all sections' weighed points together must come to.
    """
    sizes = [section.further_size for section in sections]
    required = sum(len(section.required) for section in sections)
    for further in range(sum(sizes) + 1):
        if most_criteria is not None and required + further > most_criteria:
            return None
        plans = [plan for spread in _spreads(further, sizes) if (plan := _fewest_steps(sections, spread, needed))]
        if plans:
            return min(plans, key=lambda plan: plan.size)
    return None


def _spreads(number: int, sizes: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Each way to take so many from groups of these sizes; those that take most from earlier groups first."""
    if not sizes:
        if number == 0:
            yield ()
        return
    fewest = max(0, number - sum(sizes[1:]))
    for first in range(min(number, sizes[0]), fewest - 1, -1):
        for rest in _spreads(number - first, sizes[1:]):
            yield (first, *rest)


def _fewest_steps(sections: tuple[_Section, ...], spread: tuple[int, ...], needed: int) -> _Plan | None:
    """The plan for this spread with the fewest steps, or None when the spread cannot reach the level."""
    pairs = list(zip(sections, spread, strict=True))
    points = [section.least_points(further) for section, further in pairs]
    most = [section.most_points(further) for section, further in pairs]
    if any(least > highest for least, highest in zip(points, most, strict=True)):
        return None
    lacking = needed - sum(section.worth * has for section, has in zip(sections, points, strict=True))
    for index in sorted(range(len(sections)), key=lambda index: -sections[index].worth):
        more = min(most[index] - points[index], max(0, _divide_up(lacking, sections[index].worth)))
        points[index] += more
        lacking -= more * sections[index].worth
    return _Plan(sections, spread, tuple(points)) if lacking <= 0 else None


def _changes(section: _Section, further: int, points: int) -> Iterator[Change]:
    """The plan for one section, criterion by criterion in the framework's order."""
    # As many reds as it takes to get the points, and otherwise whatever comes first.
    reds = section.further_reds[: max(0, points - section.required_most - further)]
    others = [room for room in section.rooms if not room.must_change and room not in reds]
    chosen = [*section.required, *reds, *others[: further - len(reds)]]
    spare_steps = points - section.required_least - further
    for room in section.rooms:
        if room not in chosen:
            continue
        least = room.least if room.must_change else 1
        extra = min(spare_steps, room.most - least)
        spare_steps -= extra
        yield Change(
            code=room.criterion.code,
            title=room.criterion.title,
            before=room.rating,
            after=BY_POINTS[POINTS[room.rating] + least + extra],
            becomes_priority=least + extra == 0,
        )
