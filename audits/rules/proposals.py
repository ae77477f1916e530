"""Which three priorities an audit suggests, and the words to begin with. The officer and the school decide."""

from collections.abc import Mapping
from dataclasses import dataclass

from .framework import CriterionDefinition, Essential, FrameworkDefinition, Rating

PRIORITIES = 3
ESSENTIAL_ORDER = (Essential.BRONZE, Essential.SILVER, Essential.GOLD, Essential.NONE)
RATING_ORDER = (Rating.RED, Rating.AMBER)


@dataclass(frozen=True)
class SuggestedWords:
    """What the form for one priority begins with, and the other support that might be promised instead."""

    action: str
    support: str
    other_support: tuple[str, ...]


@dataclass(frozen=True, order=True)
class _Candidate:
    """A criterion that could be a priority; the fields are compared one after the other."""

    essential: int
    rating: int
    section: int
    position: int
    code: str


def propose_priorities(definition: FrameworkDefinition, ratings: Mapping[str, str]) -> list[str]:
    """Codes of up to three criteria worth working on, the most pressing first.

    `ratings` are agreed ratings by code. Only reds and ambers are proposed: what is essential for Bronze first,
    then for Silver, for Gold and for none; among equals red before amber, then in the order of the conversation.
    Each section gives its most pressing one before any section gives a second.
    """
    candidates = [
        _Candidate(
            essential=ESSENTIAL_ORDER.index(criterion.essential),
            rating=RATING_ORDER.index(Rating(ratings[criterion.code])),
            section=section_number,
            position=position,
            code=criterion.code,
        )
        for section_number, section in enumerate(definition.sections)
        for position, criterion in enumerate(section.criteria)
        if ratings.get(criterion.code) in RATING_ORDER
    ]
    candidates.sort()
    first_of_section = {candidate.section: candidate for candidate in reversed(candidates)}.values()
    others = [candidate for candidate in candidates if candidate not in first_of_section]
    chosen = sorted([*sorted(first_of_section), *others][:PRIORITIES])
    return [candidate.code for candidate in chosen]


def suggest_words(criterion: CriterionDefinition, rating: str | None) -> SuggestedWords:
    """What green looks like as the aim, and the first support the framework lists for that rating.

    Red and amber have support of their own; for any other rating there is nothing to suggest but the aim.
    """
    offers = {Rating.RED: criterion.support_red, Rating.AMBER: criterion.support_amber}.get(
        Rating(rating or Rating.NOT_DISCUSSED), ()
    )
    return SuggestedWords(
        action=f"Work towards this: {criterion.green}",
        support=offers[0] if offers else "",
        other_support=tuple(offers[1:]),
    )
