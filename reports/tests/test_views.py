"""The staff home and the page about one school."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from audits.models import Audit, AuditStatus, Promise
from audits.tests.factories import make_meeting, make_open_audit
from awards.models import Reflection
from awards.tests.factories import make_audit, make_award
from hubportal.accounts.models import Role, User
from hubportal.accounts.services import set_active
from hubportal.mail.models import EmailStatus
from hubportal.mail.tests.factories import EmailFactory
from meetings.tests.factories import MeetingFactory, MeetingRequestFactory
from reports.queries import actions_for, reach, school_page
from reports.rules import Stage, next_step
from schools.models import SchoolLink, TimelineKind
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory
from schools.timeline import record_event

pytestmark = pytest.mark.django_db


def counts(user) -> dict[str, int]:
    return {action.label: action.count for action in actions_for(user, now=timezone.now()) if action.count}


@pytest.mark.parametrize(
    ("role", "status"), [(None, 302), (Role.VIEWER, 403), (Role.OFFICER, 200), (Role.ADMINISTRATOR, 200)]
)
def test_school_page_is_for_officers(client, role, status):
    school = SchoolFactory()
    if role:
        client.force_login(UserFactory(role=role))

    assert client.get(reverse("school_detail", args=[school.urn])).status_code == status


def test_school_page_of_an_unknown_school_is_not_found(client, officer):
    assert client.get(reverse("school_detail", args=[1])).status_code == 404


def test_staff_home_shows_viewers_figures_and_no_names(client):
    meeting = MeetingFactory(school=SchoolFactory(name="Hidden School"))
    client.force_login(UserFactory(role=Role.VIEWER))

    response = client.get(reverse("staff_home"))

    assert response.status_code == 200
    assert meeting.school.name not in response.content.decode()
    assert "actions" not in response.context_data


def test_staff_home_is_closed_to_the_public(client):
    assert client.get(reverse("staff_home")).status_code == 302


def test_actions_count_what_needs_the_officer(officer):
    other = UserFactory()
    MeetingRequestFactory(assigned_to=officer)
    MeetingRequestFactory(assigned_to=None)
    MeetingRequestFactory(assigned_to=other)
    make_audit()
    make_award()
    EmailFactory(status=EmailStatus.FAILED)

    assert counts(officer) == {
        "Meeting requests to answer": 2,
        "Agreed audits waiting for a decision": 1,
        "Outcome packs to send": 1,
        "E-mails that failed": 1,
    }


def test_actions_count_past_meetings_without_an_audit_of_this_officer(officer):
    yesterday = timezone.localdate() - timedelta(days=1)
    make_meeting(officer=officer, on=yesterday)
    make_meeting(officer=UserFactory(), on=yesterday)

    assert counts(officer) == {"Past meetings without an agreed audit": 1}


def test_actions_count_reflections_without_an_answer_after_three_weeks(officer):
    first, second, third = (make_award(sent=True).audit.reflections.get(month=12) for _ in range(3))
    now = timezone.now()
    for reflection, days in ((first, 40), (second, 15), (third, 40)):
        sent_at = now - timedelta(days=days)
        mail = EmailFactory(status=EmailStatus.SENT, sent_at=sent_at)
        Reflection.objects.filter(pk=reflection.pk).update(queued_at=sent_at, email=mail)
    Reflection.objects.filter(pk=third.pk).update(answered_at=now)

    assert counts(officer)["Reflections not answered for three weeks"] == 1


def test_actions_of_an_administrator_count_the_whole_hub():
    administrator, other = UserFactory(role=Role.ADMINISTRATOR), UserFactory()
    MeetingRequestFactory(assigned_to=other)
    make_meeting(officer=other, on=timezone.localdate() - timedelta(days=1))

    found = actions_for(administrator, now=timezone.now())

    assert counts(administrator) == {
        "Meeting requests to answer": 1,
        "Past meetings without an agreed audit": 1,
    }
    assert [action.url for action in found[:6]] == [
        "/requests/?whose=all",
        "/requests/?whose=all&status=long",
        "/requests/?whose=all&status=too_long",
        "/requests/?whose=all&status=silent",
        "/meetings/?whose=all",
        "/meetings/?whose=all&when=past&status=booked",
    ]


def test_actions_of_an_officer_name_the_requests_that_have_waited_too_long(officer):
    long_ago = timezone.now() - timedelta(days=60)
    MeetingRequestFactory(assigned_to=officer, created_at=long_ago)
    MeetingRequestFactory(assigned_to=UserFactory(), created_at=long_ago)
    asked = {"asked_at": long_ago, "asked_by": officer, "asked_message": "When?"}
    MeetingRequestFactory(assigned_to=officer, status="asked", **asked)

    found = {label: count for label, count in counts(officer).items() if "request" in label.lower() or "Asked" in label}

    assert found == {
        "Meeting requests to answer": 1,
        "Requests waiting more than five working days": 1,
        "Asked for other times, no answer for ten working days": 1,
    }


def test_actions_of_an_administrator_name_the_requests_of_more_than_ten_working_days():
    administrator = UserFactory(role=Role.ADMINISTRATOR)
    MeetingRequestFactory(created_at=timezone.now() - timedelta(days=60))

    assert counts(administrator)["Requests waiting more than ten working days"] == 1


def late_promise(owner: User) -> Promise:
    """What the hub promised for yesterday with the first of three priorities; the others are due later."""
    today = timezone.localdate()
    promise = make_award(sent=True, on=today - timedelta(days=9)).audit.priorities.first().hub_promise
    promise.due_on, promise.owner = today - timedelta(days=1), owner
    promise.save()
    return promise


def test_actions_count_the_promises_of_this_officer_that_are_late(officer):
    late_promise(officer)
    late_promise(UserFactory())

    assert counts(officer)["Promises of mine to schools that are late"] == 1
    assert "Promises to schools without an owner at the hub" not in counts(officer)


def test_actions_of_an_administrator_count_what_nobody_sees_to_any_more():
    administrator, left = UserFactory(role=Role.ADMINISTRATOR), UserFactory()
    late_promise(left)
    set_active(user=left, is_active=False, by=administrator)

    found = counts(administrator)

    assert found["Promises to schools without an owner at the hub"] == 1
    assert "Promises of mine to schools that are late" not in found


def test_school_page_says_how_both_sides_of_a_priority_stand(client, officer):
    promise = late_promise(officer)

    words = client.get(reverse("school_detail", args=[promise.priority.audit.meeting.school.urn])).content.decode()

    assert words.count(">Late<") == 1
    assert words.count(f'href="{reverse("promise_detail", args=[promise.pk])}"') == 1


def test_school_page_keeps_what_an_older_conversation_left_open(client, officer):
    promise = late_promise(officer)
    school = promise.priority.audit.meeting.school
    older = promise.priority.audit.meeting.held_on
    make_award(school=school, on=older + timedelta(days=7))

    words = client.get(reverse("school_detail", args=[school.urn])).content.decode()

    # Three priorities, each with both sides.
    assert words.count(f"From the conversation of {older:%-d %B %Y}") == 6


def test_actions_lead_to_as_many_rows_as_they_count(client, officer):
    MeetingRequestFactory(assigned_to=officer, created_at=timezone.now() - timedelta(days=60))
    make_audit()
    make_award()
    make_meeting(officer=officer, on=timezone.localdate() - timedelta(days=1))
    late_promise(officer)

    for action in actions_for(officer, now=timezone.now()):
        if action.count:
            listed = client.get(action.url).context["page_obj"]
            assert (action.label, len(listed)) == (action.label, action.count)


def test_staff_home_offers_viewers_no_page_that_is_closed_to_them(client):
    client.force_login(UserFactory(role=Role.VIEWER))

    text = client.get(reverse("staff_home")).content.decode()

    assert [name for name in ("school_list", "request_list", "outbox") if f'"{reverse(name)}"' in text] == []


def test_reach_counts_schools_and_awards_in_force():
    reached = SchoolFactory()
    make_award(school=reached, level="gold", on=timezone.localdate() - timedelta(days=30))
    make_award(level="bronze", on=timezone.localdate() - timedelta(days=1200))
    SchoolFactory()
    SchoolFactory(status="closed")

    found = reach()

    assert (found.schools, found.reached, found.never_reached) == (3, 2, 1)
    assert found.by_level == {"Working towards Bronze": 0, "Bronze": 0, "Silver": 0, "Gold": 1}


@pytest.mark.parametrize("number", [1, 3])
def test_staff_home_asks_the_same_number_of_queries(client, officer, number, django_assert_num_queries):
    for _ in range(number):
        MeetingRequestFactory(assigned_to=officer)
        MeetingFactory(officer=officer)
        make_award()

    with django_assert_num_queries(31):
        client.get(reverse("staff_home"))


@pytest.mark.parametrize("number", [1, 3])
def test_school_page_asks_the_same_number_of_queries(client, officer, number, django_assert_num_queries):
    school = SchoolFactory()
    decided = {"decided_at": timezone.now(), "decided_by": officer}
    for place in range(number):
        ContactFactory(school=school)
        MeetingRequestFactory(school=school, status="declined", decline_reason="Full", **decided)
        make_award(school=school, on=date(2022 + place, 11, 4), sent=True)
        record_event(school=school, kind=TimelineKind.NOTE, text="Rang up", by=officer)
        SchoolLink.objects.create(school=school, linked_urn=100 + place, link_type="Predecessor")

    with django_assert_num_queries(21):
        response = client.get(reverse("school_detail", args=[school.urn]))

    assert len(response.context["page"].awards) == number


def test_school_page_shows_an_answered_reflection(client, officer):
    award = make_award(sent=True)
    reflection = award.audit.reflections.get(month=12)
    response = reflection.responses.create(anything_else="A choir.")
    response.answers.create(priority=award.audit.priorities.first(), progress="achieved", what_helped="Team teaching.")
    Reflection.objects.filter(pk=reflection.pk).update(answered_at=timezone.now())

    text = client.get(reverse("school_detail", args=[award.school.urn])).content.decode()

    assert ("Team teaching." in text, "A choir." in text) == (True, True)


def test_school_page_shows_markup_in_names_as_text(client, officer):
    school = SchoolFactory(name="<script>alert(1)</script>")

    text = client.get(reverse("school_detail", args=[school.urn])).content.decode()

    assert "<script>alert(1)</script>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


@pytest.mark.parametrize(
    ("build", "stage", "url_name"),
    [
        (lambda school: None, Stage.ASK, "meeting_new"),
        (lambda school: MeetingRequestFactory(school=school), Stage.BOOK, "request_detail"),
        (lambda school: MeetingFactory(school=school), Stage.CONVERSE, "meeting_detail"),
        (lambda school: make_open_audit(meeting=make_meeting(school=school)), Stage.CONVERSE, "audit_conversation"),
        (lambda school: make_audit(school=school), Stage.DECIDE, "audit_detail"),
        (lambda school: make_award(school=school), Stage.OUTCOME, "award_detail"),
        (lambda school: make_award(school=school, sent=True), Stage.REFLECT, "award_detail"),
    ],
)
def test_school_page_offers_the_next_step_of_the_journey(build, stage, url_name):
    school = SchoolFactory()
    build(school)

    step = next_step(school_page(school).standing, today=date(2026, 11, 20))

    assert (step.stage, step.url_name) == (stage, url_name)


@pytest.mark.parametrize("days, expected", [(1, "meeting_detail"), (0, "audit_conversation")])
def test_school_page_leaves_an_audit_begun_by_the_school_until_the_day_of_the_meeting(days, expected):
    meeting = make_meeting(on=(today := timezone.localdate()) + timedelta(days=days))
    Audit.objects.filter(pk=make_open_audit(meeting=meeting).pk).update(started_by=None)

    step = next_step(school_page(meeting.school).standing, today=today)

    assert step.url_name == expected


def test_school_page_names_a_carried_over_audit_and_shows_no_profile_of_it(client, officer):
    audit = make_open_audit(default="green")
    Audit.objects.filter(pk=audit.pk).update(status=AuditStatus.CARRIED_OVER)

    response = client.get(reverse("school_detail", args=[audit.meeting.school.urn]))

    assert response.context["page"].profiles == []
    assert response.content.decode().count("(version 1.0, carried over)") == 1


def test_school_page_shows_the_ratings_of_each_agreed_audit_the_newest_first():
    school = SchoolFactory()
    make_award(school=school, level="bronze", on=date(2022, 11, 4))
    now = make_award(school=school, level="gold", on=date(2025, 11, 4)).audit

    newest, oldest = school_page(school).profiles

    assert (newest.title, oldest.title) == (
        f"{now.framework.title}, 4 November 2025",
        f"{now.framework.title}, 4 November 2022",
    )
    assert [section["title"] for section in newest.sections] == ["Intent", "Implementation", "Impact"]
    agreed = list(now.ratings.values_list("agreed", flat=True))
    counted = [section["counts"].get("green", 0) for section in newest.sections]
    assert sum(counted) == agreed.count("green") > 0
