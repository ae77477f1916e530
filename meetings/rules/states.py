"""Where a request and a meeting may go from where they stand: every verb in one table, and why all others are refused.

A request that was ever sent is open, answered by one meeting, closed with a reason, or joined to another request: no
verb leads anywhere else. The states are the values of `meetings.models.RequestStatus` and `MeetingStatus`.
"""

from collections.abc import Mapping
from enum import StrEnum


class RequestState(StrEnum):
    NEW = "new"
    ASKED = "asked"
    BOOKED = "booked"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    JOINED = "joined"


class RequestVerb(StrEnum):
    """What can be done with a request."""

    # The hub asks the school for other times.
    ASK = "ask"
    # The school offers times.
    OFFER = "offer"
    REASSIGN = "reassign"
    BOOK = "book"
    DECLINE = "decline"
    # The school has called it off before anything was booked.
    WITHDRAW = "withdraw"
    # Another open request of the school carries both.
    JOIN = "join"
    # Its meeting was cancelled or missed, and the school still wants one.
    REOPEN = "reopen"
    # Its meeting was cancelled or missed, and the school wants no other.
    CLOSE = "close"
    # Its meeting, noted as missed, has taken place after all.
    SETTLE = "settle"


class MeetingState(StrEnum):
    BOOKED = "booked"
    HELD = "held"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


class MeetingVerb(StrEnum):
    """What can be done with a meeting."""

    MOVE = "move"
    CANCEL = "cancel"
    HOLD = "hold"
    # Nobody from the school was there, or the officer could not be.
    MISS = "miss"
    # It was noted as missed by mistake.
    CORRECT = "correct"


class NotFromHere(Exception):
    """A verb that the state does not allow; the message is a sentence for whoever tried."""


# What a request becomes by each verb it allows. SETTLE comes back from wherever a missed meeting's request went since.
REQUEST_TABLE: Mapping[RequestState, Mapping[RequestVerb, RequestState]] = {
    RequestState.NEW: {
        RequestVerb.ASK: RequestState.ASKED,
        RequestVerb.OFFER: RequestState.NEW,
        RequestVerb.REASSIGN: RequestState.NEW,
        RequestVerb.BOOK: RequestState.BOOKED,
        RequestVerb.DECLINE: RequestState.DECLINED,
        RequestVerb.WITHDRAW: RequestState.WITHDRAWN,
        RequestVerb.JOIN: RequestState.JOINED,
        RequestVerb.SETTLE: RequestState.BOOKED,
    },
    RequestState.ASKED: {
        RequestVerb.ASK: RequestState.ASKED,
        RequestVerb.OFFER: RequestState.NEW,
        RequestVerb.REASSIGN: RequestState.ASKED,
        RequestVerb.BOOK: RequestState.BOOKED,
        RequestVerb.DECLINE: RequestState.DECLINED,
        RequestVerb.WITHDRAW: RequestState.WITHDRAWN,
        RequestVerb.JOIN: RequestState.JOINED,
        RequestVerb.SETTLE: RequestState.BOOKED,
    },
    RequestState.BOOKED: {
        RequestVerb.REOPEN: RequestState.NEW,
        RequestVerb.CLOSE: RequestState.WITHDRAWN,
    },
    RequestState.DECLINED: {RequestVerb.SETTLE: RequestState.BOOKED},
    RequestState.WITHDRAWN: {RequestVerb.SETTLE: RequestState.BOOKED},
    RequestState.JOINED: {RequestVerb.SETTLE: RequestState.BOOKED},
}
# What a meeting becomes by each verb it allows.
MEETING_TABLE: Mapping[MeetingState, Mapping[MeetingVerb, MeetingState]] = {
    MeetingState.BOOKED: {
        MeetingVerb.MOVE: MeetingState.BOOKED,
        MeetingVerb.CANCEL: MeetingState.CANCELLED,
        MeetingVerb.HOLD: MeetingState.HELD,
        MeetingVerb.MISS: MeetingState.NO_SHOW,
    },
    MeetingState.HELD: {MeetingVerb.HOLD: MeetingState.HELD},
    MeetingState.CANCELLED: {},
    MeetingState.NO_SHOW: {MeetingVerb.CORRECT: MeetingState.BOOKED},
}

HAS_DONE = {
    RequestState.BOOKED: "{who} has booked this request already.",
    RequestState.DECLINED: "{who} has declined this request already.",
    RequestState.WITHDRAWN: "{who} has noted already that the school called this request off.",
    RequestState.JOINED: "This request was joined to an earlier one of the school: answer that one.",
}
NO_MEETING = {
    RequestState.NEW: "This request waits for an answer, so it has no meeting that could end.",
    RequestState.ASKED: "This request waits for the school, so it has no meeting that could end.",
    RequestState.DECLINED: "This request was declined, so it has no meeting that could end.",
    RequestState.WITHDRAWN: "This request was called off, so it has no meeting that could end.",
    RequestState.JOINED: "This request was joined to an earlier one, so it has no meeting of its own that could end.",
}
MEETING_IS = {
    MeetingState.BOOKED: "booked",
    MeetingState.HELD: "held",
    MeetingState.CANCELLED: "cancelled",
    MeetingState.NO_SHOW: "noted as missed",
}


def request_after(status: str, verb: RequestVerb, *, who: str = "Somebody") -> RequestState:
    """What a request of this status becomes by a verb. `who` decided it, for the sentence.

    Raises:
        NotFromHere: the status does not allow the verb.
        ValueError: there is no such status.
    """
    state = RequestState(status)
    if after := REQUEST_TABLE[state].get(verb):
        return after
    if verb in (RequestVerb.REOPEN, RequestVerb.CLOSE):
        raise NotFromHere(NO_MEETING[state])
    if verb == RequestVerb.SETTLE:
        raise NotFromHere("Another meeting has been booked for this request since: cancel that one first.")
    raise NotFromHere(HAS_DONE[state].format(who=who))


def meeting_after(status: str, verb: MeetingVerb) -> MeetingState:
    """What a meeting of this status becomes by a verb.

    Raises:
        NotFromHere: the status does not allow the verb.
        ValueError: there is no such status.
    """
    state = MeetingState(status)
    if after := MEETING_TABLE[state].get(verb):
        return after
    if verb == MeetingVerb.CORRECT:
        raise NotFromHere(f"This meeting is {MEETING_IS[state]}: only one noted as missed can be corrected.")
    if verb == MeetingVerb.HOLD and state == MeetingState.NO_SHOW:
        raise NotFromHere("This meeting was noted as missed. If it did take place, say so on its page first.")
    if verb == MeetingVerb.HOLD:
        raise NotFromHere("This meeting was cancelled, so it cannot have been held.")
    if verb == MeetingVerb.MISS and state == MeetingState.NO_SHOW:
        raise NotFromHere("It has been noted already that this meeting was missed.")
    if verb == MeetingVerb.MISS:
        raise NotFromHere(f"This meeting was {MEETING_IS[state]}, so nobody can have missed it.")
    raise NotFromHere(f"This meeting is {MEETING_IS[state]}, so it cannot be changed any more.")
