"""Every state with every verb: what it becomes, or the sentence by which it is refused."""

import pytest

from meetings.models import MeetingStatus, RequestStatus
from meetings.rules import (
    MEETING_TABLE,
    REQUEST_TABLE,
    MeetingState,
    MeetingVerb,
    NotFromHere,
    RequestState,
    RequestVerb,
    meeting_after,
    request_after,
)

BOOKED_ALREADY = "Olga Officer has booked this request already."
DECLINED_ALREADY = "Olga Officer has declined this request already."
CALLED_OFF = "Olga Officer has noted already that the school called this request off."
JOINED_TO = "This request was joined to an earlier one of the school: answer that one."
OTHER_MEETING = "Another meeting has been booked for this request since: cancel that one first."

# By status: what each verb leads to. A sentence, with a full stop, is a refusal.
REQUESTS = {
    "new": {
        "ask": "asked", "offer": "new", "reassign": "new", "book": "booked", "decline": "declined",
        "withdraw": "withdrawn", "join": "joined",
        "reopen": "This request waits for an answer, so it has no meeting that could end.",
        "close": "This request waits for an answer, so it has no meeting that could end.",
        "settle": "booked",
    },
    "asked": {
        "ask": "asked", "offer": "new", "reassign": "asked", "book": "booked", "decline": "declined",
        "withdraw": "withdrawn", "join": "joined",
        "reopen": "This request waits for the school, so it has no meeting that could end.",
        "close": "This request waits for the school, so it has no meeting that could end.",
        "settle": "booked",
    },
    "booked": {
        "ask": BOOKED_ALREADY, "offer": BOOKED_ALREADY, "reassign": BOOKED_ALREADY, "book": BOOKED_ALREADY,
        "decline": BOOKED_ALREADY, "withdraw": BOOKED_ALREADY, "join": BOOKED_ALREADY,
        "reopen": "new", "close": "withdrawn", "settle": OTHER_MEETING,
    },
    "declined": {
        "ask": DECLINED_ALREADY, "offer": DECLINED_ALREADY, "reassign": DECLINED_ALREADY, "book": DECLINED_ALREADY,
        "decline": DECLINED_ALREADY, "withdraw": DECLINED_ALREADY, "join": DECLINED_ALREADY,
        "reopen": "This request was declined, so it has no meeting that could end.",
        "close": "This request was declined, so it has no meeting that could end.",
        "settle": "booked",
    },
    "withdrawn": {
        "ask": CALLED_OFF, "offer": CALLED_OFF, "reassign": CALLED_OFF, "book": CALLED_OFF,
        "decline": CALLED_OFF, "withdraw": CALLED_OFF, "join": CALLED_OFF,
        "reopen": "This request was called off, so it has no meeting that could end.",
        "close": "This request was called off, so it has no meeting that could end.",
        "settle": "booked",
    },
    "joined": {
        "ask": JOINED_TO, "offer": JOINED_TO, "reassign": JOINED_TO, "book": JOINED_TO,
        "decline": JOINED_TO, "withdraw": JOINED_TO, "join": JOINED_TO,
        "reopen": "This request was joined to an earlier one, so it has no meeting of its own that could end.",
        "close": "This request was joined to an earlier one, so it has no meeting of its own that could end.",
        "settle": "booked",
    },
}  # fmt: skip
MEETINGS = {
    "booked": {
        "move": "booked", "cancel": "cancelled", "hold": "held", "miss": "no_show",
        "correct": "This meeting is booked: only one noted as missed can be corrected.",
    },
    "held": {
        "move": "This meeting is held, so it cannot be changed any more.",
        "cancel": "This meeting is held, so it cannot be changed any more.",
        "hold": "held",
        "miss": "This meeting was held, so nobody can have missed it.",
        "correct": "This meeting is held: only one noted as missed can be corrected.",
    },
    "cancelled": {
        "move": "This meeting is cancelled, so it cannot be changed any more.",
        "cancel": "This meeting is cancelled, so it cannot be changed any more.",
        "hold": "This meeting was cancelled, so it cannot have been held.",
        "miss": "This meeting was cancelled, so nobody can have missed it.",
        "correct": "This meeting is cancelled: only one noted as missed can be corrected.",
    },
    "no_show": {
        "move": "This meeting is noted as missed, so it cannot be changed any more.",
        "cancel": "This meeting is noted as missed, so it cannot be changed any more.",
        "hold": "This meeting was noted as missed. If it did take place, say so on its page first.",
        "miss": "It has been noted already that this meeting was missed.",
        "correct": "booked",
    },
}  # fmt: skip


def cells(table: dict[str, dict[str, str]]) -> list[tuple[str, str, str]]:
    return [(status, verb, outcome) for status, row in table.items() for verb, outcome in row.items()]


@pytest.mark.parametrize("status, verb, outcome", cells(REQUESTS))
def test_request_becomes_by_a_verb_what_the_table_says_or_is_refused_in_words(status, verb, outcome):
    try:
        found = request_after(status, RequestVerb(verb), who="Olga Officer")
    except NotFromHere as refusal:
        found = str(refusal)

    assert found == outcome


@pytest.mark.parametrize("status, verb, outcome", cells(MEETINGS))
def test_meeting_becomes_by_a_verb_what_the_table_says_or_is_refused_in_words(status, verb, outcome):
    try:
        found = meeting_after(status, MeetingVerb(verb))
    except NotFromHere as refusal:
        found = str(refusal)

    assert found == outcome


def test_tables_of_this_test_name_every_state_and_every_verb():
    assert {status: set(row) for status, row in REQUESTS.items()} == {s.value: set(RequestVerb) for s in RequestState}
    assert {status: set(row) for status, row in MEETINGS.items()} == {s.value: set(MeetingVerb) for s in MeetingState}


def test_states_are_the_statuses_of_the_models_and_each_has_a_row():
    assert set(REQUEST_TABLE) == set(RequestState) == set(RequestStatus.values)
    assert set(MEETING_TABLE) == set(MeetingState) == set(MeetingStatus.values)


def test_unknown_status_is_a_mistake_of_the_program():
    with pytest.raises(ValueError):
        request_after("lost", RequestVerb.BOOK)
    with pytest.raises(ValueError):
        meeting_after("lost", MeetingVerb.MOVE)
