"""How far a school has come between two audits, criterion by criterion. Pure: ratings in, words and numbers out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .framework import Rating
from .mapping import CodeMap

# As the award counts them: the sum is divided by twice the number of criteria.
POINTS = {Rating.RED: 0, Rating.AMBER: 1, Rating.GREEN: 2}
MOST_POINTS = 2


class Movement(StrEnum):
    """What became of one criterion. Only the first three were rated red, amber or green both times."""

    BETTER = "better"
    LOWER = "lower"
    SAME = "same"
    NEW = "new"
    GONE = "gone"
    NOT_COMPARABLE = "not_comparable"

    @property
    def label(self) -> str:
        """As a column says it: "Cannot be compared"."""
        return {"same": "The same", "not_comparable": "Cannot be compared"}.get(self.value, self.value.capitalize())

    @property
    def counted(self) -> str:
        """As a count says it: "18 the same"."""
        return self.label.lower() if self in (Movement.SAME, Movement.NOT_COMPARABLE) else self.value


RATED_TWICE = (Movement.BETTER, Movement.LOWER, Movement.SAME)


@dataclass(frozen=True)
class Step:
    """One criterion then and now. `code` is today's, or for one that is gone the one it had; `then_code` is empty
    for a new one. A rating is None where the criterion did not exist; `why` says what forbids comparing."""

    code: str
    then_code: str
    then: Rating | None
    now: Rating | None
    movement: Movement
    why: str = ""

    @property
    def is_counted(self) -> bool:
        """Whether it was rated red, amber or green both times."""
        return self.movement in RATED_TWICE


@dataclass(frozen=True)
class Distance:
    """The points of some criteria then and now, in whole percent of what they could have; None where none counts."""

    then: int | None
    now: int | None
    number: int


def compare_ratings(
    *, then: Mapping[str, Rating], now: Mapping[str, Rating], back: CodeMap, forward: CodeMap
) -> tuple[Step, ...]:
    """Every criterion of today in the order of `now`, then those of last time that no longer exist.

    `back` leads from today's codes to those of last time, `forward` the other way; both say why one has no other.
    """
    steps = [_step(code, rating, then=then, back=back) for code, rating in now.items()]
    gone = [
        Step(code, code, rating, None, Movement.GONE, forward.reason(code))
        for code, rating in then.items()
        if forward.get(code) not in now
    ]
    return (*steps, *gone)


def _step(code: str, rating: Rating, *, then: Mapping[str, Rating], back: CodeMap) -> Step:
    then_code = back.get(code)
    if then_code is None or then_code not in then:
        return Step(code, "", None, rating, Movement.NEW, back.reason(code))
    before = then[then_code]
    why = _why_not(before, rating)
    return Step(code, then_code, before, rating, Movement.NOT_COMPARABLE if why else moved(before, rating), why)


def moved(then: Rating, now: Rating) -> Movement:
    """Which way a criterion went; both ratings are red, amber or green."""
    if POINTS[then] == POINTS[now]:
        return Movement.SAME
    return Movement.BETTER if POINTS[now] > POINTS[then] else Movement.LOWER


def _why_not(then: Rating, now: Rating) -> str:
    """What forbids comparing the two; empty when both are red, amber or green."""
    if then == now and then not in POINTS:
        return {
            Rating.NOT_DISCUSSED: "It was not discussed, then or now.",
            Rating.NOT_APPLICABLE: "It did not apply, then or now.",
        }[then]
    sentences = {
        Rating.NOT_DISCUSSED: ("It was not discussed then.", "It is not discussed yet."),
        Rating.NOT_APPLICABLE: ("It did not apply then.", "It does not apply now."),
    }
    parts = [sentences[each][place] for place, each in enumerate((then, now)) if each in sentences]
    return " ".join(parts)


def distance(steps: Sequence[Step]) -> Distance:
    """How many points the criteria that can be compared had then and have now."""
    counted = [step for step in steps if step.is_counted]
    most = MOST_POINTS * len(counted)
    if not most:
        return Distance(None, None, 0)
    then = sum(POINTS[step.then] for step in counted if step.then)
    now = sum(POINTS[step.now] for step in counted if step.now)
    return Distance(_percent(then, most), _percent(now, most), len(counted))


def summary(steps: Sequence[Step]) -> str:
    """The comparison in one line: "5 better, 2 lower, 18 the same, 2 cannot be compared"."""
    counts = {movement: sum(step.movement == movement for step in steps) for movement in Movement}
    named = [*RATED_TWICE, *(each for each in Movement if each not in RATED_TWICE and counts[each])]
    return ", ".join(f"{counts[movement]} {movement.counted}" for movement in named)


def _percent(part: int, whole: int) -> int:
    """Rounded half up, as people do it."""
    return (200 * part + whole) // (2 * whole)
