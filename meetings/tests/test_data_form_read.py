"""The data form as staff read it before the meeting."""

from datetime import UTC, datetime

import pytest

from meetings.models import Meeting
from meetings.queries import data_form_read
from meetings.tests.factories import DataFormFactory, MeetingFactory
from schools.tests.factories import SchoolFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
LAST_TIME = datetime(2024, 5, 3, 10, 0, tzinfo=UTC)


def earlier_form(school, **answers):
    meeting = MeetingFactory(school=school, starts_at=datetime(2024, 5, 14, 9, 0, tzinfo=UTC), status="held")
    return DataFormFactory(meeting=meeting, saved_at=LAST_TIME, sent_at=LAST_TIME, **answers)


def form_of(school, **answers) -> Meeting:
    return DataFormFactory(meeting__school=school, saved_at=NOW, sent_at=NOW, **answers).meeting


def row(meeting: Meeting, question: str) -> tuple[str, str, str]:
    found = next(row for row in data_form_read(meeting).rows if row.question == question)
    return found.answer, found.before, found.change


def test_answers_stand_beside_those_of_last_time():
    school = SchoolFactory(pupils=210)
    earlier_form(school, pupils=198, classes=7, ensembles="Choir", has_published_plan=False, anything_else="Snow")
    meeting = form_of(school, pupils=210, ensembles="Choir and band", has_published_plan=True, anything_else="Sun")

    assert row(meeting, "Pupils in the school") == ("210", "198", "12 more than in May 2024")
    assert row(meeting, "Classes") == ("Not answered", "7", "Answered in May 2024, not this time")
    assert row(meeting, "Choirs, bands and other groups") == ("Choir and band", "Choir", "Changed since May 2024")
    assert row(meeting, "Music development plan summary on the school's website") == (
        "Yes",
        "No",
        "Changed since May 2024",
    )
    # What was said about one meeting is not held against the next.
    assert row(meeting, "Anything else we should know") == ("Sun", "", "")


def test_first_form_is_held_against_nothing():
    meeting = form_of(SchoolFactory(), classes=7)

    assert (row(meeting, "Classes"), data_form_read(meeting).before_on) == (("7", "", ""), None)


def test_answers_of_another_school_are_not_last_time():
    earlier_form(SchoolFactory(), classes=6)

    assert data_form_read(form_of(SchoolFactory(), classes=7)).before_on is None


def test_doubtful_answers_are_marked():
    meeting = form_of(SchoolFactory(pupils=210), classes=7, classes_with_weekly_music=8, pupils=60)

    read = data_form_read(meeting)

    assert {row.question: row.doubt for row in read.rows if row.doubt} == {
        "Pupils in the school": "The national register has 210 pupils in your school. Is 60 right?",
        "Classes with music every week": (
            "That is more classes with music every week than classes (8 and 7). Is that right?"
        ),
    }
    assert read.doubts == 2


@pytest.mark.parametrize("role, status", [(None, 302), ("viewer", 403), ("officer", 200), ("administrator", 200)])
def test_answers_are_shown_to_those_who_work_with_schools(as_role, role, status):
    school = SchoolFactory(pupils=210)
    earlier_form(school, pupils=198)
    meeting = form_of(school, pupils=210)

    response = as_role(role).get(f"/meetings/{meeting.pk}/")

    assert (response.status_code, "12 more than in May 2024" in response.content.decode()) == (status, status == 200)


@pytest.mark.parametrize("forms", [1, 3])
def test_form_is_read_in_one_query_however_many_there_were(django_assert_num_queries, forms):
    school = SchoolFactory()
    for year in range(forms):
        meeting = MeetingFactory(school=school, starts_at=datetime(2023 + year, 5, 14, 9, 0, tzinfo=UTC))
        DataFormFactory(meeting=meeting, saved_at=LAST_TIME, classes=7)
    found = Meeting.objects.select_related("school", "data_form").get(pk=form_of(school, classes=8).pk)

    with django_assert_num_queries(1):
        assert data_form_read(found).before_on is not None
