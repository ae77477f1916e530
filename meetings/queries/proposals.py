"""Whether an officer could come at the times a school offers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from hubportal.accounts.models import User
from meetings.models import OfferedTime
from meetings.rules import slot_at, start_of_offer
from schools.models import School

from .diaries import read_diaries


@dataclass(frozen=True)
class ProposedTime:
    """An offered time, when the meeting would begin, and what speaks against it for one officer.

    Of a part of the day the first free start is proposed; without one, or without an officer, its usual start.
    `sentences` is empty where the officer is free. `is_known` is False while nobody has been chosen.
    """

    offer: OfferedTime
    start: time
    sentences: tuple[str, ...] = ()
    is_known: bool = True

    @property
    def is_free(self) -> bool:
        return self.is_known and not self.sentences


def proposed_times(offers: Sequence[OfferedTime], *, officer: User | None, school: School) -> list[ProposedTime]:
    """The offered times with what this officer's diary says of each, in the order given."""
    if not offers:
        return []
    if officer is None:
        return [ProposedTime(one, start_of_offer(one.part, one.start), is_known=False) for one in offers]
    days = [one.on for one in offers]
    diaries = read_diaries(officers=[officer], first_on=min(days), last_on=max(days))
    found = []
    for one in offers:
        start = start_of_offer(one.part, one.start)
        if one.start is None:
            free = diaries.free_starts(officer=officer, on=one.on, part=one.part, school=school, limit=1)
            start = free[0] if free else start
        clashes = diaries.clashes(officer=officer, slot=slot_at(one.on, start), school=school)
        found.append(ProposedTime(one, start, tuple(clash.sentence for clash in clashes)))
    return found
