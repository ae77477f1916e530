"""How a promise stands, in words."""

from datetime import date

import pytest

from audits.rules import promise_state

DUE = date(2027, 5, 5)


@pytest.mark.parametrize(
    "status, settled_on, today, sentence, tone",
    [
        ("open", None, date(2027, 5, 4), "To come: by 5 May 2027", "info"),
        ("open", None, date(2027, 5, 5), "To come: by 5 May 2027", "info"),
        ("open", None, date(2027, 5, 6), "Late: promised for 5 May 2027", "danger"),
        ("kept", date(2027, 6, 1), date(2027, 7, 1), "Done: 1 June 2027", "success"),
        ("given_up", date(2027, 4, 30), date(2027, 7, 1), "Given up: 30 April 2027", "neutral"),
    ],
)
def test_promise_state_is_late_from_the_day_after(status, settled_on, today, sentence, tone):
    state = promise_state(status=status, due_on=DUE, settled_on=settled_on, today=today)

    assert (state.sentence, state.tone) == (sentence, tone)
