"""Whether the hub is in conversation with a school, and mail that a school pauses."""

from datetime import date, datetime

import pytest
from django.core.exceptions import ValidationError

from meetings.rules import LONDON
from schools.models import Engagement, School
from schools.services import end_pauses, let_mail_flow, pause_mail, set_engagement, take_part_again
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 10, tzinfo=LONDON)
TODAY = NOW.date()


def paused(**changes):
    state = {"engagement": "paused", "engagement_reason": "New head teacher.", "engagement_since": date(2026, 9, 1)}
    return SchoolFactory(**state | changes)


def state_of(school):
    school.refresh_from_db()
    return school.engagement, school.engagement_reason, school.engagement_since, school.engagement_until


def told(school):
    return [event.text for event in school.timeline.order_by("pk")]


def test_set_engagement_to_paused_keeps_reason_days_and_who_said_so():
    school, officer = SchoolFactory(), UserFactory()

    set_engagement(
        school=school, engagement="paused", reason=" Being\nrebuilt. ", until=date(2027, 4, 12), by=officer, now=NOW
    )

    assert state_of(school) == ("paused", "Being rebuilt.", TODAY, date(2027, 4, 12))
    assert told(school) == ["Paused until 12 April 2027: Being rebuilt."]
    assert school.timeline.get().by == officer


def test_set_engagement_again_to_the_same_state_keeps_since_when_it_holds():
    school = paused(engagement_until=date(2026, 12, 1))

    set_engagement(school=school, engagement="paused", reason="Still no head.", by=UserFactory(), now=NOW)

    assert state_of(school) == ("paused", "Still no head.", date(2026, 9, 1), None)


def test_set_engagement_to_another_state_begins_that_day():
    school = paused()

    set_engagement(school=school, engagement="not_engaging", reason="Said no twice.", by=UserFactory(), now=NOW)

    assert state_of(school) == ("not_engaging", "Said no twice.", TODAY, None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"until": date(2026, 11, 22)}, "until"),
        ({"engagement": "not_engaging", "until": date(2026, 12, 1)}, "until"),
        ({"engagement": "asleep"}, "engagement"),
    ],
)
def test_set_engagement_to_what_makes_no_sense_is_refused_and_changes_nothing(changes, field):
    school = SchoolFactory()
    wanted = {"engagement": "paused", "reason": "Being rebuilt.", "until": None} | changes

    with pytest.raises(ValidationError) as error:
        set_engagement(school=school, by=UserFactory(), now=NOW, **wanted)

    assert list(error.value.message_dict) == [field]
    assert state_of(school) == ("taking_part", "", None, None)


def test_set_engagement_until_today_with_the_longest_reason_is_fine():
    school = SchoolFactory()

    set_engagement(school=school, engagement="paused", reason="x" * 500, until=TODAY, by=UserFactory(), now=NOW)

    assert state_of(school) == ("paused", "x" * 500, TODAY, TODAY)


def test_set_engagement_of_a_closed_school_is_refused():
    with pytest.raises(ValidationError, match="closed"):
        set_engagement(
            school=SchoolFactory(status="closed"), engagement="paused", reason="x", by=UserFactory(), now=NOW
        )


@pytest.mark.parametrize("state", ["paused", "not_engaging"])
def test_take_part_again_ends_either_state_once(state):
    school = paused(engagement=state)

    for _ in range(2):
        take_part_again(school=school, by=UserFactory(), now=NOW)

    assert state_of(school) == ("taking_part", "", None, None)
    assert told(school) == [f"Taking part again; was {Engagement(state).label.lower()}."]


@pytest.mark.parametrize(
    ("until", "expected"),
    [(date(2026, 11, 22), "taking_part"), (date(2026, 11, 23), "paused"), (None, "paused")],
)
def test_end_pauses_the_day_after_their_last_day(until, expected):
    school = paused(engagement_until=until)

    end_pauses(as_of=TODAY, now=NOW)

    assert state_of(school)[0] == expected


def test_end_pauses_twice_says_so_once_and_leaves_who_is_not_engaging():
    school, refuses = paused(engagement_until=date(2026, 11, 1)), paused(engagement="not_engaging")

    counts = [end_pauses(as_of=TODAY, now=NOW) for _ in range(2)]

    assert counts == [1, 0]
    assert told(school) == ["Taking part again: the pause ended on 1 November 2026."]
    assert state_of(refuses)[0] == "not_engaging"


def test_schools_taking_part_are_open_and_neither_paused_nor_refusing():
    takes_part = SchoolFactory()
    others = [paused(), paused(engagement="not_engaging"), SchoolFactory(status="closed")]

    assert list(School.objects.taking_part()) == [takes_part]
    assert [school.is_taking_part for school in (takes_part, *others)] == [True, False, False, False]


def test_pause_mail_keeps_the_day_and_names_who_asked():
    contact = ContactFactory()

    pause_mail(school=contact.school, until=date(2027, 1, 5), by_contact=contact, now=NOW)

    contact.school.refresh_from_db()
    event = contact.school.timeline.get()
    assert contact.school.mail_paused_until == date(2027, 1, 5)
    assert (event.text, event.by_contact) == ("Mail that can wait is paused until 5 January 2027.", contact)


@pytest.mark.parametrize("until", [date(2026, 11, 24), date(2027, 11, 23)])
def test_pause_mail_until_tomorrow_or_a_year_ahead_is_fine(until):
    school = SchoolFactory()

    pause_mail(school=school, until=until, by=UserFactory(), now=NOW)

    school.refresh_from_db()
    assert school.mail_paused_until == until


@pytest.mark.parametrize("until", [date(2026, 11, 23), date(2027, 11, 24)])
def test_pause_mail_until_today_or_for_more_than_a_year_is_refused(until):
    with pytest.raises(ValidationError) as error:
        pause_mail(school=SchoolFactory(), until=until, by=UserFactory(), now=NOW)

    assert list(error.value.message_dict) == ["until"]


def test_let_mail_flow_ends_the_pause_once():
    contact = ContactFactory(school=SchoolFactory(mail_paused_until=date(2027, 1, 5)))

    for _ in range(2):
        let_mail_flow(school=contact.school, by_contact=contact, now=NOW)

    contact.school.refresh_from_db()
    assert (contact.school.mail_paused_until, told(contact.school)) == (None, ["Mail that can wait goes again."])


def test_let_mail_flow_after_the_day_says_nothing():
    school = SchoolFactory(mail_paused_until=TODAY)

    let_mail_flow(school=school, by=UserFactory(), now=NOW)

    school.refresh_from_db()
    assert (school.mail_paused_until, told(school)) == (None, [])
