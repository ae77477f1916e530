"""A school that works towards Bronze takes its steps, and the follow-up visit awards what it has reached."""

from datetime import date

import pytest

from audits.services import agree_audit, start_audit
from audits.tests.factories import make_meeting, rate
from awards.emails import outcome_text
from awards.models import AwardStatus, Reflection
from awards.queries import award_page
from awards.services import decide_award, queue_due_mail
from awards.tests.factories import make_award
from meetings.models import MeetingKind
from schools.tests.factories import ContactFactory, UserFactory

pytestmark = pytest.mark.django_db

FIRST, SECOND = date(2026, 11, 5), date(2027, 6, 10)


@pytest.fixture
def before():
    return make_award(level="working_towards", on=FIRST, sent=True)


@pytest.fixture
def award(before):
    """What the visit leads to, once every red has become amber."""
    meeting = make_meeting(school=before.school, on=SECOND, kind=MeetingKind.FOLLOW_UP)
    audit = start_audit(meeting=meeting, phase=before.audit.framework.phase, by=UserFactory())
    for code, agreed in audit.ratings.values_list("criterion__code", "agreed"):
        assert agreed == "red"
        rate(audit, code, agreed="amber")
    agree_audit(audit=audit, by=meeting.officer)
    return decide_award(audit=audit, by=meeting.officer)


def test_follow_up_visit_awards_bronze_from_its_own_day_and_supersedes(before, award):
    before.refresh_from_db()

    assert (award.level, award.awarded_on, award.expires_on) == ("bronze", SECOND, date(2030, 6, 10))
    assert (award.status, before.status) == (AwardStatus.CURRENT, AwardStatus.SUPERSEDED)


def test_follow_up_visit_leaves_the_priorities_and_their_sheets_as_they_are(before, award):
    sheets = Reflection.objects.of_current_priorities().order_by("month")

    assert [(sheet.audit_id, sheet.due_on) for sheet in sheets] == [
        (before.audit_id, date(2027, 11, 5)),
        (before.audit_id, date(2028, 11, 5)),
    ]


def test_follow_up_visit_still_leads_to_the_sheet_of_the_first_meeting(before, award):
    ContactFactory(school=award.school)

    queued = queue_due_mail(date(2027, 11, 8)).reflections

    assert [sheet.audit_id for sheet in queued if isinstance(sheet, Reflection)] == [before.audit_id]


def test_outcome_of_a_follow_up_visit_quotes_the_priorities_that_stand(before, award):
    text = outcome_text(award)

    assert [priority.action for priority in text.priorities] == ["Action 1", "Action 2", "Action 3"]
    assert text.reflections_on == (date(2027, 11, 5), date(2028, 11, 5))


def test_award_page_of_a_follow_up_visit_shows_the_priorities_that_stand(award):
    page = award_page(user=UserFactory(), pk=award.pk, today=SECOND)

    assert [priority.action for priority in page.priorities] == ["Action 1", "Action 2", "Action 3"]
