"""What stands in the data form already: marked, the school's only once it is saved, and never shown to staff before."""

from datetime import UTC, datetime
from typing import Any

import pytest

from meetings.models import DataForm, Meeting
from meetings.queries import data_form_read, suggested_answers
from meetings.services import data_form_of, save_data_form, send_data_form, stored_data_form
from meetings.tests.factories import DataFormFactory, MeetingFactory
from schools.models import Contact
from schools.tests.factories import ContactFactory, SchoolFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
# In British summer time: the day in London is the third.
LAST_TIME = datetime(2024, 5, 2, 23, 30, tzinfo=UTC)


@pytest.fixture
def meeting() -> Meeting:
    school = SchoolFactory(pupils=210)
    earlier = MeetingFactory(school=school, starts_at=datetime(2024, 5, 14, 9, 0, tzinfo=UTC), status="held")
    DataFormFactory(
        meeting=earlier,
        saved_at=LAST_TIME,
        sent_at=LAST_TIME,
        pupils=180,
        classes=7,
        singing="Mondays",
        has_published_plan=False,
        anything_else="The piano is being tuned.",
    )
    return DataFormFactory(meeting__school=school).meeting


@pytest.fixture
def coordinator(meeting) -> Contact:
    return ContactFactory(school=meeting.school)


def address(meeting: Meeting) -> str:
    return f"/my-school/data-form/{meeting.pk}/"


def suggested(meeting: Meeting) -> dict[str, tuple[object, str]]:
    found = suggested_answers(stored_data_form(meeting=meeting))
    return {suggestion.name: (suggestion.answer, suggestion.source) for suggestion in found}


def page_as_shown(response: Any) -> dict[str, str]:
    """All that the page would send back untouched."""
    form = response.context["form"]
    boxes = {name: form[name].value() for name in form.fields}
    return {name: str(value) for name, value in boxes.items() if value is not None} | dict(form.loaded_inputs)


def test_answers_are_suggested_from_last_time_and_the_pupils_from_the_register(meeting):
    last_time = "From last time, 3 May 2024"

    assert suggested(meeting) == {
        "pupils": (210, "From the national register"),
        "classes": (7, last_time),
        "singing": ("Mondays", last_time),
        "has_published_plan": (False, last_time),
    }


def test_pupils_are_suggested_from_last_time_where_the_register_knows_none(meeting):
    meeting.school.pupils = None
    meeting.school.save()

    assert suggested(meeting)["pupils"] == (180, "From last time, 3 May 2024")


def test_answers_are_suggested_from_the_newest_earlier_meeting_that_has_any(meeting):
    school = meeting.school
    called_off = {"status": "cancelled", "cancelled_at": NOW, "cancelled_by": meeting.officer, "cancel_reason": "Snow"}
    newer = MeetingFactory(school=school, starts_at=datetime(2025, 5, 14, 9, 0, tzinfo=UTC), **called_off)
    DataFormFactory(meeting=newer, saved_at=NOW, classes=8)
    DataFormFactory(meeting__school=school, meeting__starts_at=datetime(2026, 5, 14, 9, 0, tzinfo=UTC))
    DataFormFactory(meeting__school=school, saved_at=NOW, classes=10)
    DataFormFactory(meeting__starts_at=datetime(2026, 6, 14, 9, 0, tzinfo=UTC), saved_at=NOW, classes=11)

    assert suggested(meeting) == {
        "pupils": (210, "From the national register"),
        "classes": (8, "From last time, 20 November 2026"),
    }


def test_page_marks_each_suggestion_and_stores_none(as_contact, meeting, coordinator):
    content = as_contact(coordinator).get(address(meeting)).content.decode()

    assert content.count("From last time, 3 May 2024. Not your answer until you save or send.") == 3
    assert content.count("From the national register. Not your answer until you save or send.") == 1
    form = DataForm.objects.get(meeting=meeting)
    assert (form.pupils, form.classes, form.singing, form.saved_at) == (None, None, "", None)


def test_staff_never_see_a_suggestion_that_was_not_saved(meeting):
    form = data_form_of(meeting=meeting)
    save_data_form(data_form=form, loaded={"minutes_a_week": None}, only=["minutes_a_week"], now=NOW)
    meeting.refresh_from_db()

    answers = {row.question: row.answer for row in data_form_read(meeting).rows}

    assert (answers["Pupils in the school"], answers["Classes"]) == ("Not answered", "Not answered")


def test_suggestions_become_answers_when_the_page_is_saved(as_contact, meeting, coordinator):
    client = as_contact(coordinator)

    client.post(address(meeting), page_as_shown(client.get(address(meeting))) | {"save": "yes"})

    form = DataForm.objects.get(meeting=meeting)
    assert (form.pupils, form.classes, form.singing, form.has_published_plan) == (210, 7, "Mondays", False)
    assert (form.anything_else, suggested(meeting)) == ("", {})
    assert "From last time" not in client.get(address(meeting)).content.decode()


def test_suggestion_that_was_emptied_by_itself_stays_empty_and_the_others_stay_suggested(meeting):
    form = data_form_of(meeting=meeting)
    form.classes = None

    save_data_form(data_form=form, loaded={"classes": 7}, only=["classes"], now=NOW)

    assert set(suggested(meeting)) == {"pupils", "singing", "has_published_plan"}
    assert DataForm.objects.get(meeting=meeting).classes is None


def test_page_saves_the_suggestion_it_showed_even_if_the_register_has_changed(as_contact, meeting, coordinator):
    client = as_contact(coordinator)
    shown = page_as_shown(client.get(address(meeting)))
    meeting.school.pupils = 400
    meeting.school.save()

    client.post(address(meeting), shown | {"save": "yes"})

    assert DataForm.objects.get(meeting=meeting).pupils == 210


def test_nothing_is_suggested_once_the_form_was_sent(meeting, coordinator):
    send_data_form(data_form=DataForm(meeting=meeting), by_contact=coordinator, now=NOW)

    assert suggested(meeting) == {}


def test_suggestions_are_no_reason_for_doubt_before_the_school_has_answered(as_contact, meeting, coordinator):
    DataForm.objects.filter(saved_at__isnull=False).update(classes=900)
    client = as_contact(coordinator)

    assert client.get(address(meeting)).context["form"].doubts == {}

    client.post(address(meeting), page_as_shown(client.get(address(meeting))) | {"save": "yes"})
    assert list(client.get(address(meeting)).context["form"].doubts) == ["classes"]


@pytest.mark.parametrize(
    "school, asks",
    [({"high_age": 11}, False), ({"high_age": 16, "phase_code": "4", "audit_offer": "secondary"}, True)],
)
def test_examination_courses_are_asked_about_where_there_are_secondary_pupils(as_contact, school, asks):
    meeting = DataFormFactory(meeting__school=SchoolFactory(**school)).meeting

    response = as_contact(ContactFactory(school=meeting.school)).get(address(meeting))

    titles = [title for title, _ in response.context["form"].sections]
    assert ("Examination courses" in titles, "ks4_pupils" in response.context["form"].fields) == (asks, asks)


def test_examination_courses_that_were_answered_are_shown_whatever_the_school_is_now(meeting):
    DataForm.objects.filter(meeting=meeting).update(ks4_pupils=12, saved_at=NOW)
    meeting.refresh_from_db()

    rows = {row.question: row.answer for row in data_form_read(meeting).rows}

    assert rows["Pupils taking music in Key Stage 4"] == "12"
    assert [question for question in rows if "Key Stage 5" in question] == []


def test_saving_the_page_of_a_primary_school_leaves_questions_it_was_not_asked_alone(as_contact, meeting, coordinator):
    as_contact(coordinator).post(address(meeting), {"save": "yes", "ks4_pupils": "12"})

    form = DataForm.objects.get(meeting=meeting)
    assert (form.ks4_pupils, "ks4_pupils" in form.saved_fields) == (None, False)
