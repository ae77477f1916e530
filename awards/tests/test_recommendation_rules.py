"""The hand-over to a national scheme as a table of states."""

import pytest

from awards.models import RecommendationState
from awards.rules.recommendations import LEADS_TO, State, Verb, after, possible, standing_steps

REACHED = {
    None: {Verb.RECOMMEND, Verb.WITHHOLD},
    State.WITHHELD: {Verb.RECOMMEND},
    State.RECOMMENDED: {Verb.WITHHOLD, Verb.SEND, Verb.ACCEPT, Verb.DOWNLOAD, Verb.DECLINE},
    State.SENT: {Verb.ACCEPT, Verb.DOWNLOAD, Verb.DECLINE},
    State.ACCEPTED: {Verb.DOWNLOAD, Verb.DECLINE},
    State.DECLINED: {Verb.ACCEPT},
    State.DOWNLOADED: set(),
}


@pytest.mark.parametrize("state", list(REACHED), ids=str)
def test_possible_verbs_are_those_of_the_table(state):
    assert set(possible(state)) == REACHED[state]


@pytest.mark.parametrize("verb", Verb)
@pytest.mark.parametrize("state", list(REACHED), ids=str)
def test_after_leads_on_stays_or_refuses_with_a_sentence(verb, state):
    if verb in REACHED[state] or LEADS_TO[verb] == state:
        assert after(verb, state) == LEADS_TO[verb]
    else:
        with pytest.raises(ValueError, match=r"\.$"):
            after(verb, state)


@pytest.mark.parametrize(
    ("states", "standing"),
    [
        ([], ()),
        (["recommended"], (0,)),
        (["recommended", "sent", "accepted"], (0, 1, 2)),
        (["recommended", "sent", "recommended"], (0,)),
        (["recommended", "sent", "recommended", "sent"], (0, 3)),
        (["withheld", "recommended", "withheld"], (0,)),
        (["recommended", "sent", "declined", "sent", "recommended", "accepted"], (0, 5)),
    ],
)
def test_standing_steps_leave_out_what_was_taken_back(states, standing):
    assert standing_steps(states) == standing


def test_states_of_the_rule_are_those_of_the_database():
    assert {state.value for state in State} == set(RecommendationState.values)
