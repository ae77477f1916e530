"""A school that asks again while its request is open has one request, with everybody's times and people."""

import threading
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from hubportal.mail.kinds import why_not_send
from hubportal.mail.models import Email
from meetings.models import DayPart, MeetingKind, MeetingRequest, RequestStatus
from meetings.queries import offered_times_of
from meetings.rules import Offer
from meetings.services import request_meeting
from meetings.tests.factories import MeetingRequestFactory, OfferedTimeFactory
from schools.models import Contact, ContactRole, School, TimelineEvent
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
BEFORE = NOW - timedelta(days=2)
DAY = date(2027, 3, 2)


def ask(school: School, **changes) -> MeetingRequest:
    answers = {
        "school": school,
        "name": "Hilary Teacher",
        "role": ContactRole.HEAD_TEACHER,
        "email": "hilary@school.example.org",
        "kind": MeetingKind.QUALITY_CONVERSATION,
        "notes": "After half-term, please.",
        "offered": [Offer(DAY, DayPart.AT_TIME, time(15, 45))],
        "consent_wording": "I agree.",
        "submission_key": uuid4(),
        "now": NOW,
    }
    request, is_new = request_meeting(**(answers | changes))
    assert is_new
    return request


@pytest.fixture
def first() -> MeetingRequest:
    """The request of a school whose coordinator asked two days ago."""
    school = SchoolFactory(name="Anstey Primary School")
    contact = ContactFactory(school=school, name="Cara Coordinator", email="cara@school.example.org")
    request = MeetingRequestFactory(
        school=school, contact=contact, reference="MR-7K3QD", created_at=BEFORE, waiting_since=BEFORE
    )
    OfferedTimeFactory(request=request, on=DAY, created_at=BEFORE)
    return request


def asked(first: MeetingRequest) -> MeetingRequest:
    """The same, after the hub asked for other times a day ago."""
    first.status, first.asked_message = RequestStatus.ASKED, "We are away then."
    first.asked_at, first.asked_by = NOW - timedelta(days=1), first.assigned_to
    first.save()
    return first


def test_second_request_of_a_kind_joins_the_first_and_keeps_all_that_was_typed(first):
    second = ask(first.school)

    second.refresh_from_db()
    first.refresh_from_db()
    assert (second.status, second.joined_to, second.assigned_to) == (RequestStatus.JOINED, first, first.assigned_to)
    assert (second.name, second.email, second.notes) == (
        "Hilary Teacher",
        "hilary@school.example.org",
        "After half-term, please.",
    )
    assert (first.status, first.waiting_since) == (RequestStatus.NEW, BEFORE)
    assert [(str(time), time.request) for time in offered_times_of(first)] == [
        ("Tuesday 2 March 2027, morning", first),
        ("Tuesday 2 March 2027, 15:45", second),
    ]


def test_second_request_keeps_its_people_as_contacts(first):
    ask(first.school, name="Dara Deputy", role="other", email="dara@school.example.org", head_email="h@example.org")

    assert set(Contact.objects.values_list("email", "role")) == {
        ("cara@school.example.org", "music_coordinator"),
        ("dara@school.example.org", "other"),
        ("h@example.org", "head_teacher"),
    }


def test_second_request_is_on_the_timeline(first):
    second = ask(first.school)

    event = TimelineEvent.objects.get(kind="request")
    assert (event.text, event.by_contact, event.at) == (
        f"Hilary Teacher asked for a meeting too ({second.reference}): added to MR-7K3QD.",
        second.contact,
        NOW,
    )


def test_person_is_told_that_theirs_was_added_and_nothing_of_who_asked_first(first):
    ask(first.school)

    email = Email.objects.get(to_address="hilary@school.example.org")
    sentence = "Your school's request MR-7K3QD is with us already, so there will be one meeting, not two."
    everything = email.subject + email.body_text + email.body_html
    assert (email.kind, email.subject) == (
        "request_joined",
        "We have added yours to your school’s request (MR-7K3QD)",
    )
    assert (sentence in email.body_text, sentence.replace("'", "’") in email.body_html.replace("<strong>", "").replace(
        "</strong>", ""
    )) == (True, True)  # fmt: skip
    assert "Tuesday 2 March 2027, 15:45" in email.body_text
    for private in ("Cara", "cara@", "2 March 2027, morning"):
        assert private not in everything


def test_officer_is_told_of_more_times_without_a_word_about_people(first):
    second = ask(first.school)

    email = Email.objects.get(to_address=first.assigned_to.email)
    everything = email.subject + email.body_text + email.body_html
    assert (email.kind, email.subject) == (
        "more_times",
        "Please answer: Anstey Primary School has offered more times (MR-7K3QD)",
    )
    assert "http://localhost:8000/requests/MR-7K3QD/" in email.body_text
    for private in (first.name, first.email, second.name, second.email, second.reference):
        assert private not in everything


@pytest.mark.parametrize("status, goes", [("new", True), ("asked", False), ("joined", False)])
def test_mail_about_more_times_goes_only_while_the_request_waits(first, status, goes):
    ask(asked(first).school)
    other = MeetingRequestFactory(school=first.school, kind=MeetingKind.ADDITIONAL)
    joined_to = other if status == "joined" else None
    MeetingRequest.objects.filter(pk=first.pk).update(status=status, joined_to=joined_to)

    assert (why_not_send(Email.objects.get(kind="more_times")) is None) == goes


def test_request_the_hub_wanted_other_times_for_waits_for_the_hub_again(first):
    ask(asked(first).school)

    first.refresh_from_db()
    assert (first.status, first.waiting_since, first.asked_message) == (RequestStatus.NEW, NOW, "We are away then.")
    assert [str(time) for time in offered_times_of(first)] == ["Tuesday 2 March 2027, 15:45"]
    text = Email.objects.get(kind="more_times").body_text
    assert "those from before are shown apart" in text


def test_third_request_joins_the_first_too(first):
    second = ask(first.school)

    third = ask(first.school, email="dara@school.example.org")

    assert (second.joined_to, third.joined_to) == (first, first)


def test_request_of_another_kind_or_school_joins_nothing(first):
    other_kind = ask(first.school, kind=MeetingKind.ADDITIONAL)
    other_school = ask(SchoolFactory())

    assert [(one.status, one.joined_to) for one in (other_kind, other_school)] == [("new", None)] * 2
    assert Email.objects.filter(kind="request_joined").count() == 0


@pytest.mark.parametrize("status", ["booked", "declined", "withdrawn"])
def test_request_joins_none_that_is_answered(first, status):
    decided = {"decided_at": NOW, "decided_by": UserFactory(), "decline_reason": "Full"}
    MeetingRequest.objects.filter(pk=first.pk).update(status=status, **decided)

    second = ask(first.school)

    assert (second.status, second.joined_to) == ("new", None)


def test_joined_request_sent_twice_is_one(first):
    key = UUID(int=1)
    second = ask(first.school, submission_key=key)

    again, is_new = request_meeting(
        school=first.school, name="", role="", email="", kind="", offered=[], consent_wording="", submission_key=key,
        now=NOW,
    )  # fmt: skip

    assert (again, is_new) == (second, False)
    assert Email.objects.count() == 2


def test_joined_requests_count_among_those_that_wait(first):
    for number in range(4):
        ask(first.school, email=f"person{number}@school.example.org")

    with pytest.raises(ValidationError) as error:
        ask(first.school, kind=MeetingKind.ADDITIONAL)

    assert error.value.messages[0].startswith("Anstey Primary School has 5 requests waiting for our answer already")


def test_joined_requests_of_an_answered_one_count_no_more(first):
    for number in range(4):
        ask(first.school, email=f"person{number}@school.example.org")
    decided = {"decided_at": NOW, "decided_by": UserFactory()}
    MeetingRequest.objects.filter(pk=first.pk).update(status="booked", **decided)

    assert ask(first.school).status == "new"


def test_thanks_for_joined_requests_count_among_the_thanks_of_an_address(first):
    for kind in (MeetingKind.QUALITY_CONVERSATION, MeetingKind.ADDITIONAL):
        ask(first.school, kind=kind)
    ask(SchoolFactory())
    ask(SchoolFactory())

    assert sorted(Email.objects.filter(to_address="hilary@school.example.org").values_list("kind", flat=True)) == [
        "request_joined",
        "request_thanks",
        "request_thanks",
    ]


@pytest.mark.django_db(transaction=True)
def test_two_first_requests_at_the_same_moment_are_one_and_one_that_joins_it():
    school = SchoolFactory()
    ready, problems = threading.Barrier(2), []

    def attempt(address: str) -> None:
        try:
            ready.wait()
            ask(School.objects.get(pk=school.pk), email=address)
        except Exception as error:
            problems.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=attempt, args=[f"{name}@school.example.org"]) for name in ("ann", "bob")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert problems == []
    assert sorted(MeetingRequest.objects.values_list("status", flat=True)) == ["joined", "new"]
    assert MeetingRequest.objects.get(status="joined").joined_to == MeetingRequest.objects.get(status="new")
    assert sorted(Email.objects.values_list("kind", flat=True)) == [
        "more_times",
        "request_joined",
        "request_notice",
        "request_thanks",
    ]
