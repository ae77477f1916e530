"""A meeting that is cancelled or missed never takes the school's request with it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from hubportal.mail.kinds import why_not_send
from hubportal.mail.models import Email
from meetings.models import Meeting, MeetingKind, MeetingRequest
from meetings.rules import LONDON
from meetings.services import (
    book_meeting,
    cancel_meeting,
    correct_missed_meeting,
    hold_meeting,
    miss_meeting,
    withdraw_request,
)
from meetings.tests.factories import MeetingFactory, MeetingRequestFactory, TimeOffFactory, viewer
from schools.models import Engagement, School, TimelineEvent
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
START = datetime(2027, 3, 2, 9, 30, tzinfo=LONDON)
AFTERWARDS = START + timedelta(hours=3)


def booked(request: MeetingRequest | None = None, **changes) -> Meeting:
    request = request or MeetingRequestFactory()
    officer = request.assigned_to
    arguments = {"officer": officer, "starts_at": START, "attendees": [request.contact], "by": officer, "now": NOW}
    return book_meeting(request=request, **(arguments | changes))


def cancel(meeting: Meeting, **changes) -> Meeting:
    arguments = {"reason": "Snow.", "again": True, "by": meeting.officer, "now": NOW}
    return cancel_meeting(meeting=meeting, **(arguments | changes))


def miss(meeting: Meeting, **changes) -> Meeting:
    return miss_meeting(meeting=meeting, **({"again": True, "by": meeting.officer, "now": AFTERWARDS} | changes))


def refusal(act) -> str:
    with pytest.raises(ValidationError) as error:
        act()
    return error.value.messages[0]


def joined_to(request: MeetingRequest, **fields) -> MeetingRequest:
    contact = ContactFactory(school=request.school)
    return MeetingRequestFactory(school=request.school, contact=contact, status="joined", joined_to=request, **fields)


# --- Who is told of a booking ---------------------------------------------------------------------


def test_booking_tells_who_asked_and_is_not_invited_neither_day_nor_place():
    request = MeetingRequestFactory()
    other = joined_to(request)

    meeting = booked(request)

    told = Email.objects.get(kind="request_booked")
    assert told.to_address == other.contact.email
    assert [word for word in ("March", "09:30", str(meeting.school.urn)) if word in told.subject + told.body_text] == []
    assert set(Email.objects.filter(kind="booking").values_list("to_address", flat=True)) == {request.email}


@pytest.mark.parametrize("again, words", [(True, "waits with us again"), (False, "would still like one")])
def test_cancelling_tells_who_asked_and_was_not_invited_that_it_is_off(again, words):
    request = MeetingRequestFactory()
    other = joined_to(request)
    meeting = booked(request)

    cancel(meeting, reason="The piano fell.", again=again)

    told = Email.objects.get(kind="request_unbooked")
    assert told.to_address == other.contact.email
    assert (words in told.body_text, "piano" in told.body_text) == (True, False)
    assert [mail.to_address for mail in Email.objects.filter(kind="booking_cancelled")] == [request.email]


def test_booking_ends_a_schools_pause():
    request = MeetingRequestFactory()
    School.objects.update(engagement=Engagement.PAUSED, engagement_reason="Building work", engagement_since=NOW.date())

    booked(request)

    assert School.objects.get().engagement == Engagement.TAKING_PART


# --- Cancelled ------------------------------------------------------------------------------------


def test_cancelled_meeting_lets_its_request_wait_again_with_its_officer():
    meeting = booked()

    cancel(meeting, now=NOW + timedelta(days=3))

    request = MeetingRequest.objects.get()
    assert (request.status, request.decided_at, request.decided_by, request.assigned_to) == (
        "new", None, None, meeting.officer,
    )  # fmt: skip
    assert request.waiting_since == NOW + timedelta(days=3)
    assert "We will suggest a new time to you soon." in Email.objects.get(kind="booking_cancelled").body_text


def test_cancelled_meeting_closes_its_request_where_the_school_wants_none():
    cancel(booked(), again=False, reason="We close the music room.")

    request = MeetingRequest.objects.get()
    assert (request.status, request.decline_reason) == ("withdrawn", "We close the music room.")
    assert "ask for a new meeting" in Email.objects.get(kind="booking_cancelled").body_text


def test_request_booked_again_is_a_new_meeting_with_an_entry_of_its_own():
    first = booked()
    cancel(first)

    second = booked(MeetingRequest.objects.get(), starts_at=START + timedelta(days=1))

    assert second.calendar_uid != first.calendar_uid
    assert list(Meeting.objects.order_by("pk").values_list("status", flat=True)) == ["cancelled", "booked"]
    assert Email.objects.filter(kind="booking").count() == 2


@pytest.mark.parametrize("is_later", [True, False])
def test_request_that_waits_again_and_another_one_become_one_the_earlier(is_later):
    request = MeetingRequestFactory(created_at=NOW)
    meeting = booked(request)
    shift = timedelta(days=1 if is_later else -1)
    other = MeetingRequestFactory(school=request.school, contact=request.contact, created_at=NOW + shift)
    third = joined_to(other)

    cancel(meeting)

    first, second = (request, other) if is_later else (other, request)
    found = {one.pk: one for one in MeetingRequest.objects.all()}
    assert (found[first.pk].status, found[second.pk].status) == ("new", "joined")
    assert (found[second.pk].joined_to, found[third.pk].joined_to) == (first, first)


# --- Missed ---------------------------------------------------------------------------------------


def test_missed_meeting_is_noted_with_its_request_waiting_again_and_a_kind_word():
    meeting = booked()

    miss(meeting, note=" The office knew of nothing. ")

    meeting.refresh_from_db()
    assert (meeting.status, meeting.missed_at, meeting.missed_by, meeting.missed_note) == (
        "no_show", AFTERWARDS, meeting.officer, "The office knew of nothing.",
    )  # fmt: skip
    assert MeetingRequest.objects.get().status == "new"
    email = Email.objects.get(kind="meeting_missed")
    assert email.subject == "We missed each other on Tuesday 2 March 2027"
    assert "The office knew" not in email.body_text + email.body_html
    assert TimelineEvent.objects.filter(kind="meeting").first().text.endswith("09:30 to 11:00: nobody was there.")


def test_missed_meeting_of_a_school_that_wants_none_closes_its_request_and_sends_nothing():
    miss(booked(), again=False)

    request = MeetingRequest.objects.get()
    assert (request.status, request.decline_reason) == (
        "withdrawn", "Nobody was there for the meeting, and the school does not want another one for now.",
    )  # fmt: skip
    assert Email.objects.filter(kind="meeting_missed").count() == 0


def test_meeting_is_not_missed_before_it_begins():
    assert refusal(lambda: miss(booked(), now=START - timedelta(minutes=1))) == (
        "This meeting begins on Tuesday 2 March 2027, 09:30 to 11:00: wait until then."
    )


def test_meeting_missed_by_mistake_stands_again_and_answers_its_request():
    meeting = booked()
    miss(meeting)
    email = Email.objects.get(kind="meeting_missed")
    before = why_not_send(email)

    correct_missed_meeting(meeting=meeting, by=meeting.officer, now=AFTERWARDS)

    meeting.refresh_from_db()
    assert (meeting.status, meeting.missed_at, meeting.missed_by, meeting.missed_note) == ("booked", None, None, "")
    assert MeetingRequest.objects.get().status == "booked"
    assert (before, why_not_send(email)) == (None, "The meeting did take place.")


def test_meeting_missed_by_mistake_whose_request_was_closed_answers_it_again():
    meeting = booked()
    miss(meeting)
    withdraw_request(request=MeetingRequest.objects.get(), reason="Ill", by=meeting.officer, now=AFTERWARDS)

    correct_missed_meeting(meeting=meeting, by=meeting.officer, now=AFTERWARDS)

    request = MeetingRequest.objects.get()
    assert (request.status, request.decline_reason) == ("booked", "")


def test_meeting_missed_by_mistake_does_not_come_back_where_another_answers_the_request():
    meeting = booked()
    miss(meeting)
    booked(MeetingRequest.objects.get(), starts_at=START + timedelta(days=7))

    assert refusal(lambda: correct_missed_meeting(meeting=meeting, by=meeting.officer, now=AFTERWARDS)) == (
        "Another meeting has been booked for this request since: cancel that one first."
    )


def test_meeting_missed_by_mistake_does_not_come_back_onto_another_of_the_officer():
    meeting = booked()
    miss(meeting)
    MeetingFactory(officer=meeting.officer, starts_at=START, school__name="Holy Trinity School", status="held")

    assert refusal(lambda: correct_missed_meeting(meeting=meeting, by=meeting.officer, now=AFTERWARDS)) == (
        "This officer already has a meeting at Holy Trinity School on Tuesday 2 March 2027, 09:30 to 11:00; "
        "choose another time."
    )
    assert MeetingRequest.objects.get().status == "new"


def test_meeting_is_not_held_before_it_begins():
    meeting = booked()

    assert refusal(lambda: hold_meeting(meeting=meeting, by=meeting.officer, now=NOW)) == (
        "This meeting begins on Tuesday 2 March 2027, 09:30 to 11:00: wait until then."
    )


# --- Pages ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("friday")
@pytest.mark.parametrize(
    "page, answer, statuses",
    [
        ("cancel", {"reason": "Snow.", "again": "yes"}, ("cancelled", "new")),
        ("cancel", {"reason": "Snow.", "again": "no"}, ("cancelled", "withdrawn")),
        ("miss", {"note": "", "again": "yes"}, ("no_show", "new")),
        ("miss", {"note": "Ill", "again": "no"}, ("no_show", "withdrawn")),
    ],
)
def test_page_asks_what_becomes_of_the_request(client, officer, page, answer, statuses):
    meeting = past_meeting(officer)

    response = client.post(f"/meetings/{meeting.pk}/{page}/", answer)

    assert response.url == f"/meetings/{meeting.pk}/"
    assert (Meeting.objects.get().status, MeetingRequest.objects.get().status) == statuses


def past_meeting(officer, **fields) -> Meeting:
    """A meeting of yesterday, booked for a request."""
    request = MeetingRequestFactory(status="booked", decided_at=NOW, decided_by=officer, assigned_to=officer)
    yesterday = datetime(2026, 11, 19, 9, 30, tzinfo=LONDON)
    return MeetingFactory(request=request, school=request.school, officer=officer, starts_at=yesterday, **fields)


@pytest.mark.usefixtures("friday")
@pytest.mark.parametrize("page", ["cancel", "miss"])
def test_page_needs_to_know_what_becomes_of_the_request(client, officer, page):
    meeting = past_meeting(officer)

    response = client.post(f"/meetings/{meeting.pk}/{page}/", {"reason": "Snow.", "note": "Snow."})

    assert response.context["form"].errors == {"again": ["Choose whether the school still wants a meeting."]}
    assert Meeting.objects.get().status == "booked"


@pytest.mark.usefixtures("friday")
@pytest.mark.parametrize("page", ["cancel", "miss"])
def test_page_of_a_meeting_without_a_request_does_not_ask(client, officer, page):
    meeting = MeetingFactory(officer=officer, starts_at=datetime(2026, 11, 19, 9, 30, tzinfo=LONDON))

    response = client.get(f"/meetings/{meeting.pk}/{page}/")

    assert "again" not in response.context["form"].fields
    assert "The friendly line" not in response.content.decode()


@pytest.mark.usefixtures("friday")
def test_missed_meeting_is_listed_in_the_past_and_can_be_taken_back(client, officer):
    meeting = past_meeting(officer)
    miss(meeting, note="Locked gate.", now=NOW)

    listed = client.get("/meetings/?when=past").context["page_obj"].object_list
    content = client.get(f"/meetings/{meeting.pk}/").content.decode()
    client.post(f"/meetings/{meeting.pk}/correct/")

    assert list(listed) == [meeting]
    assert ("Locked gate." in content, "It did take place" in content) == (True, True)
    assert Meeting.objects.get().status == "booked"


@pytest.mark.usefixtures("friday")
def test_follow_up_visit_that_took_place_is_noted_with_a_button(client, officer):
    meeting = past_meeting(officer, kind=MeetingKind.FOLLOW_UP)

    content = client.get(f"/meetings/{meeting.pk}/").content.decode()
    client.post(f"/meetings/{meeting.pk}/hold/")

    assert "It took place" in content
    assert Meeting.objects.get().status == "held"


@pytest.mark.usefixtures("friday")
def test_button_that_comes_too_late_says_why(client, officer):
    meeting = past_meeting(officer)

    response = client.post(f"/meetings/{meeting.pk}/correct/", follow=True)

    assert [str(message) for message in response.context["messages"]] == [
        "This meeting is booked: only one noted as missed can be corrected."
    ]


@pytest.mark.parametrize("action", ["miss", "correct", "hold"])
def test_meetings_are_noted_only_by_those_who_work_with_schools(sign_in, as_contact, action):
    meeting = past_meeting(UserFactory())
    url = f"/meetings/{meeting.pk}/{action}/"

    statuses = [sign_in(person).post(url, {"again": "yes"}).status_code for person in (viewer(), None)]
    statuses.append(as_contact(ContactFactory(school=meeting.school)).post(url, {"again": "yes"}).status_code)

    assert (statuses, Meeting.objects.get().status) == ([403, 302, 302], "booked")


@pytest.mark.parametrize("action", ["correct", "hold"])
def test_opening_the_address_of_a_button_changes_nothing(client, officer, action):
    meeting = past_meeting(officer)

    assert client.get(f"/meetings/{meeting.pk}/{action}/").status_code == 405


# --- Against the diary ----------------------------------------------------------------------------


def new_meeting(client, school, officer, **changes):
    typed = {"kind": "follow_up", "on": "2027-03-09", "start": "13:30", "officer": officer.pk} | changes
    return client.post(reverse("meeting_new", args=[school.urn]), typed)


def day_off(officer) -> None:
    TimeOffFactory(
        officer=officer,
        starts_at=datetime(2027, 3, 9, 0, 0, tzinfo=LONDON),
        ends_at=datetime(2027, 3, 10, 0, 0, tzinfo=LONDON),
    )


@pytest.mark.usefixtures("friday")
def test_booking_against_the_diary_asks_first_and_then_does_it_all_the_same(client, officer):
    school = SchoolFactory()
    day_off(officer)

    asked = new_meeting(client, school, officer)
    form = asked.context["form"]
    booked_before = Meeting.objects.count()
    tick = form.fields["anyway"].widget.attrs["value"]
    new_meeting(client, school, officer, anyway=tick)

    assert form.errors == {"anyway": ["Time off that day. Choose another time, or tick “Book it all the same”."]}
    assert (form["start"].value(), form["anyway"].value(), booked_before) == ("13:30", False, 0)
    assert Meeting.objects.get().starts_at == datetime(2027, 3, 9, 13, 30, tzinfo=LONDON)


@pytest.mark.usefixtures("friday")
def test_tick_for_one_time_does_not_count_for_another(client, officer):
    school = SchoolFactory()
    day_off(officer)
    tick = new_meeting(client, school, officer).context["form"].fields["anyway"].widget.attrs["value"]

    response = new_meeting(client, school, officer, anyway=tick, start="14:30")

    assert (list(response.context["form"].errors), Meeting.objects.count()) == (["anyway"], 0)


@pytest.mark.usefixtures("friday")
def test_no_tick_books_onto_another_meeting(client, officer):
    school = SchoolFactory()
    at = datetime(2027, 3, 9, 13, 0, tzinfo=LONDON)
    MeetingFactory(officer=officer, starts_at=at, school__name="Holy Trinity School")

    response = new_meeting(client, school, officer, anyway=f"{officer.pk}-202703091330")

    assert response.context["form"].non_field_errors() == [
        "This officer already has a meeting at Holy Trinity School on Tuesday 9 March 2027, 13:00 to 14:30; "
        "choose another time."
    ]


@pytest.mark.usefixtures("friday")
def test_moving_is_not_in_its_own_way(client, officer):
    meeting = MeetingFactory(officer=officer, starts_at=START)

    client.post(f"/meetings/{meeting.pk}/move/", {"on": "2027-03-02", "start": "10:00", "officer": officer.pk})

    assert Meeting.objects.get().starts_at == START + timedelta(minutes=30)


@pytest.mark.usefixtures("friday")
def test_start_that_was_proposed_is_booked_though_another_would_be_proposed_by_now(client, officer):
    request = MeetingRequestFactory(reference="MR-7K3QD", assigned_to=officer)
    offer = request.offered_times.create(on=START.date(), part="morning")
    typed = {"book-when": f"{offer.pk}-1045", "book-officer": officer.pk, "book-attendees": request.contact.pk}

    client.post("/requests/MR-7K3QD/book/", typed)

    assert Meeting.objects.get().starts_at == START + timedelta(minutes=75)
