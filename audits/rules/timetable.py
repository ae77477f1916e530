"""How the time of a conversation may be spread over its sections: a gentle hint, never a rule."""

from collections.abc import Sequence
from dataclasses import dataclass

# Of the whole meeting, what is kept at its end for agreeing the priorities: 15 of 90 minutes.
PRIORITIES_SHARE = 6
PRIORITIES = "the priorities"


@dataclass(frozen=True)
class Share:
    """One part of a conversation, and the minutes after its beginning between which it is about time for it."""

    title: str
    begins: int
    ends: int


def timetable(*, minutes: int, sections: Sequence[tuple[str, int]]) -> tuple[Share, ...]:
    """The sections (title, number of criteria) with a share of the time for each criterion, then the priorities."""
    for_criteria = minutes - minutes // PRIORITIES_SHARE
    total = sum(count for _, count in sections) or 1
    shares, done = [], 0
    for title, count in sections:
        begins = for_criteria * done // total
        done += count
        shares.append(Share(title=title, begins=begins, ends=for_criteria * done // total))
    return (*shares, Share(title=PRIORITIES, begins=for_criteria, ends=minutes))


def time_in_words(shares: Sequence[Share], *, elapsed: int) -> str:
    """Where the conversation may be by now: "34 of 90 minutes · about time for Implementation".

    `elapsed` is in minutes since the beginning; before it there is nothing to say.
    """
    minutes = shares[-1].ends
    if elapsed < 0:
        return ""
    if elapsed >= minutes:
        return f"{minutes} minutes have passed · about time to close"
    now = next(share for share in shares if elapsed < share.ends)
    return f"{elapsed} of {minutes} minutes · about time for {now.title}"
