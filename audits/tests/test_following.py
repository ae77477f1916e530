"""A follow-up visit goes on from what was agreed: the ratings stand already, the priorities too."""

from datetime import date

import pytest
from django.urls import reverse

from audits.models import Audit, Phase
from audits.queries import audit_of_priorities, audits_for_conversation, conversation_of, priority_codes
from audits.services import agree_audit, start_audit
from audits.tests.factories import (
    FrameworkFactory,
    make_agreed_audit,
    make_meeting,
    make_open_audit,
    rate,
)
from meetings.models import MeetingKind
from schools.models import AuditOffer, TimelineKind
from schools.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

FIRST, SECOND = date(2026, 11, 5), date(2027, 6, 10)


@pytest.fixture
def last():
    framework = FrameworkFactory()
    codes = list(framework.criteria.values_list("code", flat=True))
    ratings = {code: ("red", "amber", "green")[place % 3] for place, code in enumerate(codes)}
    return make_agreed_audit(on=FIRST, framework=framework, ratings=ratings, priorities=codes[:3])


def visit(last: Audit, *, kind: str = MeetingKind.FOLLOW_UP, on: date = SECOND) -> Audit:
    """The audit of a later meeting with the same school, begun by an officer."""
    meeting = make_meeting(school=last.meeting.school, on=on, kind=kind)
    return start_audit(meeting=meeting, phase=last.framework.phase, by=UserFactory())


def agreed(audit: Audit) -> dict[str, str]:
    return dict(audit.ratings.values_list("criterion__code", "agreed"))


def test_start_audit_at_a_follow_up_visit_takes_over_what_was_agreed(last):
    audit = visit(last)

    assert (audit.follows, agreed(audit)) == (last, agreed(last))
    assert {rating.school for rating in audit.ratings.all()} == {"not_discussed"}
    told = audit.meeting.school.timeline.filter(kind=TimelineKind.AUDIT).latest("id").text
    assert told.endswith("from what was agreed on 5 November 2026.")


def test_start_audit_at_a_follow_up_visit_writes_what_it_took_over_into_the_history(last):
    audit = visit(last)

    lines = audit.changes.values_list("criterion__code", "field", "before", "after")
    assert sorted(lines) == sorted((code, "agreed", "not_discussed", value) for code, value in agreed(last).items())


def test_start_audit_at_a_quality_conversation_begins_with_nothing(last):
    audit = visit(last, kind=MeetingKind.QUALITY_CONVERSATION)

    assert (audit.follows, set(agreed(audit).values())) == (None, {"not_discussed"})


def test_start_audit_at_a_first_follow_up_visit_begins_with_nothing():
    framework = FrameworkFactory()
    audit = start_audit(meeting=make_meeting(kind=MeetingKind.FOLLOW_UP), phase=framework.phase, by=UserFactory())

    assert (audit.follows, set(agreed(audit).values())) == (None, {"not_discussed"})


def test_start_audit_at_a_follow_up_visit_of_another_school_takes_nothing(last):
    meeting = make_meeting(kind=MeetingKind.FOLLOW_UP, on=SECOND)

    audit = start_audit(meeting=meeting, phase=last.framework.phase, by=UserFactory())

    assert (audit.follows, set(agreed(audit).values())) == (None, {"not_discussed"})


def test_start_audit_at_a_follow_up_visit_under_a_newer_version_asks_again_what_it_does_not_know(last):
    newer = FrameworkFactory(version="1.1")
    dropped = newer.criteria.first()
    newer.definition = {**newer.definition}
    assert newer.phase == last.framework.phase

    audit = visit(last)

    assert audit.framework == newer
    assert agreed(audit)[dropped.code] == agreed(last)[dropped.code]


def test_start_audit_at_a_follow_up_visit_in_the_wrong_phase_may_still_be_changed(last):
    FrameworkFactory(phase=Phase.SECONDARY)
    school = last.meeting.school
    school.audit_offer = AuditOffer.CHOICE
    school.save()
    first = visit(last)

    second = start_audit(meeting=first.meeting, phase=Phase.SECONDARY, by=UserFactory())

    assert [audit.pk for audit in first.meeting.audits.all()] == [second.pk]


def test_priority_codes_at_a_follow_up_visit_are_those_that_stand(last):
    audit = visit(last)

    assert (audit_of_priorities(audit), priority_codes(audit)) == (last, priority_codes(last))


def test_follow_up_visit_can_be_agreed_without_priorities_once_what_changed_is_rated(last):
    audit = visit(last)
    red = next(code for code, value in agreed(last).items() if value == "red")
    rate(audit, red, agreed="green")

    agree_audit(audit=audit, by=audit.meeting.officer)

    assert Audit.objects.get(pk=audit.pk).status == "agreed"
    assert agreed(audit) == {**agreed(last), red: "green"}


def test_conversation_at_a_follow_up_visit_lists_what_was_not_green_and_what_changed(last):
    audit = visit(last)
    codes = {value: [code for code, given in agreed(last).items() if given == value] for value in ("red", "amber")}
    rate(audit, codes["red"][0], agreed="green")

    shown = conversation_of(audits_for_conversation().get(pk=audit.pk))

    assert sorted(row.criterion.code for row in shown.to_look_at_again) == sorted(codes["red"] + codes["amber"])
    assert [row.criterion.code for row in shown.changed] == [codes["red"][0]]


def test_conversation_page_at_a_follow_up_visit_says_that_it_goes_on(client, officer, last):
    audit = visit(last)

    text = client.get(reverse("audit_conversation", args=[audit.pk])).content.decode()

    assert "what was agreed on 5 November 2026" in text
    assert "To look at again at this visit" in text


def test_conversation_page_of_a_first_conversation_lists_nothing_to_look_at_again(client, officer):
    audit = make_open_audit()

    assert "To look at again" not in client.get(reverse("audit_conversation", args=[audit.pk])).content.decode()
