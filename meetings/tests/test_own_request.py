"""A person we know asks for the school's next meeting by their personal link: only when, and a word about it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from hubportal.accounts.models import Role
from hubportal.mail.models import Email
from meetings.models import MeetingKind, MeetingRequest
from schools.tests.factories import ContactFactory
from schools.tests.visitors import said

pytestmark = pytest.mark.django_db

ADDRESS = reverse("own_request", args=["follow_up"])
KEY = "0f8fad5b-d9cb-469f-a165-70867728950e"


def typed(**changes: str) -> dict[str, str]:
    day = timezone.localdate() + timedelta(days=7)
    day += timedelta(days=(7 - day.weekday()) % 7)
    return {"key": KEY, "day_1": day.isoformat(), "part_1": "any", "notes": "Enter by the side gate.", **changes}


@pytest.fixture
def contact():
    return ContactFactory(consent_wording="I agree.", consented_at=timezone.now())


@pytest.mark.parametrize("role", [None, Role.VIEWER, Role.OFFICER])
def test_own_request_without_a_personal_link_explains_how_to_get_in(as_role, role):
    answers = [as_role(role).get(ADDRESS), as_role(role).post(ADDRESS, typed())]

    assert [answer["Location"] for answer in answers] == [reverse("link_needed")] * 2
    assert not MeetingRequest.objects.exists()


def test_own_request_is_taken_with_what_we_know_of_the_person(as_contact, contact):
    response = as_contact(contact).post(ADDRESS, typed())

    request = MeetingRequest.objects.get()
    assert response["Location"] == reverse("request_times", args=[request.reference])
    assert said(response) == ["Thank you. Your request is with us."]
    assert (request.contact, request.school, request.kind, request.email) == (
        contact, contact.school, MeetingKind.FOLLOW_UP, contact.email,
    )  # fmt: skip
    assert (request.notes, request.offered_times.count()) == ("Enter by the side gate.", 1)
    assert request.consent_wording == "I agree."
    assert Email.objects.filter(to_address=contact.email).count() == 1


def test_own_request_sent_twice_is_one_request(as_contact, contact):
    client, data = as_contact(contact), typed()

    for _ in range(2):
        client.post(ADDRESS, data)

    assert MeetingRequest.objects.count() == 1


def test_own_request_opened_again_shows_the_one_that_waits(as_contact, contact):
    client = as_contact(contact)
    client.post(ADDRESS, typed())

    response = client.get(ADDRESS)

    assert response["Location"] == reverse("request_times", args=[MeetingRequest.objects.get().reference])


def test_own_request_without_a_day_keeps_what_was_typed(as_contact, contact):
    response = as_contact(contact).post(ADDRESS, typed(day_1=""))

    assert response.context["form"]["notes"].value() == "Enter by the side gate."
    assert response.context["form"].errors != {}
    assert not MeetingRequest.objects.exists()


def test_own_request_asks_for_consent_only_where_none_was_given(as_contact, contact):
    never_asked = ContactFactory(consent_wording="", consented_at=None)

    forms = [as_contact(person).get(ADDRESS).context["form"] for person in (contact, never_asked)]
    refused = as_contact(never_asked).post(ADDRESS, typed())

    assert ["consent" in form.fields for form in forms] == [False, True]
    assert list(refused.context["form"].errors) == ["consent"]


def test_own_request_of_an_unknown_kind_is_a_404(as_contact, contact):
    assert as_contact(contact).get(reverse("own_request", args=["party"])).status_code == 404


def test_own_request_merely_opened_asks_for_nothing(as_contact, contact):
    assert as_contact(contact).get(ADDRESS).status_code == 200
    assert not MeetingRequest.objects.exists()
