"""The staff's pages about meetings."""

import csv
import io
from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from meetings.models import DayPart, Meeting, MeetingKind
from meetings.rules import LONDON
from meetings.tests.factories import (
    DataFormFactory,
    MeetingFactory,
    MeetingRequestFactory,
    administrator,
    head_of,
    viewer,
)
from schools.models import AuditOffer, SchoolStatus
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]

LIST = "/meetings/"
START = datetime(2027, 3, 2, 9, 30, tzinfo=LONDON)
LONG_AGO = datetime(2026, 3, 3, 9, 30, tzinfo=LONDON)
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=LONDON)


def address(meeting: Meeting, action: str = "") -> str:
    return f"/meetings/{meeting.pk}/{action}"


def listed(response) -> list[Meeting]:
    return list(response.context["page_obj"].object_list)


def problems(response) -> list[str]:
    form = response.context["form"]
    return [*form.non_field_errors(), *(error for name in form.fields for error in form.errors.get(name, []))]


# --- Who may open what ----------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["list", "", "move/", "cancel/", "new"])
def test_meeting_pages_are_for_those_who_work_with_schools(sign_in, page):
    meeting = MeetingFactory()
    new = reverse("meeting_new", args=[meeting.school.urn])
    url = {"list": LIST, "new": new}.get(page) or address(meeting, page)
    people = {"anonymous": None, "viewer": viewer(), "officer": UserFactory(), "administrator": administrator()}

    statuses = {name: sign_in(person).get(url).status_code for name, person in people.items()}

    assert statuses == {"anonymous": 302, "viewer": 403, "officer": 200, "administrator": 200}


@pytest.mark.parametrize("page", ["move/", "cancel/"])
def test_meetings_are_changed_only_by_those_who_work_with_schools(sign_in, page):
    meeting = MeetingFactory(starts_at=START)
    typed = {"reason": "Snow", "on": "2027-03-09", "start": "09:30", "officer": meeting.officer.pk}

    statuses = [sign_in(person).post(address(meeting, page), typed).status_code for person in (None, viewer())]

    meeting.refresh_from_db()
    assert (statuses, meeting.status, meeting.starts_at) == ([302, 403], "booked", START)


def test_meeting_page_is_not_for_contacts_of_a_school(as_contact):
    meeting = MeetingFactory()

    assert as_contact(ContactFactory(school=meeting.school)).get(address(meeting)).status_code == 302


@pytest.mark.parametrize("url", ["/meetings/999999/", "/meetings/999999/move/", "/schools/999999/meetings/new/"])
def test_unknown_meeting_or_school_is_not_found(client, officer, url):
    assert client.get(url).status_code == 404


# --- The list -------------------------------------------------------------------------------------


def test_list_shows_my_upcoming_meetings_the_next_first(client, officer):
    later = MeetingFactory(officer=officer, starts_at=START + timedelta(days=7))
    sooner = MeetingFactory(officer=officer, starts_at=START)
    MeetingFactory(officer=officer, starts_at=LONG_AGO)
    MeetingFactory(starts_at=START)

    assert listed(client.get(LIST)) == [sooner, later]


def test_list_of_past_meetings_shows_the_latest_first_and_none_that_was_cancelled(client, officer):
    older = MeetingFactory(officer=officer, starts_at=LONG_AGO, status="held")
    newer = MeetingFactory(officer=officer, starts_at=LONG_AGO + timedelta(days=1))
    cancelled = {"status": "cancelled", "cancelled_at": NOW, "cancelled_by": officer, "cancel_reason": "Snow"}
    MeetingFactory(officer=officer, starts_at=LONG_AGO, **cancelled)

    assert listed(client.get(LIST, {"when": "past"})) == [newer, older]


@pytest.mark.parametrize(
    "filters, expected",
    [
        ({}, ["Anstey School", "Barwell School"]),
        ({"whose": "all"}, ["Anstey School", "Barwell School", "Corby School"]),
        ({"kind": "follow_up"}, ["Barwell School"]),
        ({"q": "anst"}, ["Anstey School"]),
        ({"when": "all", "status": "cancelled"}, []),
        ({"sort": "-school"}, ["Barwell School", "Anstey School"]),
        ({"sort": "school"}, ["Anstey School", "Barwell School"]),
        ({"when": "x", "whose": "x", "kind": "x", "status": "x", "sort": "x"}, ["Anstey School", "Barwell School"]),
    ],
)
def test_list_is_filtered_and_sorted_by_the_address(client, officer, filters, expected):
    MeetingFactory(officer=officer, school__name="Anstey School", starts_at=START)
    later = START + timedelta(days=1)
    MeetingFactory(officer=officer, school__name="Barwell School", starts_at=later, kind=MeetingKind.FOLLOW_UP)
    MeetingFactory(school__name="Corby School", starts_at=START + timedelta(days=2))

    assert [meeting.school.name for meeting in listed(client.get(LIST, filters))] == expected


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_database_as_often_for_one_as_for_three(client, officer, django_assert_num_queries, rows):
    for _ in range(rows):
        DataFormFactory(meeting__officer=officer, saved_at=NOW, sent_at=NOW)

    with django_assert_num_queries(5):
        assert len(listed(client.get(LIST))) == rows


def test_list_as_csv_holds_exactly_what_is_shown(client, officer):
    school = SchoolFactory(name=" =SUM(A1)", area__name="North")
    meeting = MeetingFactory(officer=officer, school=school, starts_at=START)
    DataFormFactory(meeting=meeting, saved_at=NOW, sent_at=NOW)
    MeetingFactory(starts_at=START)

    response = client.get(LIST, {"format": "csv"})

    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows == [
        ["Date", "Start", "End", "School", "URN", "Area", "Kind", "Officer", "Status", "Data form sent on"],
        [
            "2027-03-02",
            "09:30",
            "11:00",
            "' =SUM(A1)",
            str(school.urn),
            "North",
            "Quality conversation",
            "Olga Officer",
            "Booked",
            "2026-11-20",
        ],
    ]


# --- One meeting ----------------------------------------------------------------------------------


def test_page_shows_who_comes_and_what_the_school_wrote(client, officer):
    request = MeetingRequestFactory(notes="The hall is being painted.")
    meeting = MeetingFactory(school=request.school, request=request, starts_at=START)
    meeting.attendees.add(head_of(meeting.school))

    content = client.get(address(meeting)).content.decode()

    for words in ("Hilary Teacher, head teacher", "The hall is being painted.", "Tuesday 2 March 2027, 09:30"):
        assert words in content


def test_page_shows_the_data_form_to_read(client, officer):
    data_form = DataFormFactory(saved_at=NOW, sent_at=NOW, pupils=210, has_published_plan=False)

    rows = client.get(address(data_form.meeting)).context["data_form_read"].rows

    facts = {row.question: row.answer for row in rows}
    assert (facts["Pupils in the school"], facts["Classes"]) == ("210", "Not answered")
    assert facts["Music development plan summary on the school's website"] == "No"


def test_page_shows_no_facts_before_the_school_has_begun_the_form(client, officer):
    data_form = DataFormFactory()
    data_form.meeting.attendees.add(ContactFactory(school=data_form.meeting.school))

    response = client.get(address(data_form.meeting))

    assert response.context["data_form_read"] is None
    assert "The school has the link and has not begun it yet." in response.content.decode()


def test_page_says_that_nobody_has_the_link_where_nobody_was_invited(client, officer):
    data_form = DataFormFactory()

    content = client.get(address(data_form.meeting)).content.decode()

    assert "Nobody was invited by e-mail, so nobody has its link." in content
    assert "The school has the link" not in content


@pytest.mark.parametrize(
    "offer, buttons",
    [
        (AuditOffer.PRIMARY, [("Start the primary audit", {"phase": "primary"})]),
        (AuditOffer.SECONDARY, [("Start the secondary audit", {"phase": "secondary"})]),
        (
            AuditOffer.CHOICE,
            [
                ("Start the primary audit", {"phase": "primary"}),
                ("Start the secondary audit", {"phase": "secondary"}),
            ],
        ),
    ],
)
def test_page_starts_the_audit_the_school_is_offered(client, officer, offer, buttons):
    meeting = MeetingFactory(school__audit_offer=offer)

    response = client.get(address(meeting))

    assert response.context["audit_buttons"] == buttons
    assert [label in response.content.decode() for label, _ in buttons] == [True] * len(buttons)


def test_page_of_a_cancelled_meeting_says_why_and_offers_another(client, officer):
    by = UserFactory(name="Ann Administrator")
    cancelled = {"status": "cancelled", "cancelled_at": NOW, "cancelled_by": by, "cancel_reason": "Snow."}
    meeting = MeetingFactory(**cancelled)

    content = client.get(address(meeting)).content.decode()

    for words in ("Ann Administrator cancelled it", "Snow.", f"/schools/{meeting.school.urn}/meetings/new/"):
        assert words in content
    assert "Move the meeting" not in content


@pytest.mark.parametrize("people", [1, 3])
def test_page_asks_the_database_as_often_for_one_person_as_for_three(
    client, officer, django_assert_num_queries, people
):
    meeting = MeetingFactory()
    for _ in range(people):
        meeting.attendees.add(ContactFactory(school=meeting.school))

    with django_assert_num_queries(7):
        client.get(address(meeting))


# --- Moving and cancelling ------------------------------------------------------------------------


def test_meeting_is_moved(client, officer):
    meeting = MeetingFactory(starts_at=START)

    typed = {"on": "2027-03-09", "start": "13:30", "officer": officer.pk}
    response = client.post(address(meeting, "move/"), typed)

    meeting.refresh_from_db()
    assert response.url == address(meeting)
    assert (meeting.starts_at, meeting.officer) == (datetime(2027, 3, 9, 13, 30, tzinfo=LONDON), officer)


def test_move_form_begins_with_where_the_meeting_is(client, officer):
    meeting = MeetingFactory(starts_at=START)

    form = client.get(address(meeting, "move/")).context["form"]

    assert [str(form[name].value()) for name in ("on", "start", "officer")] == [
        "2027-03-02",
        "09:30:00",
        str(meeting.officer.pk),
    ]


def test_meeting_is_not_moved_onto_another_and_what_was_typed_stays(client, officer):
    meeting = MeetingFactory(starts_at=START)
    MeetingFactory(officer=officer, starts_at=START + timedelta(days=7), school__name="Holy Trinity School")

    typed = {"on": "2027-03-09", "start": "10:00", "officer": officer.pk}
    response = client.post(address(meeting, "move/"), typed)

    assert problems(response) == [
        "This officer already has a meeting at Holy Trinity School on Tuesday 9 March 2027, 09:30 to 11:00; "
        "choose another time."
    ]
    assert response.context["form"]["start"].value() == "10:00"


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ({"on": "2026-11-19"}, "Thursday 19 November 2026 has passed. Choose a day from today on."),
        ({"on": "2026-11-20"}, "That time has passed; choose one to come."),
        ({"on": ""}, "Give a date for “Date”."),
        ({"start": "6:59"}, "Give a start from 07:00 to 20:00."),
        ({"start": "20:01"}, "Give a start from 07:00 to 20:00."),
    ],
)
def test_meeting_is_not_moved_to_a_time_that_cannot_be(client, officer, typed, sentence):
    meeting = MeetingFactory(starts_at=START)

    response = client.post(
        address(meeting, "move/"), {"on": "2027-03-09", "start": "09:30", "officer": officer.pk} | typed
    )

    assert problems(response) == [sentence]


def test_meeting_is_cancelled_with_a_reason(client, officer):
    meeting = MeetingFactory(starts_at=START)

    response = client.post(address(meeting, "cancel/"), {"reason": "Snow."})

    meeting.refresh_from_db()
    assert (response.url, meeting.status, meeting.cancelled_by) == (address(meeting), "cancelled", officer)


@pytest.mark.parametrize(
    "is_invited, again, words",
    [
        (
            True,
            "yes",
            "Cancelled. Everybody gets a mail that clears the calendar entry. Request MR-7K3QD waits for another time.",
        ),
        (False, "no", "Cancelled. Nobody at the school is invited by e-mail, so please tell them."),
    ],
)
def test_cancelling_says_who_is_told_and_what_becomes_of_the_request(client, officer, is_invited, again, words):
    request = MeetingRequestFactory(
        reference="MR-7K3QD", assigned_to=officer, status="booked", decided_by=officer, decided_at=NOW
    )
    meeting = MeetingFactory(school=request.school, officer=officer, request=request)
    if is_invited:
        meeting.attendees.add(request.contact)

    response = client.post(f"{address(meeting)}cancel/", {"reason": "Snow.", "again": again}, follow=True)

    assert [str(message) for message in response.context["messages"]] == [words]
    content = response.content.decode()
    assert ("Open the request that waits" in content, "Book another meeting" in content) == (
        again == "yes",
        again == "no",
    )


def test_meeting_is_not_cancelled_without_a_reason(client, officer):
    meeting = MeetingFactory(starts_at=START)

    response = client.post(address(meeting, "cancel/"), {"reason": ""})

    meeting.refresh_from_db()
    assert (problems(response), meeting.status) == (["Give a reason: the school will read it."], "booked")


# --- Without a request ----------------------------------------------------------------------------


def test_meeting_is_booked_without_a_request(client, officer):
    school = SchoolFactory()
    coordinator = ContactFactory(school=school)
    typed = {
        "kind": "follow_up",
        "on": "2027-03-09",
        "start": "13:30",
        "officer": officer.pk,
        "attendees": [coordinator.pk],
    }

    response = client.post(reverse("meeting_new", args=[school.urn]), typed)

    meeting = Meeting.objects.get()
    assert response.url == address(meeting)
    assert (meeting.school, meeting.kind, meeting.request) == (school, "follow_up", None)
    assert list(meeting.attendees.all()) == [coordinator]


def test_new_meeting_begins_with_the_areas_officer_everybody_invited_and_the_kind_asked_for(client, officer):
    school = SchoolFactory()
    coordinator, head = ContactFactory(school=school), head_of(school)
    ContactFactory(school=school, left_at=NOW)

    form = client.get(reverse("meeting_new", args=[school.urn]), {"kind": "follow_up"}).context["form"]

    assert (form["kind"].value(), form["officer"].value()) == ("follow_up", school.area.leader.pk)
    assert set(form["attendees"].value()) == {coordinator.pk, head.pk}


def test_new_meeting_names_who_is_new_and_does_not_tick_them(client, officer):
    school = SchoolFactory(website="http://www.anstey.example.org")
    known = ContactFactory(school=school, email="cara@trust.example.org")
    colleague = ContactFactory(school=school, email="dan@trust.example.org", confirmed_at=None)
    ContactFactory(school=school, name="Eve", email="eve@elsewhere.example.org", confirmed_at=None)

    response = client.get(reverse("meeting_new", args=[school.urn]))

    field = response.context["form"]["attendees"]
    assert set(field.value()) == {known.pk, colleague.pk}
    assert (
        "Eve, music coordinator (new: eve@elsewhere.example.org, not known to us yet)"
        in dict(field.field.widget.choices).values()
    )
    assert "Inviting somebody new opens the school’s pages to them." in response.content.decode()


def test_new_meeting_at_a_school_without_contacts_warns_that_nobody_is_invited(client, officer):
    content = client.get(reverse("meeting_new", args=[SchoolFactory().urn])).content.decode()

    assert "Please ring the school." in content


def test_new_meeting_at_a_closed_school_is_refused(client, officer):
    school = SchoolFactory(name="Old Mill School", status=SchoolStatus.CLOSED)
    typed = {"kind": "follow_up", "on": "2027-03-09", "start": "13:30", "officer": officer.pk}

    response = client.post(reverse("meeting_new", args=[school.urn]), typed)

    assert problems(response) == ["Old Mill School is closed, so no meeting can be booked there."]


def test_new_meeting_without_a_school_in_an_area_can_be_booked(client, officer):
    assert client.get(reverse("meeting_new", args=[SchoolFactory(area=None).urn])).status_code == 200


def test_day_parts_of_forms_and_rules_are_the_same():
    from meetings.rules import PARTS_OF_DAY

    assert list(PARTS_OF_DAY) == DayPart.values
