"""Where the data form sends each answer as it is given."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from meetings.models import DataForm, Meeting
from meetings.tests.factories import DataFormFactory, MeetingFactory
from schools.models import Contact, TimelineEvent
from schools.tests.factories import ContactFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


@pytest.fixture
def meeting() -> Meeting:
    meeting = MeetingFactory(school__pupils=210)
    DataFormFactory(meeting=meeting, saved_at=NOW, classes=7, singing="Mondays")
    return meeting


@pytest.fixture
def coordinator(meeting) -> Contact:
    return ContactFactory(school=meeting.school)


def address(meeting: Meeting) -> str:
    return f"/my-school/data-form/{meeting.pk}/save/"


def save(client: Client, meeting: Meeting, name: str, value: str, *, loaded: str = ""):
    return client.post(address(meeting), {"question": name, name: value, f"loaded_{name}": loaded})


def stored(*names: str) -> tuple[object, ...]:
    return DataForm.objects.values_list(*names).get()


def test_answer_is_not_taken_without_a_personal_link(client, meeting):
    response = save(client, meeting, "classes", "8", loaded="7")

    assert (response.status_code, response.url, stored("classes")) == (302, "/my-school/link-needed/", (7,))


def test_answer_is_not_taken_from_a_staff_login(sign_in, meeting):
    assert save(sign_in(UserFactory()), meeting, "classes", "8", loaded="7").status_code == 302
    assert stored("classes") == (7,)


def test_answer_is_not_taken_from_another_school(as_contact, meeting):
    assert save(as_contact(ContactFactory()), meeting, "classes", "8", loaded="7").status_code == 404
    assert stored("classes") == (7,)


def test_answer_is_not_taken_without_the_token_against_forgery(as_contact, meeting, coordinator):
    as_contact(coordinator)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = as_contact(coordinator).cookies

    assert save(strict, meeting, "classes", "8", loaded="7").status_code == 403
    assert stored("classes") == (7,)


def test_answer_is_not_taken_by_opening_the_address(as_contact, meeting, coordinator):
    assert as_contact(coordinator).get(address(meeting)).status_code == 405


def test_answer_is_saved_by_itself(as_contact, meeting, coordinator):
    response = save(as_contact(coordinator), meeting, "minutes_a_week", " 45 ")

    assert response.json() == {"at": "10:00", "value": "45", "doubts": {}}
    assert stored("minutes_a_week", "classes", "pupils", "sent_at") == (45, 7, None, None)
    assert stored("saved_fields") == (["minutes_a_week"],)
    assert TimelineEvent.objects.count() == 0


def test_answer_saved_after_sending_leaves_it_sent(as_contact, meeting, coordinator):
    DataForm.objects.update(sent_at=NOW, sent_by=coordinator)

    save(as_contact(coordinator), meeting, "classes", "8", loaded="7")

    assert stored("classes", "sent_at", "sent_by") == (8, NOW, coordinator.pk)


@pytest.mark.parametrize(
    "name, value, loaded, kept",
    [
        ("classes", "", "7", None),
        ("singing", "", "Mondays", ""),
        ("has_published_plan", "True", "", True),
        ("has_published_plan", "unknown", "", None),
    ],
)
def test_answer_of_each_sort_is_kept(as_contact, meeting, coordinator, name, value, loaded, kept):
    response = save(as_contact(coordinator), meeting, name, value, loaded=loaded)

    assert response.json()["value"] == ("" if kept is None else str(kept))
    assert stored(name, "saved_fields") == (kept, [name])


def test_answer_that_is_no_number_is_refused_with_a_sentence(as_contact, meeting, coordinator):
    response = save(as_contact(coordinator), meeting, "classes", "seven", loaded="7")

    assert (response.status_code, response.json()) == (400, {"error": "Enter a whole number, such as 25."})
    assert stored("classes") == (7,)


def test_doubt_comes_back_with_the_answer_that_raised_it(as_contact, meeting, coordinator):
    client = as_contact(coordinator)

    doubts = save(client, meeting, "classes_with_weekly_music", "8").json()["doubts"]

    sentence = "That is more classes with music every week than classes (8 and 7). Is that right?"
    assert doubts == {"classes_with_weekly_music": sentence}
    assert save(client, meeting, "classes", "8", loaded="7").json()["doubts"] == {}


def test_answer_a_colleague_changed_meanwhile_comes_back_to_choose(as_contact, meeting, coordinator):
    client = as_contact(coordinator)
    DataForm.objects.update(classes=9)

    response = save(client, meeting, "classes", "8", loaded="7")

    assert (response.status_code, response.json(), stored("classes")) == (409, {"value": "9"}, (9,))
    assert save(client, meeting, "classes", "8", loaded="9").status_code == 200
    assert stored("classes") == (8,)


def test_answer_never_touches_what_a_colleague_put_elsewhere(as_contact, meeting, coordinator):
    client = as_contact(coordinator)
    client.get(f"/my-school/data-form/{meeting.pk}/")
    DataForm.objects.update(singing="Every day")

    save(client, meeting, "classes", "8", loaded="7")

    assert stored("classes", "singing") == (8, "Every day")


@pytest.mark.parametrize("name", ["", "sent_at", "ks4_pupils", "meeting"])
def test_what_the_school_is_not_asked_is_not_found(as_contact, meeting, coordinator, name):
    assert save(as_contact(coordinator), meeting, name, "1").status_code == 404


def test_answer_after_the_meeting_is_refused(as_contact, meeting, coordinator):
    Meeting.objects.update(status="held")

    response = save(as_contact(coordinator), meeting, "classes", "8", loaded="7")

    sentence = "The meeting is held, so the form can no longer be changed."
    assert (response.status_code, response.json(), stored("classes")) == (400, {"error": sentence}, (7,))


# --- After sending --------------------------------------------------------------------------------


def thanks(meeting: Meeting) -> str:
    return f"/my-school/data-form/{meeting.pk}/thanks/"


def test_thanks_say_what_happens_next(as_contact, meeting, coordinator):
    meeting.attendees.add(coordinator)
    Meeting.objects.update(booked_at=NOW)
    client = as_contact(coordinator)

    response = client.post(
        f"/my-school/data-form/{meeting.pk}/", {"send": "yes", "classes": "8", "loaded_classes": "7"}
    )

    assert response.url == thanks(meeting)
    page = client.get(thanks(meeting))
    assert (page.context["gaps"], page.context["reminder"].kind) == (11, "meeting_reminder")
    assert "You left 11 questions empty. That is fine." in page.content.decode()


def test_thanks_are_not_given_before_the_form_is_sent(as_contact, meeting, coordinator):
    response = as_contact(coordinator).get(thanks(meeting))

    assert (response.status_code, response.url) == (302, f"/my-school/data-form/{meeting.pk}/")


def test_thanks_of_another_school_are_not_found(as_contact, meeting):
    assert as_contact(ContactFactory()).get(thanks(meeting)).status_code == 404
