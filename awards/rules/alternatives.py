"""All smallest sets of changes at once: how many there are, and whether a few words say exactly which.

"Silver needs one of these two ambers to become green" is only said where it is the whole truth: every set of
changes that the words allow reaches the level, and no other set of the same size does. Otherwise one set is given
as an example, with the number of the others.

How it is worked out. Criteria of one section that can do the same (stay, become amber, become green, become a
priority) and count the same can be exchanged, so a *pattern* says only how many of each such kind go which way. We
list the patterns of the smallest size that reach the level; each stands for as many sets as its criteria can be
chosen in. Then we look for words: what happens in all sets is fixed; of kinds that can go two ways, those that
trade places (one more here, one fewer there) are one choice, perhaps with a limit for a section. At last the sets
that the words allow are counted. Every set found is among them, so equal numbers prove that the words are exact.

The work is bounded (`MOST_OPTIONS` for a section, `MOST_PATTERNS` in all): beyond that there is only the example
and "many" others. Measured on the published frameworks, all levels together take a few milliseconds.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

from audits.rules import CriterionDefinition, Essential, LevelRule, Rating

from .next_step import MOST_PRIORITIES, Change, Size
from .scorecard import POINTS, Scorecard

MOST_OPTIONS = 5_000
MOST_PATTERNS = 2_000
# Up to so many other sets are counted; of more the advice says only that there are more.
MOST_OTHERS = 100


@dataclass(frozen=True)
class Limit:
    """How many of a choice may fall into one section; None where the choice itself says no more."""

    section: str
    at_least: int | None
    at_most: int | None


@dataclass(frozen=True)
class Choice:
    """So many (`take`) of these changes, whichever; `options` holds them by section, in the framework's order.

    `otherwise` is what becomes of the others where they may not stay as they are: "and the others to become amber".
    `is_every` says that the options are all criteria with their rating (every red, say) but for those that the
    advice names elsewhere, `is_rest` that it does name some: "any three of the other 12 reds".
    """

    take: int
    options: tuple[tuple[str, tuple[Change, ...]], ...]
    limits: tuple[Limit, ...] = ()
    otherwise: Rating | None = None
    is_every: bool = False
    is_rest: bool = False

    @property
    def changes(self) -> tuple[Change, ...]:
        """The options without their sections."""
        return tuple(change for _, changes in self.options for change in changes)


@dataclass(frozen=True)
class Alternatives:
    """All smallest sets: what is in every one, and the choices beside it.

    `others` counts the sets beside the first (None: more than MOST_OTHERS). `is_exact` says whether `fixed` with
    `choices` allow exactly these sets; where it does not, both are empty.
    """

    others: int | None
    is_exact: bool = False
    fixed: tuple[Change, ...] = ()
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True)
class _Way:
    """What one criterion may do. `keeps` takes one of the reds that its essentials may have."""

    after: Rating
    steps: int = 0
    is_change: bool = True
    keeps: bool = False
    is_priority: bool = False


@dataclass(frozen=True)
class _Kind:
    """Criteria of one section that can be exchanged for one another, and the ways open to each of them."""

    section: int
    criteria: tuple[CriterionDefinition, ...]
    rating: Rating
    ways: tuple[_Way, ...]
    limited: Essential | None

    def change(self, criterion: CriterionDefinition, way: _Way) -> Change:
        return Change(criterion.code, criterion.title, self.rating, way.after, way.is_priority)


# How many of a kind go each way, in the order of its ways.
_Numbers = tuple[int, ...]
# What numbers come to: criteria changed, steps, new priorities, and the limited essentials kept red by level.
_Use = tuple[int, ...]
_Pattern = tuple[_Numbers, ...]
_Table = dict[_Use, list[_Pattern]]
LIMITED = (Essential.BRONZE, Essential.SILVER, Essential.GOLD, Essential.NONE)


def alternatives(card: Scorecard, rule: LevelRule, size: Size) -> Alternatives:
    """All sets of changes of the smallest size with which these complete ratings meet the level's rule."""
    search = _Search(card, rule, size)
    patterns = search.patterns()
    if patterns is None:
        return Alternatives(others=None)
    number = sum(_number_of_sets(pattern) for pattern in patterns)
    others = number - 1 if number - 1 <= MOST_OTHERS else None
    return _in_words(search, patterns, number) or Alternatives(others=others)


def _number_of_sets(pattern: _Pattern) -> int:
    """In how many ways its criteria can be chosen."""
    return math.prod(
        math.factorial(sum(numbers)) // math.prod(math.factorial(number) for number in numbers) for numbers in pattern
    )


class _Search:
    """The kinds of criteria, and all patterns of the given size that reach the level."""

    def __init__(self, card: Scorecard, rule: LevelRule, size: Size) -> None:
        self.card, self.rule, self.size = card, rule, size
        self.new_priorities = max(0, MOST_PRIORITIES - len(card.priorities))
        limits = [rule.for_essential(essential).max_red for essential in LIMITED]
        self.most: _Use = (
            *size,
            self.new_priorities,
            *(len(card.ratings) if limit is None else limit for limit in limits),
        )

    @cached_property
    def by_section(self) -> list[list[_Kind]]:
        """The kinds of each section, each kind where its first criterion stands."""
        found = []
        for number, section in enumerate(self.card.framework.sections):
            kinds: dict[tuple[Rating, tuple[_Way, ...], Essential | None], list[CriterionDefinition]]
            kinds = defaultdict(list)
            for criterion in section.criteria:
                if ways := self._ways(criterion):
                    limited = criterion.essential if ways[0].keeps else None
                    kinds[self.card.ratings[criterion.code], ways, limited].append(criterion)
            found.append(
                [_Kind(number, tuple(them), rating, ways, limited) for (rating, ways, limited), them in kinds.items()]
            )
        return found

    @property
    def kinds(self) -> list[_Kind]:
        return [kind for kinds in self.by_section for kind in kinds]

    def _ways(self, criterion: CriterionDefinition) -> tuple[_Way, ...]:
        rating = self.card.ratings[criterion.code]
        if rating not in (Rating.RED, Rating.AMBER):
            return ()
        asked = self.rule.for_essential(criterion.essential)
        green = _Way(Rating.GREEN, POINTS[Rating.GREEN] - POINTS[rating])
        if asked.must_be_green:
            return (green,)
        if rating == Rating.AMBER:
            return (_Way(rating, is_change=False), green)
        better = (_Way(Rating.AMBER, POINTS[Rating.AMBER]), green)
        needs_priority = asked.red_must_be_priority and criterion.code not in self.card.priorities
        if asked.max_red == 0 or (needs_priority and not self.new_priorities):
            return better
        stay = _Way(rating, is_change=needs_priority, keeps=asked.max_red is not None, is_priority=needs_priority)
        return (stay, *better)

    def patterns(self) -> list[_Pattern] | None:
        """Every pattern, kinds in the order of `kinds`; None when there are too many to look through."""
        tables = []
        for kinds, score in zip(self.by_section, self.card.sections, strict=True):
            least_steps = -((score.points * 100 - (self.rule.section or 0) * score.maximum) // 100)
            table = self._table(kinds, least_steps)
            if table is None:
                return None
            tables.append(table)
        found: list[_Pattern] = []
        for pattern in _joined(tables, self._worths(), self._lacking(), self.size, self.most):
            found.append(pattern)
            if len(found) > MOST_PATTERNS:
                return None
        return found

    def _table(self, kinds: Sequence[_Kind], least_steps: int) -> _Table | None:
        """All that one section can do within the size and for its own percentage, by what it comes to."""
        table: _Table = {(0,) * len(self.most): [()]}
        for kind in kinds:
            ways = [(numbers, _use(kind, numbers)) for numbers in _spread(len(kind.criteria), len(kind.ways))]
            if len(ways) * sum(map(len, table.values())) > MOST_OPTIONS:
                return None
            longer: _Table = defaultdict(list)
            for (before, patterns), (numbers, more) in product(table.items(), ways):
                use = tuple(map(int.__add__, before, more))
                if all(map(int.__le__, use, self.most)):
                    longer[use] += [(*pattern, numbers) for pattern in patterns]
            table = longer
        return {use: patterns for use, patterns in table.items() if use[1] >= least_steps}

    @cached_property
    def _common(self) -> int:
        return math.lcm(*(score.maximum for score in self.card.sections))

    def _worths(self) -> list[int]:
        """What a point in each section is worth for the overall percentage, in whole numbers."""
        return [self._common // score.maximum for score in self.card.sections]

    def _lacking(self) -> int:
        """What all further points together must be worth."""
        scores = self.card.sections
        needed = -(-self.rule.overall * len(scores) * self._common // 100)
        return needed - sum(score.points * worth for score, worth in zip(scores, self._worths(), strict=True))


def _use(kind: _Kind, numbers: _Numbers) -> _Use:
    pairs = list(zip(numbers, kind.ways, strict=True))
    kept = sum(number for number, way in pairs if way.keeps)
    return (
        sum(number for number, way in pairs if way.is_change),
        sum(number * way.steps for number, way in pairs),
        sum(number for number, way in pairs if way.is_priority),
        *(kept if kind.limited == essential else 0 for essential in LIMITED),
    )


def _spread(number: int, ways: int) -> Iterator[_Numbers]:
    """Each way to share out so many things."""
    if ways == 1:
        yield (number,)
        return
    for first in range(number + 1):
        for rest in _spread(number - first, ways - 1):
            yield (first, *rest)


def _joined(
    tables: Sequence[_Table], worths: Sequence[int], lacking: int, size: Size, most: _Use
) -> Iterator[_Pattern]:
    """One row from each table so that all together have exactly this size, are worth enough and keep the limits."""
    best = _best_worths(tables, worths, size)

    def join(place: int, used: _Use, worth: int) -> Iterator[_Pattern]:
        if place == len(tables):
            yield ()
            return
        for use, patterns in tables[place].items():
            left = size[0] - used[0] - use[0], size[1] - used[1] - use[1]
            so_far = worth + worths[place] * use[1]
            together = tuple(map(int.__add__, used, use))
            can_reach = so_far + best[place + 1].get(left, -math.inf) >= lacking
            if can_reach and all(map(int.__le__, together, most)):
                for rest in join(place + 1, together, so_far):
                    for pattern in patterns:
                        yield (*pattern, *rest)

    yield from join(0, (0,) * len(most), 0)


def _best_worths(tables: Sequence[_Table], worths: Sequence[int], size: Size) -> list[dict[Size, int]]:
    """For the sections from each on: the most that so many changes with so many steps can be worth there.

    It cuts most of the search off, because a smallest set has little to spare.
    """
    best: list[dict[Size, int]] = [{(0, 0): 0}]
    for table, worth in zip(reversed(tables), reversed(worths), strict=True):
        longer: dict[Size, int] = {}
        for (changes, steps), (other, worth_of_other) in product({use[:2] for use in table}, best[0].items()):
            both = changes + other[0], steps + other[1]
            if both[0] <= size[0] and both[1] <= size[1]:
                longer[both] = max(longer.get(both, 0), worth_of_other + worth * steps)
        best.insert(0, longer)
    return best


# --- From patterns to words -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Cell:
    """A kind that goes two ways, `way` and `other`, with the number that goes the first way in each pattern."""

    kind: _Kind
    way: _Way
    other: _Way
    numbers: tuple[int, ...]

    @property
    def trade(self) -> tuple[bool, int]:
        """Only what costs the same can trade places: whether the others stay as they are, and the steps between."""
        return self.other.is_change, self.way.steps - self.other.steps


def _in_words(search: _Search, patterns: Sequence[_Pattern], number: int) -> Alternatives | None:
    """What exactly these patterns allow, or None when it would take more than these words."""
    fixed: list[Change] = []
    cells: list[_Cell] = []
    for place, kind in enumerate(search.kinds):
        taken = [way for at, way in enumerate(kind.ways) if any(pattern[place][at] for pattern in patterns)]
        if len(taken) == 1:
            fixed += [kind.change(one, taken[0]) for one in kind.criteria if taken[0].is_change]
        elif len(taken) == 2:
            way, other = _named_first(*taken)
            at = kind.ways.index(way)
            cells.append(_Cell(kind, way, other, tuple(pattern[place][at] for pattern in patterns)))
        else:
            return None
    groups = _groups(cells)
    if groups is None:
        return None
    if math.prod(_allowed(group) for group in groups) != number:
        return None
    names = [section.name for section in search.card.framework.sections]
    choices = [_choice(group, names) for group in groups]
    in_order = {criterion.code: place for place, criterion in enumerate(search.card.framework.criteria)}
    return Alternatives(
        others=number - 1 if number - 1 <= MOST_OTHERS else None,
        is_exact=True,
        fixed=tuple(sorted(fixed, key=lambda change: in_order[change.code])),
        choices=tuple(
            _held_against_all(choice, search.card, [*fixed, *(one for other in choices for one in other.changes)])
            for choice in sorted(choices, key=lambda choice: in_order[choice.changes[0].code])
        ),
    )


def _held_against_all(choice: Choice, card: Scorecard, named: Sequence[Change]) -> Choice:
    """The choice, saying whether it is of every criterion with that rating, or of all that are not named elsewhere."""
    mine = {change.code for change in choice.changes}
    ratings = {change.before for change in choice.changes}
    rated = {code for code, rating in card.ratings.items() if rating in ratings}
    elsewhere = {change.code for change in named} - mine
    return replace(choice, is_every=rated - elsewhere == mine, is_rest=bool(rated & elsewhere))


def _named_first(one: _Way, other: _Way) -> tuple[_Way, _Way]:
    """Which of two ways the words name: the change, a new priority, or else the longer way."""
    if not one.is_change or (not other.is_priority and one.steps < other.steps and not one.is_priority):
        return other, one
    return one, other


def _groups(cells: Sequence[_Cell]) -> list[list[_Cell]] | None:
    """The cells that trade places with one another, from as few sections as may be; None when none are found."""
    finest_first = (
        lambda cell: (cell.kind.section, cell.kind.limited, cell.trade),
        lambda cell: (cell.kind.section, cell.trade),
        lambda cell: (cell.kind.limited, cell.trade),
        lambda cell: cell.trade,
    )
    found, left = [], list(cells)
    for key in finest_first:
        groups: dict[object, list[_Cell]] = defaultdict(list)
        for cell in left:
            groups[key(cell)].append(cell)
        for group in groups.values():
            if len(set(map(sum, zip(*(cell.numbers for cell in group), strict=True)))) == 1:
                found.append(group)
                left = [cell for cell in left if cell not in group]
    return None if left else found


def _section_sums(group: Sequence[_Cell]) -> dict[int, tuple[int, int]]:
    """The fewest and the most of the choice that fall into each section."""
    sums = {}
    for section in dict.fromkeys(cell.kind.section for cell in group):
        mine = [cell.numbers for cell in group if cell.kind.section == section]
        totals = [sum(numbers) for numbers in zip(*mine, strict=True)]
        sums[section] = min(totals), max(totals)
    return sums


def _sizes(group: Sequence[_Cell]) -> Counter[int]:
    """How many criteria each section offers to choose from."""
    sizes: Counter[int] = Counter()
    for cell in group:
        sizes[cell.kind.section] += len(cell.kind.criteria)
    return sizes


def _take(group: Sequence[_Cell]) -> int:
    return sum(cell.numbers[0] for cell in group)


def _allowed(group: Sequence[_Cell]) -> int:
    """How many sets the choice allows, with its limits."""
    sizes = _sizes(group)
    ways = Counter({0: 1})
    for section, (fewest, most) in _section_sums(group).items():
        longer: Counter[int] = Counter()
        for (taken, number), more in product(ways.items(), range(fewest, most + 1)):
            longer[taken + more] += number * math.comb(sizes[section], more)
        ways = longer
    return ways[_take(group)]


def _choice(group: Sequence[_Cell], names: Sequence[str]) -> Choice:
    options: dict[int, list[tuple[CriterionDefinition, Change]]] = defaultdict(list)
    for cell in group:
        options[cell.kind.section] += [(one, cell.kind.change(one, cell.way)) for one in cell.kind.criteria]
    first = group[0]
    return Choice(
        take=_take(group),
        options=tuple((names[section], tuple(change for _, change in mine)) for section, mine in options.items()),
        limits=tuple(_limits(group, names)),
        otherwise=first.other.after if first.other.is_change else None,
    )


def _limits(group: Sequence[_Cell], names: Sequence[str]) -> Iterator[Limit]:
    """The bounds that do not follow from the number to take and from the bounds named before."""
    sums, take = _section_sums(group), _take(group)
    known = {section: (0, number) for section, number in _sizes(group).items()}
    named: dict[int, list[int | None]] = defaultdict(lambda: [None, None])
    for section, (fewest, _) in sums.items():
        if fewest > take - sum(known[other][1] for other in known if other != section) and fewest:
            named[section][0] = fewest
            known[section] = fewest, known[section][1]
    for section, (_, most) in sums.items():
        if most < min(known[section][1], take - sum(known[other][0] for other in known if other != section)):
            named[section][1] = most
            known[section] = known[section][0], most
    for section in sums:
        if section in named:
            yield Limit(names[section], *named[section])
