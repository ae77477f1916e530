from datetime import date, timedelta

import pytest

from awards.rules import RENEWAL_NOTICE
from reports.rules import Stage, Standing, next_step

TODAY = date(2026, 11, 20)


def step(**facts):
    found = next_step(Standing(**{"is_open": True} | facts), today=TODAY)
    return found and (found.stage, found.url_name, found.argument)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, (Stage.ASK, "meeting_new", None)),
        ({"is_open": False, "new_request": "MR-1"}, None),
        ({"new_request": "MR-1"}, (Stage.BOOK, "request_detail", "MR-1")),
        ({"booked_meeting": 1, "booked_on": TODAY}, (Stage.CONVERSE, "meeting_detail", 1)),
        ({"open_audit": 2, "new_request": "MR-1"}, (Stage.CONVERSE, "audit_conversation", 2)),
        ({"undecided_audit": 3, "booked_meeting": 1, "booked_on": TODAY}, (Stage.DECIDE, "audit_detail", 3)),
        ({"unsent_award": 4, "award": 4}, (Stage.OUTCOME, "award_detail", 4)),
        ({"award": 4, "new_request": "MR-2"}, (Stage.BOOK, "request_detail", "MR-2")),
    ],
)
def test_next_step_is_the_most_urgent(facts, expected):
    assert step(**facts) == expected


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (RENEWAL_NOTICE.days + 1, (Stage.REFLECT, "award_detail", 4)),
        (RENEWAL_NOTICE.days, (Stage.RENEW, "meeting_new", None)),
        (RENEWAL_NOTICE.days - 1, (Stage.RENEW, "meeting_new", None)),
        (-1, (Stage.RENEW, "meeting_new", None)),
    ],
)
def test_next_step_with_an_award_near_its_end_is_renewal(days, expected):
    assert step(award=4, award_expires_on=TODAY + timedelta(days=days)) == expected


@pytest.mark.parametrize(
    ("days", "label"), [(1, "Prepare the meeting"), (0, "Start the audit"), (-1, "Start the audit")]
)
def test_next_step_with_a_meeting_depends_on_its_day(days, label):
    found = next_step(Standing(is_open=True, booked_meeting=1, booked_on=TODAY + timedelta(days=days)), today=TODAY)

    assert found.label == label
