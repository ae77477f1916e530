"""The officer's list of requests, and the page about one."""

import csv
import io
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone
from django.utils.html import strip_tags

from meetings.models import MeetingRequest
from meetings.rules import LONDON
from meetings.tests.factories import (
    MeetingFactory,
    MeetingRequestFactory,
    OfferedTimeFactory,
    OfficerDiaryFactory,
    TimeOffFactory,
    administrator,
    head_of,
    viewer,
)
from meetings.tests.triage import DETAIL, REFERENCE, waiting
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]

LIST = "/requests/"


def listed(response) -> list[MeetingRequest]:
    return list(response.context["page_obj"].object_list)


# --- Who may open what ----------------------------------------------------------------------------


@pytest.mark.parametrize("url", [LIST, DETAIL])
def test_triage_is_for_those_who_work_with_schools(sign_in, url):
    waiting()
    people = {"anonymous": None, "viewer": viewer(), "officer": UserFactory(), "administrator": administrator()}

    statuses = {name: sign_in(person).get(url).status_code for name, person in people.items()}

    assert statuses == {"anonymous": 302, "viewer": 403, "officer": 200, "administrator": 200}


@pytest.mark.parametrize("action", ["book", "reassign", "ask", "decline", "withdraw"])
def test_answers_are_for_those_who_work_with_schools(sign_in, action):
    waiting()
    url = f"{DETAIL}{action}/"
    people = {"anonymous": None, "viewer": viewer(), "officer": UserFactory(), "administrator": administrator()}

    statuses = {name: sign_in(person).post(url).status_code for name, person in people.items()}

    assert statuses == {"anonymous": 302, "viewer": 403, "officer": 200, "administrator": 200}
    assert MeetingRequest.objects.get().status == "new"


@pytest.mark.parametrize("url", [LIST, DETAIL])
def test_triage_is_not_for_contacts_of_a_school(as_contact, url):
    request = waiting()

    assert as_contact(request.contact).get(url).status_code == 302


@pytest.mark.parametrize("action", ["book", "reassign", "ask", "decline", "withdraw"])
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


def test_list_with_answered_requests_shows_what_stands_out_first_and_then_the_newest(client, officer):
    older = MeetingRequestFactory(assigned_to=officer, created_at=datetime(2026, 11, 18, tzinfo=LONDON))
    newer = MeetingRequestFactory(assigned_to=officer, created_at=datetime(2026, 11, 19, tzinfo=LONDON))
    long = MeetingRequestFactory(assigned_to=officer, created_at=datetime(2026, 11, 2, tzinfo=LONDON))
    decided = {"decided_at": datetime(2026, 11, 4, tzinfo=LONDON), "decided_by": officer, "decline_reason": "Full"}
    declined = MeetingRequestFactory(
        assigned_to=officer, created_at=datetime(2026, 11, 1, tzinfo=LONDON), status="declined", **decided
    )

    assert listed(client.get(LIST, {"status": "all"})) == [long, newer, older, declined]


@pytest.mark.parametrize(
    "status, expected",
    [
        ("new", {"over ten", "over five", "new"}),
        ("long", {"over ten", "over five"}),
        ("too_long", {"over ten"}),
        ("asked", {"asked", "silent"}),
        ("silent", {"silent"}),
        ("withdrawn", {"withdrawn"}),
        ("joined", {"joined"}),
        ("declined", set()),
    ],
)
def test_list_is_filtered_by_status_and_by_how_long_it_lasts(client, officer, status, expected):
    def on(day: int) -> datetime:
        return datetime(2026, 11, day, 12, tzinfo=LONDON)

    def asked(name: str, **fields) -> MeetingRequest:
        return MeetingRequestFactory(school__name=name, assigned_to=officer, **fields)

    first = asked("new", created_at=on(13))
    asked("over five", created_at=on(12))
    asked("over ten", created_at=on(5))
    for name, day in (("asked", 6), ("silent", 5)):
        asked(name, status="asked", asked_at=on(day), asked_by=officer, asked_message="When?", created_at=on(1))
    closed = {"decided_at": on(4), "decided_by": officer, "decline_reason": "Not now"}
    asked("withdrawn", status="withdrawn", **closed)
    asked("joined", status="joined", joined_to=first)

    assert {one.school.name for one in listed(client.get(LIST, {"status": status}))} == expected


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

    with django_assert_num_queries(8):
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
            "Olga Officer",
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


def joined_to(request: MeetingRequest, **fields) -> MeetingRequest:
    """Another person of the school asks for the same."""
    contact = ContactFactory(school=request.school)
    return MeetingRequestFactory(
        school=request.school, contact=contact, status="joined", joined_to=request, assigned_to=None, **fields
    )


def test_list_says_that_another_request_joined(client, officer):
    joined_to(waiting(officer))
    MeetingRequestFactory(assigned_to=officer)

    text = client.get(LIST).content.decode()

    assert text.count("and what 1 more request of the school offers") == 1


def test_page_shows_who_else_asked_with_their_times_and_invites_them(client, officer):
    request = waiting(officer)
    other = joined_to(request, notes="I am in on Fridays.")
    friday = OfferedTimeFactory(request=other, on=date(2027, 3, 5))

    response = client.get(DETAIL)

    page = response.context["page"]
    assert page.joined == [other]
    assert [time.offer for time in page.times] == [*request.offered_times.all(), friday]
    assert set(page.to_invite) == {request.contact, other.contact}
    assert "I am in on Fridays." in response.content.decode()


def test_page_of_a_joined_request_leads_to_the_first(client, officer):
    first = MeetingRequestFactory(reference="MR-33333")
    contact = ContactFactory(school=first.school)
    waiting(officer, school=first.school, contact=contact, status="joined", joined_to=first)

    content = client.get(DETAIL).content.decode()

    assert 'href="/requests/MR-33333/">answer MR-33333</a>' in content
    assert "Book and send the invitations" not in content


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


def choices_of(response) -> list[str]:
    choices = response.context["book_form"].fields["when"].choices
    return [" ".join(strip_tags(str(label).replace("<br>", ": ")).split()) for _, label in choices]


def test_page_offers_times_to_come_and_says_where_the_officer_is_free(client, officer):
    request = waiting(officer)
    OfferedTimeFactory(request=request, on=date(2026, 11, 19))
    MeetingFactory(
        officer=officer, starts_at=datetime(2027, 3, 2, 9, 0, tzinfo=LONDON), school__name="Holy Trinity School"
    )
    TimeOffFactory(
        officer=officer,
        starts_at=datetime(2027, 3, 4, 0, 0, tzinfo=LONDON),
        ends_at=datetime(2027, 3, 5, 0, 0, tzinfo=LONDON),
    )

    assert choices_of(client.get(DETAIL)) == [
        "Tuesday 2 March 2027, morning, start 08:00 to 11:00: Free at 11:00",
        "Thursday 4 March 2027, after school, start 15:00 to 17:00: Not free Time off that day.",
        "Another date and time",
    ]


def test_page_without_an_officer_says_nothing_of_diaries(client, officer):
    waiting(None)

    assert choices_of(client.get(DETAIL))[0] == "Tuesday 2 March 2027, morning, start 08:00 to 11:00"


def test_page_shows_the_diary_of_another_officer_and_books_nothing(client, officer):
    waiting(officer)
    colleague = UserFactory(name="Cleo Colleague")
    OfficerDiaryFactory(officer=colleague)
    MeetingFactory(
        officer=colleague, starts_at=datetime(2027, 3, 2, 9, 30, tzinfo=LONDON), school__name="Holy Trinity School"
    )

    typed = {"look": "yes", "book-officer": colleague.pk, "book-start": "half past"}
    response = client.post(f"{DETAIL}book/", typed)

    form = response.context["book_form"]
    assert choices_of(response)[0] == (
        "Tuesday 2 March 2027, morning, start 08:00 to 11:00: Not free "
        "Overlaps the meeting at Holy Trinity School, 09:30 to 11:00."
    )
    assert (form["officer"].value(), form["start"].value()) == (str(colleague.pk), "half past")
    assert (response.context["page"].officer, MeetingRequest.objects.get().status) == (colleague, "new")


def test_page_keeps_the_times_that_did_not_suit_apart(client, officer):
    request = waiting(officer)
    request.status, request.asked_by, request.asked_message = "asked", officer, "Any Friday?"
    request.asked_at = timezone.now() + timedelta(minutes=1)
    request.save()

    response = client.get(DETAIL)

    page = response.context["page"]
    assert (page.times, page.past_times) == ([], list(request.offered_times.all()))
    assert "Any Friday?" in response.content.decode()


@pytest.mark.parametrize(
    "asked_on, words",
    [
        (datetime(2026, 11, 13, 12, tzinfo=LONDON), ""),
        (datetime(2026, 11, 12, 12, tzinfo=LONDON), "Waiting 6 working days"),
    ],
)
def test_request_that_waits_longer_than_five_working_days_stands_out(client, officer, asked_on, words):
    waiting(officer, created_at=asked_on)

    assert client.get(DETAIL).context["waiting"] == words
    assert [row["waiting"] for row in client.get(LIST).context["rows"]] == [words]


def test_request_that_waits_again_counts_from_when_its_meeting_fell_through(client, officer):
    long_ago = datetime(2026, 9, 1, 12, tzinfo=LONDON)
    waiting(officer, created_at=long_ago, waiting_since=datetime(2026, 11, 19, 12, tzinfo=LONDON))

    assert client.get(DETAIL).context["waiting"] == ""


@pytest.mark.parametrize("rows", [1, 3])
def test_page_asks_the_database_as_often_for_one_of_each_as_for_three(client, officer, django_assert_num_queries, rows):
    request = MeetingRequestFactory(reference=REFERENCE)
    for number in range(rows):
        OfferedTimeFactory(request=request, on=date(2027, 3, 2 + number))
        joined_to(request)

    with django_assert_num_queries(16):
        client.get(DETAIL)
