"""Somebody takes over at a school: the meeting to come and the open request are theirs."""

import pytest
from django.utils import timezone

from hubportal.mail.models import Email
from meetings.models import Meeting
from meetings.tests.factories import MeetingFactory, MeetingRequestFactory, in_days
from schools.models import Contact
from schools.services import confirm_contact, hand_over, let_contact_go
from schools.tests.factories import ContactFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice():
    return ContactFactory(email="alice@oak.example.org")


def meeting_of(contact, **changes):
    meeting = MeetingFactory(**{"school": contact.school} | changes)
    meeting.attendees.add(contact)
    return meeting


def over(contact, *, email="ben@oak.example.org", **changes):
    return hand_over(contact=contact, name="Ben", email=email, now=timezone.now(), **changes or {"by": UserFactory()})


def invitations():
    return list(Email.objects.filter(kind="booking").order_by("pk").values_list("to_address", flat=True))


def test_successor_comes_to_the_meeting_with_the_invitation_and_the_data_form(alice):
    meeting = meeting_of(alice)

    ben = over(alice)

    assert list(meeting.attendees.all()) == [ben]
    email = Email.objects.get(kind="booking")
    assert (email.to_address, email.attachments.get().filename) == (ben.email, "invitation.ics")
    assert ben.personal_links.filter(destination__contains="data-form").count() == 1


def test_successor_is_not_put_into_meetings_that_were_or_are_cancelled(alice):
    held = meeting_of(alice, starts_at=in_days(-30), status="held")
    cancelled = meeting_of(
        alice, status="cancelled", cancelled_at=timezone.now(), cancelled_by=UserFactory(), cancel_reason="x"
    )

    over(alice)

    assert [list(meeting.attendees.all()) for meeting in (held, cancelled)] == [[alice], [alice]]
    assert invitations() == []


def test_successor_who_comes_already_gets_no_second_invitation(alice):
    meeting = meeting_of(alice)
    ben = ContactFactory(school=alice.school, email="ben@oak.example.org")
    meeting.attendees.add(ben)

    over(alice)

    assert (list(meeting.attendees.all()), invitations()) == ([ben], [])


def test_successor_who_waits_for_an_officer_is_invited_on_confirmation_once(alice):
    meeting = meeting_of(alice)
    ben = over(alice, email="ben@gmail.com", by_contact=alice)
    before = invitations()

    for _ in range(2):
        confirm_contact(contact=Contact.objects.get(pk=ben.pk), by=UserFactory(), now=timezone.now())

    assert (before, invitations()) == ([], ["ben@gmail.com"])
    assert list(meeting.attendees.all()) == [ben]


def test_whoever_left_without_a_successor_comes_no_more(alice):
    meeting = meeting_of(alice)

    let_contact_go(contact=alice, by=UserFactory(), now=timezone.now())

    assert list(Meeting.objects.get(pk=meeting.pk).attendees.all()) == []


def test_open_request_is_answered_to_the_successor_and_keeps_what_was_typed(alice):
    request = MeetingRequestFactory(school=alice.school, contact=alice, name="Alice")
    answered = MeetingRequestFactory(
        school=alice.school,
        contact=alice,
        kind="additional",
        status="declined",
        decline_reason="x",
        decided_at=timezone.now(),
        decided_by=UserFactory(),
    )

    ben = over(alice)

    request.refresh_from_db()
    answered.refresh_from_db()
    assert (request.contact, request.name, answered.contact) == (ben, "Alice", alice)
