"""The officer's list of requests, and the three answers to one."""

import csv
import io
from datetime import date, datetime

import pytest
from django.urls import reverse

from hubportal.mail.models import Email
from meetings.models import DayPart, Meeting, MeetingRequest
from meetings.rules import LONDON
from meetings.tests.factories import (
    MeetingFactory,
    MeetingRequestFactory,
    OfferedTimeFactory,
    administrator,
    head_of,
    viewer,
)
from schools.models import TimelineEvent
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]

LIST = "/requests/"
REFERENCE = "MR-7K3QD"
DETAIL = f"/requests/{REFERENCE}/"


def waiting(officer=None, **fields) -> MeetingRequest:
    request = MeetingRequestFactory(**({"reference": REFERENCE, "assigned_to": officer} | fields))
    OfferedTimeFactory(request=request, on=date(2027, 3, 2), part=DayPart.MORNING)
    OfferedTimeFactory(request=request, on=date(2027, 3, 4), part=DayPart.AFTER_SCHOOL)
    return request


def listed(response) -> list[MeetingRequest]:
    return list(response.context["page_obj"].object_list)


# --- Who may open what ----------------------------------------------------------------------------


@pytest.mark.parametrize("url", [LIST, DETAIL])
def test_triage_is_for_those_who_work_with_schools(sign_in, url):
    waiting()
    people = {"anonymous": None, "viewer": viewer(), "officer": UserFactory(), "administrator": administrator()}

    statuses = {name: sign_in(person).get(url).status_code for name, person in people.items()}

    assert statuses == {"anonymous": 302, "viewer": 403, "officer": 200, "administrator": 200}


@pytest.mark.parametrize("action", ["book", "reassign", "decline"])
def test_answers_are_for_those_who_work_with_schools(sign_in, action):
    waiting()
    url = f"{DETAIL}{action}/"
    people = {"anonymous": None, "viewer": viewer(), "officer": UserFactory(), "administrator": administrator()}

    statuses = {name: sign_in(person).post(url).status_code for name, person in people.items()}

    assert statuses == {"anonymous": 302, "viewer": 403, "officer": 200, "administrator": 200}
    assert MeetingRequest.objects.get().status == "new"


@pytest.mark.parametrize("url", [LIST, DETAIL])
def test_triage_is_not_for_contacts_of_a_school(come_in, url):
    request = waiting()

    assert come_in(request.contact).get(url).status_code == 302


@pytest.mark.parametrize("action", ["book", "reassign", "decline"])
def test_answers_are_never_given_by_merely_opening_an_address(client, officer, action):
    waiting(officer)

    assert client.get(f"{DETAIL}{action}/").status_code == 405


def test_unknown_reference_is_not_found(client, officer):
    assert client.get("/requests/MR-33333/").status_code == 404


# --- The list -------------------------------------------------------------------------------------


def test_list_shows_what_waits_for_me_or_for_nobody_the_oldest_first(client, officer):
    newer = MeetingRequestFactory(assigned_to=officer, created_at=datetime(2026, 11, 3, tzinfo=LONDON))
    older = MeetingRequestFactory(assigned_to=None, created_at=datetime(2026, 11, 2, tzinfo=LONDON))
    MeetingRequestFactory(assigned_to=UserFactory())
    decided = {"decided_at": datetime(2026, 11, 4, tzinfo=LONDON), "decided_by": officer}
    MeetingRequestFactory(assigned_to=officer, status="declined", decline_reason="Full", **decided)

    assert listed(client.get(LIST)) == [older, newer]


def test_list_of_everybody_in_any_state(client, officer):
    mine = MeetingRequestFactory(assigned_to=officer)
    other = MeetingRequestFactory(assigned_to=UserFactory())

    assert set(listed(client.get(LIST, {"whose": "all", "status": "all"}))) == {mine, other}


@pytest.mark.parametrize("text", ["holy trin", "mr-7k3qd"])
def test_list_is_searched_by_school_and_reference(client, officer, text):
    wanted = MeetingRequestFactory(assigned_to=officer, reference=REFERENCE, school__name="Holy Trinity School")
    MeetingRequestFactory(assigned_to=officer)

    assert listed(client.get(LIST, {"q": text})) == [wanted]


def test_list_is_sorted_by_school_both_ways(client, officer):
    first = MeetingRequestFactory(assigned_to=officer, school__name="Anstey School")
    last = MeetingRequestFactory(assigned_to=officer, school__name="Zion School")

    assert listed(client.get(LIST, {"sort": "school"})) == [first, last]
    assert listed(client.get(LIST, {"sort": "-school"})) == [last, first]


def test_list_with_filters_that_make_no_sense_shows_the_usual(client, officer):
    mine = MeetingRequestFactory(assigned_to=officer)

    assert listed(client.get(LIST, {"whose": "x", "status": "x", "sort": "password", "unknown": "1"})) == [mine]


def test_empty_list_says_what_to_do(client, officer):
    assert "Show all requests" in client.get(LIST).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_database_as_often_for_one_as_for_three(client, officer, django_assert_num_queries, rows):
    for number in range(rows):
        waiting(officer, reference=f"MR-T{number}")

    with django_assert_num_queries(6):
        assert len(listed(client.get(LIST))) == rows


def test_list_as_csv_holds_exactly_what_is_shown(client, officer):
    school = SchoolFactory(name="=SUM(A1)", area__name="North", area__leader=officer)
    request = waiting(officer, school=school, contact=ContactFactory(school=school))
    MeetingRequestFactory(assigned_to=UserFactory())

    response = client.get(LIST, {"format": "csv"})

    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert response["Content-Disposition"] == 'attachment; filename="requests.csv"'
    assert rows == [
        ["Reference", "Asked on", "School", "URN", "Area", "Kind", "Offered times", "Officer", "Status"],
        [
            request.reference,
            "2026-11-20",
            "'=SUM(A1)",
            str(school.urn),
            "North",
            "Quality conversation",
            "Tuesday 2 March 2027, morning; Thursday 4 March 2027, after school",
            "Olive Officer",
            "New",
        ],
    ]


# --- One request ----------------------------------------------------------------------------------


def test_page_shows_what_was_typed(client, officer):
    waiting(officer, notes="The hall is <b>painted</b>.", head_name="Hilary Teacher", phone="0116 496 0001")

    content = client.get(DETAIL).content.decode()

    for words in (
        "The hall is &lt;b&gt;painted&lt;/b&gt;.",
        "Hilary Teacher",
        "0116 496 0001",
        "Tuesday 2 March 2027, morning",
        "We may write to you about this meeting.",
    ):
        assert words in content


def test_page_points_to_another_request_of_the_school_that_waits(client, officer):
    request = waiting(officer)
    other = MeetingRequestFactory(school=request.school, contact=request.contact)

    assert client.get(DETAIL).context["page"].waiting_too == [other]


def test_page_offers_the_invitation_to_who_asked_and_the_head_teacher(client, officer):
    request = waiting(officer, head_email="H.Teacher@school.example.org")
    head, other = head_of(request.school), ContactFactory(school=request.school)
    ContactFactory(school=request.school, withdrawn_at=datetime(2026, 1, 1, tzinfo=LONDON))

    page = client.get(DETAIL).context["page"]

    assert set(page.contacts) == {request.contact, head, other}
    assert set(page.to_invite) == {request.contact, head}


def test_page_names_who_is_new_and_ticks_them_only_where_their_address_speaks_for_them(client, officer):
    school = SchoolFactory(area__leader=officer, website="http://www.anstey.example.org")
    alice = ContactFactory(school=school, name="Alice Penrose", email="alice@elsewhere.example.org", confirmed_at=None)
    request = waiting(officer, school=school, contact=alice, head_email="head@anstey.example.org")
    ContactFactory(school=school, name="Cara Coordinator", email="cara@trust.example.org")
    head = ContactFactory(
        school=school, name="Hilary Teacher", role="head_teacher", email=request.head_email, confirmed_at=None
    )

    response = client.get(DETAIL)

    field = response.context["book_form"]["attendees"]
    assert field.value() == [head.pk]
    assert [str(label) for _, label in field.field.widget.choices] == [
        "Hilary Teacher, head teacher (new: head@anstey.example.org, not known to us yet)",
        "Alice Penrose, music coordinator (new: alice@elsewhere.example.org, not known to us yet)",
        "Cara Coordinator, music coordinator",
    ]
    assert "Inviting somebody new opens the school’s pages to them." in response.content.decode()


def test_page_with_nobody_new_says_nothing_of_new_people(client, officer):
    request = waiting(officer)

    response = client.get(DETAIL)

    assert response.context["book_form"]["attendees"].value() == [request.contact.pk]
    assert "opens the school’s pages" not in response.content.decode()


def test_page_offers_only_times_to_come(client, officer):
    request = waiting(officer)
    OfferedTimeFactory(request=request, on=date(2026, 11, 19))

    choices = client.get(DETAIL).context["book_form"].fields["when"].choices

    assert [label for _, label in choices] == [
        "Tuesday 2 March 2027, morning, start 08:00 to 11:00",
        "Thursday 4 March 2027, after school, start 15:00 to 17:00",
        "Another date and time",
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_page_asks_the_database_as_often_for_one_of_each_as_for_three(client, officer, django_assert_num_queries, rows):
    request = MeetingRequestFactory(reference=REFERENCE)
    for number in range(rows):
        OfferedTimeFactory(request=request, on=date(2027, 3, 2 + number))
        MeetingRequestFactory(school=request.school, contact=ContactFactory(school=request.school))

    with django_assert_num_queries(8):
        client.get(DETAIL)


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

    assert problems(response) == ["Olive Officer has booked this request already."]
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
