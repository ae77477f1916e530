"""Which three priorities an audit suggests and why, and the words to begin with. The officer and the school decide."""

from collections.abc import Mapping
from dataclasses import dataclass

from .framework import CriterionDefinition, Essential, FrameworkDefinition, Rating, SectionDefinition

PRIORITIES = 3
ESSENTIAL_ORDER = (Essential.BRONZE, Essential.SILVER, Essential.GOLD, Essential.NONE)
RATING_ORDER = (Rating.RED, Rating.AMBER)
# What the school will do, by the rating it starts from, until the two have found better words.
ACTIONS = {
    Rating.RED: "Agree a first step for “{title}”, and take it within a term.",
    Rating.AMBER: "Finish what is begun in “{title}”, one step each term.",
    Rating.GREEN: "Keep “{title}” as strong as it is, and show other schools how.",
}


@dataclass(frozen=True)
class Wish:
    """What says that the school would like to work on a criterion.

    `is_parked`: put aside in the conversation as a possible priority. `school`: the school's own rating, if it gave
    one. `has_words`: the school wrote about it.
    """

    is_parked: bool = False
    school: str = Rating.NOT_DISCUSSED
    has_words: bool = False

    @property
    def is_own(self) -> bool:
        """Whether the school itself pointed at it, by its rating or by its words."""
        return self.school in RATING_ORDER or self.has_words


NO_WISH = Wish()


@dataclass(frozen=True)
class Proposal:
    """A criterion worth working on, and in one sentence why: "Red, essential for Bronze; you parked it."."""

    code: str
    reason: str


@dataclass(frozen=True)
class SuggestedWords:
    """What the form for one priority begins with, and the other support that might be promised instead."""

    action: str
    good_looks_like: str
    support: str
    other_support: tuple[str, ...]


@dataclass(frozen=True, order=True)
class _Candidate:
    """A criterion that could be a priority; the fields are compared one after the other."""

    essential: int
    is_not_parked: bool
    rating: int
    is_not_own: bool
    section: int
    position: int
    code: str


def propose_priorities(
    definition: FrameworkDefinition, ratings: Mapping[str, str], wishes: Mapping[str, Wish] | None = None
) -> list[Proposal]:
    """Up to three criteria worth working on, with the reason for each.

    `ratings` are agreed ratings by code; only reds and ambers are proposed. What is essential for Bronze is more
    pressing than what is essential for Silver, that than Gold, that than the rest. Among equals come first those
    that were parked in the conversation; then red before amber; then those that the school itself rated red or
    amber or wrote about; then the order of the conversation.
    Each section gives its most pressing one before any section gives a second, and so on, round by round.
    """
    wished = wishes or {}
    candidates = _candidates(definition, ratings, wished)
    most_pressing = candidates[:PRIORITIES]
    rounds: dict[int, int] = {}
    in_rounds = []
    for candidate in candidates:
        turn = rounds[candidate.section] = rounds.get(candidate.section, 0) + 1
        in_rounds.append((turn, candidate))
    chosen = [candidate for _, candidate in sorted(in_rounds)[:PRIORITIES]]
    criteria = {criterion.code: criterion for criterion in definition.criteria}
    return [
        Proposal(
            code=candidate.code,
            reason=_reason(
                criteria[candidate.code],
                rating=RATING_ORDER[candidate.rating],
                wish=wished.get(candidate.code, NO_WISH),
                spread=None if candidate in most_pressing else definition.sections[candidate.section],
            ),
        )
        for candidate in chosen
    ]


def suggest_words(criterion: CriterionDefinition, rating: str | None) -> SuggestedWords:
    """A first step to begin with, green as what good looks like, and the first support the framework lists.

    Red and amber have support of their own; for any other rating there is none to suggest.
    """
    word = Rating(rating or Rating.NOT_DISCUSSED)
    offers = {Rating.RED: criterion.support_red, Rating.AMBER: criterion.support_amber}.get(word, ())
    return SuggestedWords(
        action=ACTIONS.get(word, ACTIONS[Rating.RED]).format(title=criterion.title),
        good_looks_like=criterion.green,
        support=offers[0] if offers else "",
        other_support=tuple(offers[1:]),
    )


def why_proposed(criterion: CriterionDefinition, rating: str, wish: Wish = NO_WISH) -> str:
    """What speaks for working on a criterion that somebody chose without a proposal; empty when nothing does."""
    if rating in RATING_ORDER:
        return _reason(criterion, rating=Rating(rating), wish=wish, spread=None)
    return _sentence([Rating(rating).label], _wish_in_words(wish)) if wish.is_parked or wish.is_own else ""


def _candidates(
    definition: FrameworkDefinition, ratings: Mapping[str, str], wishes: Mapping[str, Wish]
) -> list[_Candidate]:
    """All that could be proposed, the most pressing first."""
    return sorted(
        _Candidate(
            essential=ESSENTIAL_ORDER.index(criterion.essential),
            is_not_parked=not wishes.get(criterion.code, NO_WISH).is_parked,
            rating=RATING_ORDER.index(Rating(ratings[criterion.code])),
            is_not_own=not wishes.get(criterion.code, NO_WISH).is_own,
            section=section_number,
            position=position,
            code=criterion.code,
        )
        for section_number, section in enumerate(definition.sections)
        for position, criterion in enumerate(section.criteria)
        if ratings.get(criterion.code) in RATING_ORDER
    )


def _reason(criterion: CriterionDefinition, *, rating: Rating, wish: Wish, spread: SectionDefinition | None) -> str:
    first = [rating.label]
    if criterion.essential != Essential.NONE:
        first.append(f"essential for {criterion.essential.label}")
    second = _wish_in_words(wish)
    if spread:
        second.append(f"so that {spread.name} has a priority too")
    return _sentence(first, second)


def _wish_in_words(wish: Wish) -> list[str]:
    said = ["you parked it"] if wish.is_parked else []
    if wish.school in RATING_ORDER:
        said.append(f"the school rated itself {wish.school}")
    elif wish.has_words:
        said.append("the school wrote about it")
    return said


def _sentence(first: list[str], second: list[str]) -> str:
    return "; ".join(part for part in (", ".join(first), ", ".join(second)) if part) + "."
