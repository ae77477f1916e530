"""The service that writes the priorities down."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from audits.models import Audit
from audits.services import PriorityWords, StalePriorities, save_priorities
from audits.tests.factories import make_agreed_audit, make_open_audit, make_priorities
from schools.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def words(number: int = 1, code: str = "P-INT-01", due_on: date = date(2027, 1, 1)) -> PriorityWords:
    return PriorityWords(number=number, code=code, action="Do", support="", owner="Ada", due_on=due_on)


def saved(audit: Audit) -> list[tuple]:
    return list(audit.priorities.values_list("number", "criterion__code", "action", "support", "owner", "due_on"))


def test_save_priorities_replaces_what_was_there_and_keeps_the_draft():
    audit = make_open_audit()
    make_priorities(audit, ["P-IPC-01"])

    save_priorities(audit=audit, complete=[words()], draft=[{"action": "half"}], version=0, by=UserFactory())

    audit.refresh_from_db()
    assert saved(audit) == [(1, "P-INT-01", "Do", "", "Ada", date(2027, 1, 1))]
    assert (audit.priorities_draft, audit.priorities_version) == ([{"action": "half"}], 1)


def test_save_priorities_from_a_stale_page_is_refused():
    audit = make_open_audit()
    save_priorities(audit=audit, complete=[words()], draft=[], version=0, by=UserFactory())

    with pytest.raises(StalePriorities) as caught:
        save_priorities(audit=audit, complete=[], draft=[], version=0, by=UserFactory())

    assert caught.value.current.priorities_version == 1
    assert len(saved(audit)) == 1


@pytest.mark.parametrize(
    "complete, sentence",
    [
        ([words(code="P-XXX-99")], "Priority 1: this audit has no criterion P-XXX-99."),
        (
            [words(), words(number=2)],
            "P-INT-01 is a priority twice: choose a different criterion for one of them.",
        ),
        ([words(due_on=date(2026, 11, 5))], "Priority 1: the date must be after the day of the meeting."),
        ([words(number=number) for number in (1, 2, 3, 4)], "There are three priorities at most."),
    ],
)
def test_save_priorities_with_what_cannot_be_is_refused(complete, sentence):
    audit = make_open_audit()
    make_priorities(audit, ["P-IPC-01"])

    with pytest.raises(ValidationError) as caught:
        save_priorities(audit=audit, complete=complete, draft=[], version=0, by=UserFactory())

    assert caught.value.messages == [sentence]
    assert [row[1] for row in saved(audit)] == ["P-IPC-01"]


def test_save_priorities_on_the_day_after_the_meeting_is_early_enough():
    audit = make_open_audit()

    save_priorities(audit=audit, complete=[words(due_on=date(2026, 11, 6))], draft=[], version=0, by=UserFactory())

    assert saved(audit)[0][-1] == date(2026, 11, 6)


def test_save_priorities_of_an_agreed_audit_is_refused():
    audit = make_agreed_audit()

    with pytest.raises(ValidationError) as caught:
        save_priorities(audit=audit, complete=[], draft=[], version=0, by=UserFactory())

    assert caught.value.messages == ["This audit is agreed, so it cannot be changed any more. Nothing was saved."]
    assert audit.priorities.count() == 3
