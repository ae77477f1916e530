"""The hand-over to a national scheme as a table: what each verb makes of a recommendation, and how a step is undone."""

from collections.abc import Sequence
from enum import StrEnum


class State(StrEnum):
    """As stored by `awards.models.RecommendationState`."""

    WITHHELD = "withheld"
    RECOMMENDED = "recommended"
    SENT = "sent"
    ACCEPTED = "accepted"
    DOWNLOADED = "downloaded"
    DECLINED = "declined"


class Verb(StrEnum):
    RECOMMEND = "recommend"
    WITHHOLD = "withhold"
    SEND = "send"
    ACCEPT = "accept"
    DOWNLOAD = "download"
    DECLINE = "decline"


LEADS_TO = {
    Verb.RECOMMEND: State.RECOMMENDED,
    Verb.WITHHOLD: State.WITHHELD,
    Verb.SEND: State.SENT,
    Verb.ACCEPT: State.ACCEPTED,
    Verb.DOWNLOAD: State.DOWNLOADED,
    Verb.DECLINE: State.DECLINED,
}
# From which states each verb may be done; None: nothing has been decided yet. What a school says of itself counts
# even where the hub forgot to mark that it handed the school over, and a school that declined may change its mind.
# A certificate that was downloaded was accepted before.
ALLOWED: dict[Verb, frozenset[State | None]] = {
    Verb.RECOMMEND: frozenset({None, State.WITHHELD}),
    Verb.WITHHOLD: frozenset({None, State.RECOMMENDED}),
    Verb.SEND: frozenset({State.RECOMMENDED}),
    Verb.ACCEPT: frozenset({State.RECOMMENDED, State.SENT, State.DECLINED}),
    Verb.DOWNLOAD: frozenset({State.RECOMMENDED, State.SENT, State.ACCEPTED}),
    Verb.DECLINE: frozenset({State.RECOMMENDED, State.SENT, State.ACCEPTED}),
}
# What a school may say of itself.
OF_SCHOOL = (Verb.ACCEPT, Verb.DOWNLOAD, Verb.DECLINE)
REFUSED = {
    Verb.RECOMMEND: "The school is recommended already.",
    Verb.WITHHOLD: "The recommendation has been handed over already. Take the last step back first.",
    Verb.SEND: "Only a school that is recommended and has not been handed over yet can be marked as sent.",
    Verb.ACCEPT: "The certificate has been downloaded already, or the school is not recommended.",
    Verb.DOWNLOAD: "Accept the recommendation first, or wait until the hub has recommended the school.",
    Verb.DECLINE: "The certificate has been downloaded already, or the school is not recommended.",
}


def after(verb: Verb, state: State | None) -> State:
    """The state that a verb leads to. The state it leads to stays as it is: a second click changes nothing.

    Raises:
        ValueError: it cannot be done from here; the sentence says why.
    """
    target = LEADS_TO[verb]
    if state != target and state not in ALLOWED[verb]:
        raise ValueError(REFUSED[verb])
    return target


def possible(state: State | None) -> tuple[Verb, ...]:
    """What may be done from here, in the order of the hand-over."""
    return tuple(verb for verb in Verb if state in ALLOWED[verb])


def standing_steps(states: Sequence[str]) -> tuple[int, ...]:
    """Which steps still stand, by their place; `states` are those of all steps, the oldest first, steps back too.

    A step that leads to the state before the last one took that one back: of recommended, sent, recommended only the
    first still stands.
    """
    path: list[int] = []
    for place, state in enumerate(states):
        if len(path) > 1 and states[path[-2]] == state:
            path.pop()
        else:
            path.append(place)
    return tuple(path)
