"""The history of an audit in words: who changed what, when it was made, and which words came and went."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher

from .framework import Rating

# What each field is called in the middle of a sentence. The keys are those of the history.
RATING_NAMES = {"school": "the school’s own rating", "officer": "the officer’s rating", "agreed": "the agreed rating"}
TEXT_NAMES = {
    "note": "what we saw and heard on",
    "school_note": "the school’s own words on",
    "reason": "why the ratings differ on",
}
AUDIT_TEXT_NAMES = {
    "strengths": "what to celebrate",
    "private_note": "the private note",
    "parking_note": "the parking lot",
}
PARKED = "is_parked"
# Shorter than this, a change was simply sent: networks and clocks are not exact.
LATE_AFTER = timedelta(minutes=1)

# How many times a word of one text may stand in the other, over all words. The longest text that somebody has really
# written has some thousands; comparing the same few words again and again takes minutes.
MOST_PAIRS = 20_000

_WORDS = re.compile(r"\s*\S+|\s+\Z")


@dataclass(frozen=True)
class Piece:
    """A run of words that stayed ("same"), came ("ins") or went ("del")."""

    kind: str
    text: str


def what_changed(field: str, code: str, before: str, after: str) -> str:
    """What somebody did, to follow their name: "changed the agreed rating of P-INT-02 from amber to green"."""
    if field in RATING_NAMES:
        return _rating_changed(RATING_NAMES[field], code, before, after)
    if field == PARKED:
        return f"parked {code} as a possible priority" if after else f"took {code} off the possible priorities"
    name = f"{TEXT_NAMES[field]} {code}" if field in TEXT_NAMES else AUDIT_TEXT_NAMES[field]
    verb = "changed" if before and after else "wrote" if after else "removed"
    return f"{verb} {name}"


def what_was_carried(field: str, code: str, after: str) -> str:
    """What came along from the audit under the earlier version, to follow the name of whoever carried it over."""
    if field in RATING_NAMES:
        return f"carried over {RATING_NAMES[field]} of {code}, {_word(after)}"
    if field == PARKED:
        return f"carried over {code} as a possible priority"
    name = f"{TEXT_NAMES[field]} {code}" if field in TEXT_NAMES else AUDIT_TEXT_NAMES[field]
    return f"carried over {name}"


def _rating_changed(name: str, code: str, before: str, after: str) -> str:
    old, new = _word(before), _word(after)
    if before == Rating.NOT_DISCUSSED:
        return f"set {name} of {code} to {new}"
    if after == Rating.NOT_DISCUSSED:
        return f"took back {name} of {code}, which was {old}"
    return f"changed {name} of {code} from {old} to {new}"


def _word(value: str) -> str:
    return Rating(value).label.lower()


def is_text(field: str) -> bool:
    """Whether a field holds words, whose difference is worth showing."""
    return field in TEXT_NAMES or field in AUDIT_TEXT_NAMES


def when(*, made_at: datetime, saved_at: datetime) -> str:
    """When a change was made, on the hub's clock; what waited on a device for more than a minute says so.

    Both times come in the hub's own time zone.
    """
    if saved_at - made_at <= LATE_AFTER:
        return f"{saved_at:%H:%M}"
    is_same_day = made_at.date() == saved_at.date()
    made = f"{made_at:%H:%M}" if is_same_day else f"{made_at.day} {made_at:%B %Y, %H:%M}"
    return f"made {made} without a network, arrived {saved_at:%H:%M}"


def word_difference(before: str, after: str) -> tuple[Piece, ...]:
    """The two texts as one: what stayed and went gives the first, what stayed and came the second.

    Long texts of few different words are not compared: all of the first went, all of the second came.
    """
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if _pairs(old, new) > MOST_PAIRS:
        return tuple(_replaced(before, after))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    pieces: list[Piece] = []
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(old[old_from:old_to])))
            continue
        pieces += _replaced("".join(old[old_from:old_to]), "".join(new[new_from:new_to]))
    return tuple(pieces)


def _pairs(old: Sequence[str], new: Sequence[str]) -> int:
    numbers = Counter(new)
    return sum(number * numbers[word] for word, number in Counter(old).items())


def _replaced(gone: str, come: str) -> Iterator[Piece]:
    if gone:
        yield Piece("del", gone)
    if come:
        yield Piece("ins", come)
