"""Where a school stands on the journey and what comes next. Pure functions."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from awards.rules import renewal_due_on


class Stage(StrEnum):
    """The steps of the journey as the school page shows them, in order."""

    ASK = "Ask"
    BOOK = "Book"
    CONVERSE = "Converse"
    DECIDE = "Decide"
    OUTCOME = "Outcome"
    REFLECT = "Reflect"
    RENEW = "Renew"


@dataclass(frozen=True)
class Standing:
    """The facts about one school that decide its next step; an id is None where there is no such thing."""

    is_open: bool
    new_request: str | None = None
    booked_meeting: int | None = None
    booked_on: date | None = None
    open_audit: int | None = None
    undecided_audit: int | None = None
    unsent_award: int | None = None
    award: int | None = None
    award_expires_on: date | None = None
    unanswered_reflection: int | None = None


@dataclass(frozen=True)
class NextStep:
    """One button: what to do, the name of the page where it is done, and that page's argument."""

    stage: Stage
    label: str
    url_name: str
    argument: str | int | None


def next_step(standing: Standing, *, today: date) -> NextStep | None:
    """The one thing to do next with a school, the most urgent first, or None for a closed school.

    `NextStep.argument` is None where the page belongs to the school itself.
    """
    if not standing.is_open:
        return None
    return (
        _unfinished_work(standing)
        or _meeting_step(standing, today=today)
        or _renewal_step(standing, today=today)
        or _first_step(standing)
    )


def _unfinished_work(standing: Standing) -> NextStep | None:
    if standing.open_audit:
        return NextStep(Stage.CONVERSE, "Continue the audit", "audit_conversation", standing.open_audit)
    if standing.undecided_audit:
        return NextStep(Stage.DECIDE, "Decide the award", "audit_detail", standing.undecided_audit)
    if standing.unsent_award:
        return NextStep(Stage.OUTCOME, "Check and send the outcome pack", "award_detail", standing.unsent_award)
    return None


def _meeting_step(standing: Standing, *, today: date) -> NextStep | None:
    if standing.new_request:
        return NextStep(Stage.BOOK, "Answer the meeting request", "request_detail", standing.new_request)
    if standing.booked_meeting and standing.booked_on:
        label = "Prepare the meeting" if standing.booked_on > today else "Start the audit"
        return NextStep(Stage.CONVERSE, label, "meeting_detail", standing.booked_meeting)
    return None


def _renewal_step(standing: Standing, *, today: date) -> NextStep | None:
    expires_on = standing.award_expires_on
    if expires_on and today >= renewal_due_on(expires_on):
        return NextStep(Stage.RENEW, "Book the renewal meeting", "meeting_new", None)
    return None


def _first_step(standing: Standing) -> NextStep | None:
    if standing.award:
        # Nothing is asked of staff until the next reflection or renewal: the reminders run by themselves.
        return NextStep(Stage.REFLECT, "Look at the award", "award_detail", standing.award)
    return NextStep(Stage.ASK, "Book a meeting", "meeting_new", None)
