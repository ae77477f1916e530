"""What the database itself says about the states of requests and meetings: each constraint is broken once."""

from datetime import UTC, date, datetime, time

import pytest
from django.db import IntegrityError, transaction

from meetings.models import MeetingRequest
from meetings.tests.factories import MeetingFactory, MeetingRequestFactory, OfferedTimeFactory
from schools.tests.factories import ContactFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def refused(make) -> str:
    """The name of the constraint by which the database refuses what `make` does."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        make()
    return error.value.__cause__.diag.constraint_name


def asked(**changes) -> dict:
    return {"asked_at": NOW, "asked_by": UserFactory(), "asked_message": "When?"} | changes


@pytest.mark.parametrize("missing", [{"asked_at": None}, {"asked_by": None}, {"asked_message": ""}])
def test_question_for_other_times_has_its_time_its_author_and_its_words(missing):
    fields = asked(**missing)

    assert refused(lambda: MeetingRequestFactory(**fields)) == "meetings_meetingrequest_asked_in_full"


def test_request_that_waits_for_the_school_was_asked():
    assert refused(lambda: MeetingRequestFactory(status="asked")) == "meetings_meetingrequest_asked_with_message"


def test_request_called_off_has_a_reason():
    decided = {"decided_at": NOW, "decided_by": UserFactory()}

    assert refused(lambda: MeetingRequestFactory(status="withdrawn", **decided)) == (
        "meetings_meetingrequest_declined_with_reason"
    )


def test_joined_request_is_joined_to_another():
    first = MeetingRequestFactory()

    assert refused(lambda: MeetingRequestFactory(status="joined")) == "meetings_meetingrequest_joined_to_another"
    assert refused(lambda: MeetingRequestFactory(joined_to=first)) == "meetings_meetingrequest_joined_to_another"


def test_request_is_not_joined_to_itself():
    request = MeetingRequestFactory()
    itself = MeetingRequest.objects.filter(pk=request.pk)

    assert refused(lambda: itself.update(status="joined", joined_to=request)) == (
        "meetings_meetingrequest_not_joined_to_itself"
    )


def test_joined_request_was_decided_by_nobody():
    first = MeetingRequestFactory()
    decided = {"decided_at": NOW, "decided_by": UserFactory()}

    assert refused(lambda: MeetingRequestFactory(status="joined", joined_to=first, **decided)) == (
        "meetings_meetingrequest_decided_in_full"
    )


@pytest.mark.parametrize("status", ["new", "asked"])
def test_school_has_one_open_request_of_a_kind(status):
    contact = ContactFactory()
    MeetingRequestFactory(school=contact.school, contact=contact)
    fields = asked() if status == "asked" else {}

    def second() -> None:
        MeetingRequestFactory(school=contact.school, contact=contact, status=status, **fields)

    assert refused(second) == "meetings_meetingrequest_one_open_of_a_kind"


def test_request_is_answered_by_one_standing_meeting_after_any_that_fell_through():
    first = MeetingFactory(request=MeetingRequestFactory())

    def second(**fields) -> None:
        MeetingFactory(request=first.request, school=first.school, **fields)

    second(status="cancelled", cancelled_at=NOW, cancelled_by=first.officer, cancel_reason="Snow")
    second(status="no_show", missed_at=NOW, missed_by=first.officer)
    assert refused(second) == "meetings_meeting_one_answers_a_request"
    assert refused(lambda: second(status="held")) == "meetings_meeting_one_answers_a_request"


@pytest.mark.parametrize("fields", [{"status": "no_show"}, {"status": "no_show", "missed_at": NOW}, {"missed_at": NOW}])
def test_missed_meeting_has_its_time_and_its_author_and_no_other_has(fields):
    assert refused(lambda: MeetingFactory(**fields)) == "meetings_meeting_missed_in_full"


def test_missed_meeting_keeps_nobody_from_another():
    missed = MeetingFactory(status="no_show", missed_at=NOW, missed_by=UserFactory())

    assert MeetingFactory(officer=missed.officer, period=missed.period).status == "booked"


@pytest.mark.parametrize("fields", [{"part": "at_time"}, {"part": "morning", "start": time(9, 30)}])
def test_offered_time_has_a_start_just_where_it_is_a_certain_time(fields):
    request = MeetingRequestFactory()

    assert refused(lambda: OfferedTimeFactory(request=request, on=date(2027, 3, 2), **fields)) == (
        "meetings_offeredtime_start_when_at_time"
    )
