"""The three answers to a request: book, pass on, decline."""

from datetime import datetime

import pytest
from django.urls import reverse

from hubportal.mail.models import Email
from meetings.models import Meeting, MeetingRequest
from meetings.rules import LONDON
from meetings.tests.factories import (
    MeetingFactory,
    viewer,
)
from meetings.tests.triage import DETAIL, waiting
from schools.models import TimelineEvent
from schools.tests.factories import ContactFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]

LIST = "/requests/"


# --- Booking --------------------------------------------------------------------------------------


def booking(request: MeetingRequest, officer, /, **changes) -> dict:
    typed = {
        "when": str(request.offered_times.first().pk),
        "on": "",
        "start": "",
        "officer": officer.pk,
        "attendees": [request.contact.pk],
    }
    return {f"book-{name}": value for name, value in (typed | changes).items()}


def problems(response, form_name: str = "book_form") -> list[str]:
    form = response.context[form_name]
    return [*form.non_field_errors(), *(error for name in form.fields for error in form.errors.get(name, []))]


def test_offered_time_is_booked_at_its_usual_hour(client, officer):
    request = waiting(officer)

    response = client.post(f"{DETAIL}book/", booking(request, officer))

    meeting = Meeting.objects.get()
    assert (response.status_code, response.url) == (302, f"/meetings/{meeting.pk}/")
    assert meeting.starts_at == datetime(2027, 3, 2, 9, 30, tzinfo=LONDON)
    assert (meeting.officer, meeting.request, list(meeting.attendees.all())) == (officer, request, [request.contact])


@pytest.mark.parametrize(
    "changes, words",
    [
        ({}, "The invitations are on their way."),
        (
            {"attendees": [], "nobody": "on"},
            "Nobody from the school was ticked, so nobody there gets the invitation: please tell them.",
        ),
    ],
)
def test_booking_says_whether_anybody_is_invited(client, officer, changes, words):
    request = waiting(officer)

    response = client.post(f"{DETAIL}book/", booking(request, officer, **changes), follow=True)

    assert [str(message) for message in response.context["messages"]] == [
        f"Booked for Tuesday 2 March 2027, 09:30. {words}"
    ]


def test_booking_without_anybody_ticked_asks_once_whether_that_is_meant(client, officer):
    request = waiting(officer)

    response = client.post(f"{DETAIL}book/", booking(request, officer, attendees=[]))

    assert problems(response) == [
        "Nobody is ticked, so nobody at the school would get the invitation. Tick who gets it, or tick "
        "“Invite nobody: I tell the school myself”."
    ]
    assert response.context["book_form"]["nobody"].value() is False
    assert not Meeting.objects.exists()


def test_who_asked_is_not_told_of_an_invitation_that_nobody_got(client, officer):
    request = waiting(officer)

    client.post(f"{DETAIL}book/", booking(request, officer, attendees=[], nobody="on"))

    told = Email.objects.get(kind="request_booked")
    sentence = f"The meeting you asked us for is arranged. {officer.name} tells your school the day and the time."
    assert [sentence in told.body_text, sentence in told.body_html] == [True, True]
    assert "The invitation has gone" not in told.body_text


@pytest.mark.parametrize("typed", ["10:15", "10.15"])
def test_offered_time_is_booked_at_a_chosen_hour(client, officer, typed):
    request = waiting(officer)

    client.post(f"{DETAIL}book/", booking(request, officer, start=typed))

    assert Meeting.objects.get().starts_at == datetime(2027, 3, 2, 10, 15, tzinfo=LONDON)


def test_other_date_and_time_is_booked_with_another_officer(client, officer):
    request, colleague = waiting(officer), UserFactory()

    typed = booking(request, officer, when="other", on="2027-03-10", start="13:00", officer=colleague.pk)
    client.post(f"{DETAIL}book/", typed)

    meeting = Meeting.objects.get()
    assert (meeting.starts_at, meeting.officer) == (datetime(2027, 3, 10, 13, 0, tzinfo=LONDON), colleague)


@pytest.mark.parametrize(
    "changes, sentences",
    [
        ({"when": ""}, ["Choose one of the times."]),
        (
            {"start": "13:00"},
            ["The school offered the morning: give a start from 08:00 to 11:00, or choose “Another date and time”."],
        ),
        ({"when": "other"}, ["Give the date.", "Give the time when the meeting starts, such as 09:30."]),
        (
            {"when": "other", "on": "2026-11-19", "start": "09:30"},
            ["Thursday 19 November 2026 has passed. Choose a day from today on."],
        ),
        ({"when": "other", "on": "2026-11-20", "start": "09:30"}, ["That time has passed; choose one to come."]),
        (
            {"when": "other", "on": "2027-03-10", "start": "03:30"},
            ["Give a start from 07:00 to 20:00."],
        ),
        ({"start": "half past"}, ["Enter a time such as 15:30."]),
    ],
)
def test_booking_that_cannot_be_is_refused_with_everything_still_typed(client, officer, changes, sentences):
    request = waiting(officer)
    typed = booking(request, officer, **changes)

    response = client.post(f"{DETAIL}book/", typed)

    form = response.context["book_form"]
    assert problems(response) == sentences
    assert [form[name].value() for name in ("when", "on", "start")] == [
        typed[f"book-{name}"] for name in ("when", "on", "start")
    ]
    assert Meeting.objects.count() == 0


def test_officer_who_is_elsewhere_is_said_so_with_everything_still_typed(client, officer):
    request = waiting(officer)
    MeetingFactory(
        officer=officer, starts_at=datetime(2027, 3, 2, 10, 0, tzinfo=LONDON), school__name="Holy Trinity School"
    )

    response = client.post(f"{DETAIL}book/", booking(request, officer, start="10:15"))

    assert problems(response) == [
        "This officer already has a meeting at Holy Trinity School on Tuesday 2 March 2027, 10:00 to 11:30; "
        "choose another time."
    ]
    assert response.context["book_form"]["start"].value() == "10:15"
    assert "Error: Request MR-7K3QD" in response.content.decode()


def test_contact_of_another_school_cannot_be_invited(client, officer):
    request, stranger = waiting(officer), ContactFactory()

    response = client.post(f"{DETAIL}book/", booking(request, officer, attendees=[stranger.pk]))

    assert len(problems(response)) == 1
    assert Meeting.objects.count() == 0


def test_request_booked_meanwhile_says_by_whom(client, officer):
    request = waiting(officer)
    client.post(f"{DETAIL}book/", booking(request, officer))

    response = client.post(f"{DETAIL}book/", booking(request, officer, start="10:30"))

    assert problems(response) == ["Olga Officer has booked this request already."]
    assert Meeting.objects.count() == 1


def test_booked_request_leads_to_its_meeting(client, officer):
    request = waiting(officer)
    client.post(f"{DETAIL}book/", booking(request, officer))

    content = client.get(DETAIL).content.decode()

    assert reverse("meeting_detail", args=[Meeting.objects.get().pk]) in content
    assert "Book and send the invitations" not in content


# --- Passing on and declining ---------------------------------------------------------------------


def test_request_is_passed_to_a_colleague(client, officer):
    request, colleague = waiting(officer), UserFactory()

    response = client.post(f"{DETAIL}reassign/", {"reassign-officer": colleague.pk})

    request.refresh_from_db()
    assert (response.url, request.assigned_to) == (DETAIL, colleague)


def test_request_is_not_passed_to_a_viewer(client, officer):
    request = waiting(officer)

    response = client.post(f"{DETAIL}reassign/", {"reassign-officer": viewer().pk})

    request.refresh_from_db()
    assert (len(problems(response, "reassign_form")), request.assigned_to) == (1, officer)


def test_request_is_declined_with_a_reason(client, officer):
    request = waiting(officer)

    response = client.post(f"{DETAIL}decline/", {"decline-reason": "We are full until May."})

    request.refresh_from_db()
    assert (response.url, request.status, request.decided_by) == (LIST, "declined", officer)
    assert Email.objects.get().kind == "request_declined"
    assert TimelineEvent.objects.filter(kind="request").count() == 1


@pytest.mark.parametrize("reason", ["", "   "])
def test_request_is_not_declined_without_a_reason(client, officer, reason):
    waiting(officer)

    response = client.post(f"{DETAIL}decline/", {"decline-reason": reason})

    assert problems(response, "decline_form") == ["Give a reason: the school will read it."]
    assert MeetingRequest.objects.get().status == "new"
