"""A school offers other times after the hub has asked for them: only who asked for the meeting, and only for that."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from hubportal.accounts.models import Role
from hubportal.mail.models import Email
from meetings.models import DayPart, MeetingKind, MeetingRequest, RequestStatus
from meetings.queries import offers_of
from meetings.rules import Offer
from meetings.services import offer_other_times
from meetings.tests.factories import MeetingRequestFactory, OfferedTimeFactory
from meetings.tests.public_form import problems
from meetings.tests.triage import question_to
from schools.models import Contact, ContactLink, TimelineEvent
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory
from schools.tests.visitors import said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
DAY = date(2027, 3, 2)
TIMES = {"day_1": "2027-03-09", "part_1": "afternoon", "day_2": "2027-03-10", "part_2": "at_time", "start_2": "15:45"}


@pytest.fixture
def asked() -> MeetingRequest:
    """A request of somebody no officer knows yet, whom the hub has asked for other times."""
    school = SchoolFactory(name="Anstey Primary School")
    contact = ContactFactory(school=school, name="Cara Coordinator", email="cara@school.example.org", confirmed_at=None)
    request = MeetingRequestFactory(
        school=school,
        contact=contact,
        reference="MR-7K3QD",
        notes="The hall is being painted.",
        status=RequestStatus.ASKED,
        asked_at=NOW - timedelta(hours=1),
        asked_by=UserFactory(name="Olive Hart"),
        asked_message="We are at a conference that week.",
        created_at=NOW - timedelta(days=3),
        waiting_since=NOW - timedelta(days=3),
    )
    question_to(contact, about=request)
    OfferedTimeFactory(request=request, on=DAY, created_at=NOW - timedelta(days=3))
    return request


def joined_to(first: MeetingRequest, *, is_asked: bool = False) -> MeetingRequest:
    contact = ContactFactory(
        school=first.school, name="Dara Deputy", email="dara@school.example.org", confirmed_at=None
    )
    request = MeetingRequestFactory(
        school=first.school, contact=contact, reference="MR-9QQQQ", status=RequestStatus.JOINED, joined_to=first
    )
    OfferedTimeFactory(request=request, on=DAY, part=DayPart.AFTER_SCHOOL, created_at=NOW - timedelta(days=2))
    if is_asked:
        question_to(contact, about=first)
    return request


def answers_sent() -> list[Email]:
    return list(Email.objects.filter(kind="more_times"))


def url(reference: str = "MR-7K3QD") -> str:
    return reverse("request_times", args=[reference])


def offer(request: MeetingRequest, **changes) -> None:
    given = {
        "request": request,
        "offered": [Offer(date(2027, 3, 9), DayPart.AFTERNOON)],
        "notes": "",
        "by_contact": request.contact,
        "now": NOW,
    }
    offer_other_times(**(given | changes))


# --- The service ------------------------------------------------------------------------------------


def test_request_with_other_times_waits_for_the_hub_again(asked):
    offer(asked)

    asked.refresh_from_db()
    offers = offers_of(asked)
    assert (asked.status, asked.waiting_since) == (RequestStatus.NEW, NOW)
    assert [str(time) for time in offers.current] == ["Tuesday 9 March 2027, afternoon"]
    assert [str(time) for time in offers.past] == ["Tuesday 2 March 2027, morning"]


def test_time_offered_once_more_is_on_offer_again(asked):
    offer(asked, offered=[Offer(DAY, DayPart.MORNING)])

    asked.refresh_from_db()
    assert [(str(time), time.created_at) for time in offers_of(asked).current] == [
        ("Tuesday 2 March 2027, morning", NOW)
    ]


def test_officer_is_told_and_the_timeline_says_so(asked):
    offer(asked)

    event, (email,) = TimelineEvent.objects.get(), answers_sent()
    assert (event.text, event.by_contact, event.at) == (
        "Cara Coordinator offered other times for MR-7K3QD.",
        asked.contact,
        NOW,
    )
    assert email.to_address == asked.assigned_to.email
    assert "those from before are shown apart" in email.body_text


def test_notes_are_added_beneath_the_old_ones(asked):
    offer(asked, notes=" Please ring first. ")

    asked.refresh_from_db()
    assert asked.notes == (
        "The hall is being painted.\n\nFriday 20 November 2026, Cara Coordinator:\nPlease ring first."
    )


def test_times_of_somebody_who_joined_are_kept_with_theirs(asked):
    joined = joined_to(asked, is_asked=True)

    offer(asked, by_contact=joined.contact, notes="After four.")

    asked.refresh_from_db()
    joined.refresh_from_db()
    assert [(str(time), time.request) for time in offers_of(asked).current] == [
        ("Tuesday 9 March 2027, afternoon", joined)
    ]
    assert (asked.status, asked.notes) == (RequestStatus.NEW, "The hall is being painted.")
    assert joined.notes == "Friday 20 November 2026, Dara Deputy:\nAfter four."


def test_other_times_need_a_time(asked):
    with pytest.raises(ValidationError) as error:
        offer(asked, offered=[])

    assert error.value.messages == ["Offer at least one day when the school could meet."]


@pytest.mark.parametrize("status", ["new", "booked", "declined", "withdrawn"])
def test_other_times_for_a_request_that_needs_none_are_refused(asked, status):
    decided = {} if status == "new" else {"decided_at": NOW, "decided_by": UserFactory(), "decline_reason": "Full"}
    MeetingRequest.objects.update(status=status, **decided)

    with pytest.raises(ValidationError) as error:
        offer(asked)

    assert error.value.messages == ["This request needs no other times any more. What you typed has not been sent."]
    assert answers_sent() == []


def test_times_of_somebody_whom_the_hub_did_not_ask_are_refused(asked):
    joined = joined_to(asked)

    with pytest.raises(ValidationError) as error:
        offer(asked, by_contact=joined.contact)

    asked.refresh_from_db()
    assert error.value.messages == ["We have asked your colleague for other times. What you typed has not been sent."]
    assert (asked.status, answers_sent()) == (RequestStatus.ASKED, [])


def test_earlier_question_lets_nobody_answer_the_next(asked):
    joined = joined_to(asked, is_asked=True)
    MeetingRequest.objects.filter(pk=asked.pk).update(asked_at=NOW)

    with pytest.raises(ValidationError):
        offer(asked, by_contact=joined.contact)


# --- The page ---------------------------------------------------------------------------------------


def test_person_no_officer_knows_yet_sees_what_was_asked_and_what_they_offered(asked, client, as_contact):
    as_contact(asked.contact)

    content = client.get(url()).content.decode()

    for words in (
        "Offer other times",
        "Olive Hart writes",
        "We are at a conference that week.",
        "Times you offered before",
        "Tuesday 2 March 2027, morning",
    ):
        assert words in content


def test_person_no_officer_knows_yet_sees_nothing_else_of_the_school(asked, client, as_contact):
    as_contact(asked.contact)

    assert "We have your request" in client.get("/my-school/").content.decode()


def test_other_times_are_sent_and_thanked_for(asked, client, as_contact):
    as_contact(asked.contact)

    response = client.post(url(), TIMES | {"notes": "Please ring first."})

    asked.refresh_from_db()
    assert (response.url, said(response)) == (url(), ["Thank you: your other times are with us."])
    assert (asked.status, asked.notes.endswith("Please ring first.")) == (RequestStatus.NEW, True)
    assert [(time.on, time.part, time.start) for time in offers_of(asked).current] == [
        (date(2027, 3, 9), "afternoon", None),
        (date(2027, 3, 10), "at_time", time(15, 45)),
    ]
    content = client.get(url()).content.decode()
    assert ("There is nothing you need to do now" in content, "<textarea" in content) == (True, False)


@pytest.mark.parametrize(
    "change, sentence",
    [
        ({"day_1": "", "day_2": "", "start_2": ""}, "Give at least one day when you could meet."),
        ({"day_1": "2027-03-06"}, "Saturday 6 March 2027 is at the weekend. Choose a day from Monday to Friday."),
        ({"start_2": ""}, "Give the time when the meeting would begin, such as 15:45, or choose a part of the day."),
        ({"notes": "x" * 4001}, "Ensure this value has at most 4000 characters (it has 4001)."),
    ],
)
def test_bad_times_are_refused_with_a_sentence_and_everything_typed_is_still_there(
    asked, client, as_contact, change, sentence
):
    as_contact(asked.contact)
    typed = TIMES | {"notes": "Please ring first."} | change

    response = client.post(url(), typed)

    form = response.context["form"]
    assert problems(response) == [sentence]
    assert {name: form[name].value() for name in typed} == typed
    assert MeetingRequest.objects.get().status == RequestStatus.ASKED


def test_times_for_a_request_that_was_answered_meanwhile_are_not_lost(asked, client, as_contact):
    as_contact(asked.contact)
    MeetingRequest.objects.update(status="booked", decided_at=NOW, decided_by=UserFactory())

    response = client.post(url(), TIMES | {"notes": "Please ring first."})

    assert problems(response) == ["This request needs no other times any more. What you typed has not been sent."]
    assert response.context["form"]["notes"].value() == "Please ring first."


def test_times_sent_twice_count_once(asked, client, as_contact):
    as_contact(asked.contact)

    client.post(url(), TIMES)
    again = client.post(url(), TIMES)

    assert problems(again) == ["This request needs no other times any more. What you typed has not been sent."]
    assert len(answers_sent()) == 1


def test_answered_request_is_shown_without_a_form(asked, client, as_contact):
    as_contact(asked.contact)
    MeetingRequest.objects.update(
        status="declined", decided_at=NOW, decided_by=UserFactory(), decline_reason="A secret between colleagues."
    )

    response = client.get(url())

    content = response.content.decode()
    assert (response.context["form"], "This request has been answered" in content) == (None, True)
    assert "A secret between colleagues." not in content


def test_whoever_joined_sees_their_own_times_and_nothing_of_the_first(asked, client, as_contact):
    joined = joined_to(asked)
    as_contact(joined.contact)

    pages = [client.get(url(reference)).content.decode() for reference in ("MR-7K3QD", "MR-9QQQQ")]

    for content in pages:
        assert "Tuesday 2 March 2027, after school" in content
        for private in ("Tuesday 2 March 2027, morning", "Cara", "painted"):
            assert private not in content


@pytest.mark.parametrize("reference", ["MR-7K3QD", "MR-9QQQQ"])
def test_whoever_joined_and_was_not_asked_reads_nothing_of_the_question(asked, client, as_contact, reference):
    as_contact(joined_to(asked).contact)

    response = client.get(url(reference))

    content = response.content.decode()
    assert "We have asked your colleague for other times." in content
    assert response.context["form"] is None
    for private in ("conference", "Olive Hart", "<textarea"):
        assert private not in content


def test_whoever_joined_and_was_not_asked_cannot_answer(asked, client, as_contact):
    as_contact(joined_to(asked).contact)

    response = client.post(url(), TIMES | {"notes": "Please ring first."})

    asked.refresh_from_db()
    assert problems(response) == ["We have asked your colleague for other times. What you typed has not been sent."]
    assert response.context["form"]["notes"].value() == "Please ring first."
    assert (asked.status, "conference" in response.content.decode()) == (RequestStatus.ASKED, False)


def test_whoever_joined_and_was_asked_reads_the_question_and_answers(asked, client, as_contact):
    as_contact(joined_to(asked, is_asked=True).contact)

    content = client.get(url("MR-9QQQQ")).content.decode()
    client.post(url("MR-9QQQQ"), TIMES)

    asked.refresh_from_db()
    assert ("We are at a conference that week." in content, asked.status) == (True, RequestStatus.NEW)


# --- Who may ------------------------------------------------------------------------------------------


def stranger_of(asked: MeetingRequest, who: str) -> Contact:
    """Somebody who did not send this request."""
    if who == "same school, unknown":
        return ContactFactory(school=asked.school, email="eve@school.example.org", confirmed_at=None)
    if who == "same school, known":
        return ContactFactory(school=asked.school, email="eve@school.example.org", confirmed_at=NOW)
    if who == "same school, another request":
        contact = ContactFactory(school=asked.school, email="eve@school.example.org", confirmed_at=None)
        MeetingRequestFactory(school=asked.school, contact=contact, kind=MeetingKind.ADDITIONAL)
        return contact
    return MeetingRequestFactory(contact=ContactFactory(confirmed_at=None)).contact


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "who", ["same school, unknown", "same school, known", "same school, another request", "another school"]
)
def test_other_peoples_requests_are_not_found(asked, client, as_contact, who, method):
    as_contact(stranger_of(asked, who))

    assert getattr(client, method)(url(), TIMES).status_code == 404
    assert MeetingRequest.objects.get(pk=asked.pk).status == RequestStatus.ASKED


@pytest.mark.parametrize("role", [None, Role.VIEWER, Role.OFFICER, Role.ADMINISTRATOR])
def test_nobody_comes_in_without_a_personal_link(asked, as_role, role):
    client = as_role(role)

    assert client.get(url()).url == client.post(url(), TIMES).url == reverse("link_needed")
    assert MeetingRequest.objects.get().status == RequestStatus.ASKED


def test_link_that_was_revoked_lets_nobody_in(asked, client, as_contact):
    as_contact(asked.contact)
    ContactLink.objects.update(revoked_at=NOW)

    assert client.get(url()).url == reverse("link_needed")


@pytest.mark.parametrize("times", [1, 3])
def test_page_asks_the_database_as_often_for_one_time_as_for_three(
    asked, client, as_contact, times, django_assert_num_queries
):
    as_contact(asked.contact)
    for number in range(1, times):
        OfferedTimeFactory(request=asked, on=DAY + timedelta(days=number))

    with django_assert_num_queries(7):
        client.get(url())
