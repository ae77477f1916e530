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


def propose_priorities(definition: FrameworkDefinition, ratings: Mapping[str, str]) -> list[str]:
    """Codes of up to three criteria worth working on, the most pressing first.

    `ratings` are agreed ratings by code. Only reds and ambers are proposed: what is essential for Bronze first,
    then for Silver, for Gold and for none; among equals red before amber, then in the order of the conversation.
    Each section gives its most pressing one before any section gives a second.
    """
    ranked: list[tuple[tuple[int, int, int], int, str]] = []
    order = 0
    for number, section in enumerate(definition.sections):
        for criterion in section.criteria:
            order += 1
            rating = ratings.get(criterion.code)
            if rating in RATING_ORDER:
                rank = (ESSENTIAL_ORDER.index(criterion.essential), RATING_ORDER.index(rating), order)
                ranked.append((rank, number, criterion.code))
    ranked.sort()
    seen: set[int] = set()
    firsts, others = [], []
    for entry in ranked:
        (others if entry[1] in seen else firsts).append(entry)
        seen.add(entry[1])
    chosen = sorted((firsts + others)[:PRIORITIES])
    return [code for _, _, code in chosen]


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
