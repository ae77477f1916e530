"""The data form, filled in by the school from its personal link."""

from datetime import UTC, datetime
from typing import Any

import pytest

from meetings.models import DataForm, Meeting, MeetingKind
from meetings.services import data_form_of, save_data_form
from meetings.tests.factories import DataFormFactory, MeetingFactory
from schools.models import Contact, TimelineEvent
from schools.tests.factories import ContactFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


@pytest.fixture
def meeting() -> Meeting:
    meeting = MeetingFactory(school__pupils=210)
    DataFormFactory(meeting=meeting)
    return meeting


@pytest.fixture
def coordinator(meeting) -> Contact:
    return ContactFactory(school=meeting.school, name="Cara Coordinator")


def address(meeting: Meeting) -> str:
    return f"/my-school/data-form/{meeting.pk}/"


def answers(**changes: Any) -> dict[str, Any]:
    typed = {
        "pupils": "205",
        "classes": "7",
        "classes_with_weekly_music": "6",
        "minutes_a_week": "45",
        "whole_class_pupils": "30",
        "instrumental_pupils": "20",
        "instrumental_pupil_premium": "4",
        "ensembles": "Choir, 40 pupils, weekly",
        "has_published_plan": "True",
        "anything_else": "",
    }
    return typed | changes


# --- Who may open it ------------------------------------------------------------------------------


def test_form_without_a_personal_link_explains_how_to_get_in(client, meeting):
    response = client.get(address(meeting))

    assert (response.status_code, response.url) == (302, "/my-school/link-needed/")


def test_form_of_another_school_is_not_found(as_contact, meeting):
    client = as_contact(ContactFactory())

    assert (client.get(address(meeting)).status_code, client.post(address(meeting)).status_code) == (404, 404)


def test_form_is_not_opened_by_a_staff_login(sign_in, meeting):
    assert sign_in(UserFactory()).get(address(meeting)).status_code == 302


def test_form_after_the_link_was_revoked_explains_how_to_get_in(as_contact, meeting, coordinator):
    client = as_contact(coordinator)
    coordinator.personal_links.update(revoked_at=NOW)

    assert client.get(address(meeting)).status_code == 302


def test_form_opens_for_a_contact_of_the_school(as_contact, meeting, coordinator):
    assert as_contact(coordinator).get(address(meeting)).status_code == 200


# --- Filling it in --------------------------------------------------------------------------------


def test_form_begins_with_the_pupils_the_register_knows(as_contact, meeting, coordinator):
    response = as_contact(coordinator).get(address(meeting))

    assert response.context["form"]["pupils"].value() == 210
    assert DataForm.objects.get().pupils is None


def test_form_is_saved_to_come_back_to(as_contact, meeting, coordinator):
    response = as_contact(coordinator).post(address(meeting), answers(save="yes"))

    data_form = DataForm.objects.get()
    assert response.url == address(meeting)
    assert (data_form.pupils, data_form.classes, data_form.ensembles, data_form.has_published_plan) == (
        205,
        7,
        "Choir, 40 pupils, weekly",
        True,
    )
    assert (data_form.saved_at, data_form.sent_at, data_form.sent_by) == (NOW, None, None)
    assert TimelineEvent.objects.count() == 0


def test_form_is_sent(as_contact, meeting, coordinator):
    as_contact(coordinator).post(address(meeting), answers(send="yes"))

    data_form, event = DataForm.objects.get(), TimelineEvent.objects.get()
    assert (data_form.saved_at, data_form.sent_at, data_form.sent_by) == (NOW, NOW, coordinator)
    assert (event.school, event.kind, event.text, event.by_contact) == (
        meeting.school,
        "data_form",
        "Cara Coordinator sent the data form.",
        coordinator,
    )


def test_form_can_be_changed_and_sent_again_before_the_meeting(as_contact, meeting, coordinator):
    client = as_contact(coordinator)
    client.post(address(meeting), answers(send="yes"))

    client.post(address(meeting), answers(classes="8", send="yes"))

    assert DataForm.objects.get().classes == 8
    assert list(TimelineEvent.objects.order_by("pk").values_list("text", flat=True)) == [
        "Cara Coordinator sent the data form.",
        "Cara Coordinator sent the data form again.",
    ]


def test_saving_after_sending_leaves_it_sent(as_contact, meeting, coordinator):
    client = as_contact(coordinator)
    client.post(address(meeting), answers(send="yes"))

    client.post(address(meeting), answers(classes="8", save="yes"))

    assert DataForm.objects.get().sent_by == coordinator


def test_every_question_may_stay_empty(as_contact, meeting, coordinator):
    as_contact(coordinator).post(address(meeting), {"send": "yes"})

    data_form = DataForm.objects.get()
    assert (data_form.sent_at, data_form.pupils, data_form.has_published_plan) == (NOW, None, None)


def test_number_of_pupils_that_was_emptied_stays_empty(as_contact, meeting, coordinator):
    client = as_contact(coordinator)
    client.post(address(meeting), answers(pupils="", save="yes"))

    assert client.get(address(meeting)).context["form"]["pupils"].value() is None


@pytest.mark.parametrize(
    "typed, sentence",
    [
        ({"classes": "seven"}, "Enter a whole number, such as 25."),
        ({"classes": "-1"}, "Enter 0 or a larger number."),
        ({"classes": "99999"}, "That number is too large to be right: check it."),
    ],
)
def test_answer_that_is_no_number_is_refused_with_everything_still_typed(
    as_contact, meeting, coordinator, typed, sentence
):
    response = as_contact(coordinator).post(address(meeting), answers(send="yes", **typed))

    form = response.context["form"]
    assert form.errors == {"classes": [sentence]}
    assert (form["classes"].value(), form["ensembles"].value()) == (typed["classes"], "Choir, 40 pupils, weekly")
    assert DataForm.objects.get().saved_at is None


def test_doubtful_answers_are_pointed_out_and_kept(as_contact, meeting, coordinator):
    client = as_contact(coordinator)

    client.post(address(meeting), answers(classes_with_weekly_music="8", send="yes"))

    response = client.get(address(meeting))
    sentence = "That is more classes with music every week than classes (8 and 7). Is that right?"
    assert DataForm.objects.get().classes_with_weekly_music == 8
    assert response.context["form"].doubts == {"classes_with_weekly_music": sentence}
    assert sentence in response.content.decode()


def test_form_of_a_follow_up_is_made_when_the_school_fills_it_in(as_contact, coordinator, meeting):
    follow_up = MeetingFactory(school=meeting.school, kind=MeetingKind.FOLLOW_UP)

    as_contact(coordinator).post(address(follow_up), answers(send="yes"))

    assert follow_up.data_form.pupils == 205


def test_form_begun_in_two_windows_is_one_form():
    meeting = MeetingFactory(kind=MeetingKind.FOLLOW_UP)
    first, second = data_form_of(meeting=meeting), data_form_of(meeting=meeting)
    first.classes, second.classes = 7, 8

    save_data_form(data_form=first, now=NOW)
    save_data_form(data_form=second, now=NOW)

    assert DataForm.objects.get().classes == 8


# --- Afterwards -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "status, sentence",
    [
        ("held", "The meeting is held, so the form can no longer be changed."),
        ("cancelled", "The meeting is cancelled, so the form can no longer be changed."),
    ],
)
def test_form_can_only_be_read_once_the_meeting_is_over(as_contact, meeting, coordinator, status, sentence):
    client = as_contact(coordinator)
    client.post(address(meeting), answers(send="yes"))
    over = {"cancelled_at": NOW, "cancelled_by": meeting.officer, "cancel_reason": "Snow"}
    Meeting.objects.update(status=status, **(over if status == "cancelled" else {}))

    response = client.post(address(meeting), answers(classes="8", send="yes"))

    page = client.get(address(meeting)).content.decode()
    assert response.context["form"].non_field_errors() == [sentence]
    assert response.context["form"]["classes"].value() == "8"
    assert DataForm.objects.get().classes == 7
    assert ("this form can only be read" in page, "Send the form" in page) == (True, False)


@pytest.mark.parametrize("contacts", [1, 3])
def test_form_asks_the_database_as_often_for_one_contact_as_for_three(
    as_contact, meeting, coordinator, django_assert_num_queries, contacts
):
    for _ in range(contacts - 1):
        ContactFactory(school=meeting.school)
    client = as_contact(coordinator)

    with django_assert_num_queries(6):
        client.get(address(meeting))
