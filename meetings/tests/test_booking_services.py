from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from hubportal.mail.models import Email
from meetings.models import DataForm, Meeting, MeetingKind, MeetingRequest, MeetingStatus, RequestStatus
from meetings.rules import LONDON
from meetings.services import arrange_meeting, book_meeting, cancel_meeting, hold_meeting, move_meeting
from meetings.services.bookings import one_place
from meetings.tests.factories import MeetingFactory, MeetingRequestFactory, head_of, viewer
from schools.models import SchoolStatus, TimelineEvent
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
START = datetime(2027, 3, 2, 9, 30, tzinfo=LONDON)


def book(request: MeetingRequest, **changes: Any) -> Meeting:
    arguments = {
        "request": request,
        "officer": request.assigned_to,
        "starts_at": START,
        "attendees": [request.contact],
        "by": request.assigned_to,
        "now": NOW,
    }
    return book_meeting(**(arguments | changes))


def refusal(act) -> str:
    with pytest.raises(ValidationError) as error:
        act()
    return error.value.messages[0]


def kinds_and_addresses() -> set[tuple[str, str]]:
    return set(Email.objects.values_list("kind", "to_address"))


# --- Booking --------------------------------------------------------------------------------------


def test_booking_makes_a_meeting_of_ninety_minutes_at_the_school():
    request = MeetingRequestFactory(kind=MeetingKind.ADDITIONAL)

    meeting = book(request)

    meeting.refresh_from_db()
    assert (meeting.school, meeting.kind, meeting.request, meeting.officer) == (
        request.school,
        "additional",
        request,
        request.assigned_to,
    )
    assert (meeting.starts_at, meeting.ends_at) == (START, START + timedelta(minutes=90))
    assert (meeting.status, meeting.booked_by, meeting.booked_at) == ("booked", request.assigned_to, NOW)
    assert list(meeting.attendees.all()) == [request.contact]


def test_booking_answers_the_request():
    request, by = MeetingRequestFactory(), UserFactory()

    book(request, by=by)

    request.refresh_from_db()
    assert (request.status, request.decided_by, request.decided_at) == (RequestStatus.BOOKED, by, NOW)


def test_booking_is_on_the_timeline():
    request = MeetingRequestFactory(assigned_to=UserFactory(name="Olga Officer"))

    book(request)

    event = TimelineEvent.objects.get(kind="meeting")
    assert event.text == "Quality conversation booked for Tuesday 2 March 2027, 09:30 to 11:00 with Olga Officer."
    assert (event.school, event.by, event.at) == (request.school, request.assigned_to, NOW)


def test_booking_writes_to_everybody_who_comes_and_to_the_officer():
    request = MeetingRequestFactory()
    head = head_of(request.school)

    book(request, attendees=[request.contact, head])

    assert kinds_and_addresses() == {
        ("booking", request.email),
        ("booking", head.email),
        ("officer_booking", request.assigned_to.email),
    }


def test_booking_writes_to_nobody_who_withdrew():
    request = MeetingRequestFactory()
    head = head_of(request.school)
    head.withdrawn_at = NOW
    head.save()

    book(request, attendees=[request.contact, head])

    assert kinds_and_addresses() == {
        ("booking", request.email),
        ("officer_booking", request.assigned_to.email),
    }


@pytest.mark.parametrize(
    "kind, forms",
    [(MeetingKind.QUALITY_CONVERSATION, 1), (MeetingKind.ADDITIONAL, 1), (MeetingKind.FOLLOW_UP, 0)],
)
def test_booking_asks_for_the_data_form_unless_it_is_a_follow_up(kind, forms):
    book(MeetingRequestFactory(kind=kind))

    assert DataForm.objects.count() == forms


def test_request_is_booked_only_once():
    first = UserFactory(name="Ffion First")
    request = MeetingRequestFactory()
    stale = MeetingRequest.objects.get(pk=request.pk)
    book(request, by=first)

    later = START + timedelta(days=1)
    assert refusal(lambda: book(stale, starts_at=later)) == "Ffion First has booked this request already."
    assert Meeting.objects.count() == 1


@pytest.mark.parametrize("moment", [NOW, NOW - timedelta(minutes=1)])
def test_meeting_is_not_booked_into_the_past(moment):
    assert refusal(lambda: book(MeetingRequestFactory(), starts_at=moment)) == (
        "That time has passed; choose one to come."
    )


def test_meeting_is_not_booked_for_somebody_who_holds_none():
    board = viewer()

    assert refusal(lambda: book(MeetingRequestFactory(), officer=board)) == (
        f"{board.name} does not hold meetings; choose an officer."
    )


@pytest.mark.parametrize("minutes", [-89, 0, 89])
def test_officer_who_is_elsewhere_is_not_booked_and_nothing_is_changed(minutes):
    request = MeetingRequestFactory()
    MeetingFactory(officer=request.assigned_to, starts_at=START, school__name="Holy Trinity School")

    sentence = refusal(lambda: book(request, starts_at=START + timedelta(minutes=minutes)))

    request.refresh_from_db()
    assert sentence == (
        "This officer already has a meeting at Holy Trinity School on Tuesday 2 March 2027, 09:30 to 11:00; "
        "choose another time."
    )
    assert (request.status, Meeting.objects.count(), Email.objects.count()) == ("new", 1, 0)
    assert (DataForm.objects.count(), TimelineEvent.objects.count()) == (0, 0)


@pytest.mark.parametrize("minutes", [-90, 90])
def test_officer_may_go_from_one_meeting_straight_to_the_next(minutes):
    request = MeetingRequestFactory()
    MeetingFactory(officer=request.assigned_to, starts_at=START)

    assert book(request, starts_at=START + timedelta(minutes=minutes)).officer == request.assigned_to


def test_other_broken_rules_are_not_taken_for_an_officer_elsewhere():
    officer = UserFactory()

    with pytest.raises(IntegrityError), one_place(officer, slot=None):
        MeetingFactory(officer=officer, kind="chat")


# --- Without a request ----------------------------------------------------------------------------


def arrange(school, **changes: Any) -> Meeting:
    arguments = {
        "school": school,
        "kind": MeetingKind.FOLLOW_UP,
        "officer": school.area.leader,
        "starts_at": START,
        "attendees": [],
        "by": school.area.leader,
        "now": NOW,
    }
    return arrange_meeting(**(arguments | changes))


def test_meeting_can_be_arranged_without_a_request():
    school = SchoolFactory()
    coordinator = ContactFactory(school=school)

    meeting = arrange(school, attendees=[coordinator])

    assert (meeting.request, meeting.kind, meeting.starts_at) == (None, "follow_up", START)
    assert kinds_and_addresses() == {
        ("booking", coordinator.email),
        ("officer_booking", school.area.leader.email),
    }


def test_meeting_is_not_arranged_at_a_closed_school():
    school = SchoolFactory(name="Old Mill School", status=SchoolStatus.CLOSED)

    assert refusal(lambda: arrange(school)) == "Old Mill School is closed, so no meeting can be booked there."


# --- Moving ---------------------------------------------------------------------------------------


def move(meeting: Meeting, **changes: Any) -> Meeting:
    arguments = {
        "meeting": meeting,
        "officer": meeting.officer,
        "starts_at": START + timedelta(days=7),
        "by": meeting.officer,
        "now": NOW,
    }
    return move_meeting(**(arguments | changes))


def booked_meeting(**fields: Any) -> Meeting:
    meeting = MeetingFactory(starts_at=START, **fields)
    meeting.attendees.add(ContactFactory(school=meeting.school))
    return meeting


def test_moved_meeting_keeps_its_identity_and_counts_one_up():
    meeting = booked_meeting()

    move(meeting)

    moved = Meeting.objects.get()
    assert (moved.starts_at, moved.ends_at) == (START + timedelta(days=7), START + timedelta(days=7, minutes=90))
    assert (moved.calendar_uid, moved.calendar_sequence) == (meeting.calendar_uid, 1)
    assert moved.held_on == date(2027, 3, 9)


def test_moved_meeting_is_on_the_timeline():
    meeting = booked_meeting(officer=UserFactory(name="Olga Officer"))

    move(meeting)

    assert TimelineEvent.objects.get(kind="meeting").text == (
        "Quality conversation moved from Tuesday 2 March 2027, 09:30 to 11:00 "
        "to Tuesday 9 March 2027, 09:30 to 11:00 with Olga Officer."
    )


def test_moved_meeting_is_told_to_everybody():
    meeting = booked_meeting()

    move(meeting)

    assert kinds_and_addresses() == {
        ("booking_moved", meeting.attendees.get().email),
        ("officer_booking", meeting.officer.email),
    }


def test_meeting_passed_to_a_colleague_leaves_the_first_officers_calendar():
    meeting, colleague = booked_meeting(), UserFactory()

    move(meeting, officer=colleague, starts_at=START)

    assert Meeting.objects.get().officer == colleague
    assert kinds_and_addresses() == {
        ("booking_moved", meeting.attendees.get().email),
        ("officer_booking", colleague.email),
        ("officer_cancelled", meeting.officer.email),
    }


def test_meeting_may_move_by_half_an_hour_over_its_own_time():
    meeting = booked_meeting()

    assert move(meeting, starts_at=START + timedelta(minutes=30)).starts_at == START + timedelta(minutes=30)


def test_meeting_does_not_move_onto_another_of_the_officer():
    meeting = booked_meeting()
    MeetingFactory(officer=meeting.officer, starts_at=START + timedelta(days=7), school__name="Holy Trinity School")

    assert refusal(lambda: move(meeting)) == (
        "This officer already has a meeting at Holy Trinity School on Tuesday 9 March 2027, 09:30 to 11:00; "
        "choose another time."
    )
    meeting.refresh_from_db()
    assert (meeting.starts_at, meeting.calendar_sequence) == (START, 0)


def test_meeting_moved_to_where_it_is_is_refused():
    assert refusal(lambda: move(booked_meeting(), starts_at=START)) == (
        "That is when the meeting already is: choose another time or officer."
    )


@pytest.mark.parametrize("status, word", [("held", "held"), ("cancelled", "cancelled")])
def test_meeting_that_is_over_is_neither_moved_nor_cancelled(status, word):
    officer = UserFactory()
    fields = {"cancelled_at": NOW, "cancelled_by": officer, "cancel_reason": "Snow"} if status == "cancelled" else {}
    meeting = MeetingFactory(officer=officer, starts_at=START, status=status, **fields)

    sentence = f"This meeting is {word}, so it cannot be changed any more."
    assert refusal(lambda: move(meeting)) == sentence
    assert refusal(lambda: cancel_meeting(meeting=meeting, reason="No", by=officer, now=NOW)) == sentence


# --- Cancelling and holding -----------------------------------------------------------------------


def test_cancelled_meeting_says_why_by_whom_and_when():
    meeting, by = booked_meeting(), UserFactory()

    cancel_meeting(meeting=meeting, reason=" Snow. ", by=by, now=NOW)

    meeting.refresh_from_db()
    assert (meeting.status, meeting.cancel_reason, meeting.cancelled_by, meeting.cancelled_at) == (
        MeetingStatus.CANCELLED,
        "Snow.",
        by,
        NOW,
    )
    assert meeting.calendar_sequence == 1
    assert TimelineEvent.objects.get(kind="meeting").text == (
        "Quality conversation of Tuesday 2 March 2027, 09:30 to 11:00 cancelled: Snow."
    )


def test_cancelled_meeting_is_told_to_everybody():
    meeting = booked_meeting()

    cancel_meeting(meeting=meeting, reason="Snow.", by=meeting.officer, now=NOW)

    assert kinds_and_addresses() == {
        ("booking_cancelled", meeting.attendees.get().email),
        ("officer_cancelled", meeting.officer.email),
    }


def test_meeting_is_not_cancelled_without_a_reason():
    meeting = booked_meeting()

    assert refusal(lambda: cancel_meeting(meeting=meeting, reason=" ", by=meeting.officer, now=NOW)) == (
        "Give a reason: the school will read it."
    )


def test_meeting_is_held_once():
    meeting = booked_meeting()

    hold_meeting(meeting=meeting, by=meeting.officer)
    hold_meeting(meeting=meeting, by=meeting.officer)

    assert Meeting.objects.get().status == "held"
    assert list(TimelineEvent.objects.values_list("text", flat=True)) == ["Quality conversation held."]


def test_cancelled_meeting_cannot_have_been_held():
    meeting = booked_meeting()
    cancel_meeting(meeting=meeting, reason="Snow.", by=meeting.officer, now=NOW)

    assert refusal(lambda: hold_meeting(meeting=meeting, by=meeting.officer)) == (
        "This meeting was cancelled, so it cannot have been held."
    )
