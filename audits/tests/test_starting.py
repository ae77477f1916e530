"""Beginning an audit at a meeting."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from audits.models import Audit, Rating, RatingValue
from audits.services import start_audit
from audits.tests.factories import FrameworkFactory, cancel, make_agreed_audit, make_meeting, make_open_audit, rate
from meetings.models import Meeting
from schools.models import AuditOffer, TimelineEvent
from schools.tests.factories import SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db


def meeting_offered(offer: AuditOffer) -> Meeting:
    return make_meeting(school=SchoolFactory(audit_offer=offer, name="Willow Lane"))


def test_start_audit_makes_a_rating_for_each_criterion_and_a_line_in_the_timeline():
    framework, meeting, officer = FrameworkFactory(), make_meeting(), UserFactory()

    audit = start_audit(meeting=meeting, phase="primary", by=officer)

    assert (audit.meeting, audit.framework, audit.status, audit.started_by) == (meeting, framework, "open", officer)
    assert list(audit.ratings.values_list("criterion__code", "agreed")) == [
        (code, RatingValue.NOT_DISCUSSED) for code in framework.criteria.values_list("code", flat=True)
    ]
    event = TimelineEvent.objects.get()
    assert (event.school, event.by, event.text) == (
        meeting.school,
        officer,
        "Small primary audit begun (version 1.0).",
    )


def test_start_audit_twice_returns_the_open_one():
    FrameworkFactory()
    meeting, officer = make_meeting(), UserFactory()
    first = start_audit(meeting=meeting, phase="primary", by=officer)

    second = start_audit(meeting=meeting, phase="primary", by=officer)

    assert second == first
    assert (Audit.objects.count(), Rating.objects.count(), TimelineEvent.objects.count()) == (1, 8, 1)


def test_start_audit_of_a_past_meeting_can_be_dated():
    FrameworkFactory()
    now = datetime(2024, 2, 29, 10, 30, tzinfo=UTC)

    audit = start_audit(meeting=make_meeting(), phase="primary", by=UserFactory(), now=now)

    assert (audit.started_at, TimelineEvent.objects.get().at) == (now, now)
    assert set(audit.ratings.values_list("updated_at", flat=True)) == {now}


@pytest.mark.parametrize("phase", ["primary", "secondary"])
def test_start_audit_of_a_school_with_a_choice_takes_either(phase):
    FrameworkFactory()
    FrameworkFactory(phase="secondary")

    audit = start_audit(meeting=meeting_offered(AuditOffer.CHOICE), phase=phase, by=UserFactory())

    assert audit.framework.phase == phase


@pytest.mark.parametrize(
    "offer, phase, sentence",
    [
        (AuditOffer.PRIMARY, "secondary", "Willow Lane is offered the primary audit."),
        (AuditOffer.SECONDARY, "primary", "Willow Lane is offered the secondary audit."),
        (AuditOffer.CHOICE, "nursery", "Willow Lane is offered the primary or secondary audit."),
        (AuditOffer.CHOICE, "", "Willow Lane is offered the primary or secondary audit."),
    ],
)
def test_start_audit_of_a_phase_that_is_not_offered_is_refused(offer, phase, sentence):
    FrameworkFactory()

    with pytest.raises(ValidationError) as caught:
        start_audit(meeting=meeting_offered(offer), phase=phase, by=UserFactory())

    assert caught.value.messages == [f"{sentence} To use another one, change it on the school's page."]
    assert not Audit.objects.exists()


def test_start_audit_while_nothing_is_published_is_refused():
    with pytest.raises(ValidationError) as caught:
        start_audit(meeting=make_meeting(), phase="primary", by=UserFactory())

    assert caught.value.messages == ["No primary framework is published yet. Ask an administrator to load one."]


def test_start_audit_of_a_cancelled_meeting_is_refused():
    FrameworkFactory()
    meeting = make_meeting()
    cancel(meeting)

    with pytest.raises(ValidationError) as caught:
        start_audit(meeting=meeting, phase="primary", by=UserFactory())

    assert caught.value.messages == ["This meeting is cancelled, so it has no audit. Book a new meeting first."]


def test_start_audit_of_a_missed_meeting_is_refused_until_that_is_taken_back():
    meeting = make_meeting()
    Meeting.objects.filter(pk=meeting.pk).update(
        status="no_show", missed_at=meeting.booked_at, missed_by=meeting.officer
    )
    meeting.refresh_from_db()

    with pytest.raises(ValidationError) as caught:
        start_audit(meeting=meeting, phase="primary", by=meeting.officer)

    assert caught.value.messages == [
        "This meeting was noted as missed. If it did take place, say so on its page first."
    ]


def test_start_audit_again_after_agreeing_is_refused():
    audit = make_agreed_audit()
    FrameworkFactory(version="1.1")

    with pytest.raises(ValidationError) as caught:
        start_audit(meeting=audit.meeting, phase="primary", by=UserFactory())

    assert caught.value.messages == ["The audit of this meeting is agreed and cannot be begun again."]


@pytest.mark.parametrize("what", ["a rating", "a carried answer", "priorities"])
def test_start_audit_of_the_other_phase_while_one_with_something_in_it_is_open_is_refused(what):
    FrameworkFactory()
    FrameworkFactory(phase="secondary")
    meeting = meeting_offered(AuditOffer.CHOICE)
    audit = start_audit(meeting=meeting, phase="primary", by=UserFactory())
    if what == "a rating":
        rate(audit, officer="red")
    elif what == "priorities":
        Audit.objects.filter(pk=audit.pk).update(priorities_version=1)
    else:
        audit = carried_over(audit)

    with pytest.raises(ValidationError) as caught:
        start_audit(meeting=meeting, phase="secondary", by=UserFactory())

    assert caught.value.messages == ["Another audit of this meeting is still open. Agree it before you begin the next."]
    assert meeting.audits.open().get() == audit


def carried_over(audit: Audit) -> Audit:
    Audit.objects.filter(pk=audit.pk).update(status="carried")
    return Audit.objects.create(
        meeting=audit.meeting, framework=FrameworkFactory(version="1.1"), carried_from=audit, started_by=UserFactory()
    )


def test_start_audit_of_the_other_phase_replaces_an_open_one_in_which_nobody_wrote():
    FrameworkFactory()
    FrameworkFactory(phase="secondary")
    meeting = meeting_offered(AuditOffer.CHOICE)
    start_audit(meeting=meeting, phase="primary", by=UserFactory())

    audit = start_audit(meeting=meeting, phase="secondary", by=UserFactory())

    assert list(meeting.audits.all()) == [audit]
    assert set(Rating.objects.values_list("audit", flat=True)) == {audit.pk}


def test_second_open_audit_of_a_meeting_is_refused_by_the_database():
    audit = make_open_audit()

    with pytest.raises(IntegrityError, match="audits_audit_one_open"):
        make_open_audit(meeting=audit.meeting, framework=FrameworkFactory(phase="secondary"))


def test_second_audit_of_a_meeting_with_the_same_framework_is_refused_by_the_database():
    audit = make_agreed_audit()

    with pytest.raises(IntegrityError, match="audits_audit_framework_once"):
        make_open_audit(meeting=audit.meeting, framework=audit.framework)
