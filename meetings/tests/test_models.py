"""Each constraint is broken once, and each queryset is asked about what it must leave out."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils import timezone

from meetings.models import Meeting, MeetingKind, MeetingRequest
from meetings.tests.factories import (
    DataFormFactory,
    HubHolidayFactory,
    MeetingFactory,
    MeetingRequestFactory,
    OfferedTimeFactory,
    viewer,
)
from schools.tests.factories import ContactFactory, UserFactory

pytestmark = pytest.mark.django_db

START = datetime(2027, 3, 2, 9, 30, tzinfo=UTC)
NOW = datetime(2027, 3, 2, 10, 0, tzinfo=UTC)


def refused(make) -> str:
    """The name of the constraint by which the database refuses what `make` does."""
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        make()
    return error.value.__cause__.diag.constraint_name


@pytest.mark.parametrize(
    "fields, constraint",
    [
        ({"kind": "chat"}, "meetings_meetingrequest_kind_known"),
        ({"role": "cook"}, "meetings_meetingrequest_role_known"),
        ({"decided_at": START}, "meetings_meetingrequest_decided_in_full"),
        ({"consent_wording": ""}, "meetings_meetingrequest_consented"),
        ({"consent_version": ""}, "meetings_meetingrequest_consented"),
    ],
)
def test_request_that_breaks_a_rule_is_refused_by_the_database(fields, constraint):
    contact = ContactFactory()

    assert refused(lambda: MeetingRequestFactory(school=contact.school, contact=contact, **fields)) == constraint


def test_request_of_an_unknown_status_is_refused_by_the_database():
    decided = {"decided_at": START, "decided_by": UserFactory()}

    assert refused(lambda: MeetingRequestFactory(status="lost", **decided)) == "meetings_meetingrequest_status_known"


def test_request_booked_by_nobody_is_refused_by_the_database():
    assert refused(lambda: MeetingRequestFactory(status="booked", decided_at=START)) == (
        "meetings_meetingrequest_decided_in_full"
    )


def test_request_declined_without_reason_is_refused_by_the_database():
    decided = {"decided_at": START, "decided_by": UserFactory()}

    assert refused(lambda: MeetingRequestFactory(status="declined", **decided)) == (
        "meetings_meetingrequest_declined_with_reason"
    )


def test_two_requests_of_one_submission_are_refused_by_the_database():
    first = MeetingRequestFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        MeetingRequestFactory(submission_key=first.submission_key)

    assert MeetingRequest.objects.count() == 1


def test_two_requests_of_one_reference_are_refused_by_the_database():
    first = MeetingRequestFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        MeetingRequestFactory(reference=first.reference)

    assert MeetingRequest.objects.count() == 1


def test_offered_time_twice_is_refused_by_the_database():
    time = OfferedTimeFactory(on=date(2027, 3, 2))

    assert refused(lambda: OfferedTimeFactory(request=time.request, on=time.on)) == "meetings_offeredtime_once"


def test_offered_time_in_an_unknown_part_of_the_day_is_refused_by_the_database():
    assert refused(lambda: OfferedTimeFactory(on=date(2027, 3, 2), part="night")) == "meetings_offeredtime_part_known"


@pytest.mark.parametrize(
    "minutes, is_refused",
    [(-90, False), (-89, True), (0, True), (89, True), (90, False)],
)
def test_meetings_of_one_officer_may_touch_but_not_overlap(minutes, is_refused):
    first = MeetingFactory(starts_at=START)

    def second() -> Meeting:
        return MeetingFactory(officer=first.officer, starts_at=START + timedelta(minutes=minutes))

    if is_refused:
        assert refused(second) == "meetings_meeting_officer_in_one_place"
    else:
        assert second().officer == first.officer


def test_meetings_of_two_officers_may_overlap():
    MeetingFactory(starts_at=START)
    MeetingFactory(starts_at=START)

    assert Meeting.objects.count() == 2


def test_cancelled_meeting_keeps_nobody_from_another():
    officer = UserFactory()
    cancelled = {"status": "cancelled", "cancelled_at": NOW, "cancelled_by": officer, "cancel_reason": "Snow"}
    MeetingFactory(officer=officer, starts_at=START, **cancelled)

    assert MeetingFactory(officer=officer, starts_at=START).status == "booked"


def test_held_meeting_still_fills_the_officers_time():
    first = MeetingFactory(starts_at=START, status="held")

    assert refused(lambda: MeetingFactory(officer=first.officer, starts_at=START)) == (
        "meetings_meeting_officer_in_one_place"
    )


@pytest.mark.parametrize(
    "fields, constraint",
    [
        ({"status": "lost"}, "meetings_meeting_status_known"),
        ({"kind": "chat"}, "meetings_meeting_kind_known"),
        ({"cancelled_at": START}, "meetings_meeting_cancelled_in_full"),
        ({"period": DateTimeTZRange(START, None)}, "meetings_meeting_period_bounded"),
        ({"period": DateTimeTZRange(START, START)}, "meetings_meeting_period_bounded"),
    ],
)
def test_meeting_that_breaks_a_rule_is_refused_by_the_database(fields, constraint):
    assert refused(lambda: MeetingFactory(**fields)) == constraint


def test_meeting_cancelled_without_reason_is_refused_by_the_database():
    cancelled = {"status": "cancelled", "cancelled_at": NOW, "cancelled_by": UserFactory()}

    assert refused(lambda: MeetingFactory(**cancelled)) == "meetings_meeting_cancelled_with_reason"


def test_data_form_sent_by_somebody_at_no_time_is_refused_by_the_database():
    meeting = MeetingFactory()
    sender = ContactFactory(school=meeting.school)

    assert refused(lambda: DataFormFactory(meeting=meeting, saved_at=NOW, sent_by=sender)) == (
        "meetings_dataform_sent_with_time"
    )


def test_data_form_sent_but_never_saved_is_refused_by_the_database():
    assert refused(lambda: DataFormFactory(sent_at=NOW)) == "meetings_dataform_sent_is_saved"


def test_data_form_with_saved_answers_but_no_time_is_refused_by_the_database():
    assert refused(lambda: DataFormFactory(saved_fields=["classes"])) == "meetings_dataform_saved_with_time"


def test_hub_holiday_that_ends_before_it_begins_is_refused_by_the_database():
    days = {"first_on": date(2026, 12, 24), "last_on": date(2026, 12, 23)}

    assert refused(lambda: HubHolidayFactory(**days)) == "meetings_hubholiday_days_in_order"


@pytest.mark.parametrize("days, is_refused", [(0, False), (56, False), (57, True)])
def test_hub_holiday_is_eight_weeks_at_most(days, is_refused):
    first_on = date(2026, 7, 20)

    def holiday():
        return HubHolidayFactory(first_on=first_on, last_on=first_on + timedelta(days=days))

    if is_refused:
        assert refused(holiday) == "meetings_hubholiday_not_too_long"
    else:
        assert holiday().pk


def test_hub_holiday_form_says_what_is_wrong():
    holiday = HubHolidayFactory.build(first_on=date(2026, 12, 24), last_on=date(2026, 12, 23))

    with pytest.raises(ValidationError) as error:
        holiday.full_clean()

    assert error.value.messages == ["The last day cannot be before the first."]


def test_requests_are_visible_to_those_who_work_with_schools():
    request = MeetingRequestFactory()

    assert list(MeetingRequest.objects.visible_to(UserFactory())) == [request]
    assert list(MeetingRequest.objects.visible_to(viewer())) == []


def test_meetings_are_visible_to_those_who_work_with_schools():
    meeting = MeetingFactory()

    assert list(Meeting.objects.visible_to(UserFactory())) == [meeting]
    assert list(Meeting.objects.visible_to(viewer())) == []


def test_upcoming_meetings_are_booked_and_not_over_the_next_first():
    later = MeetingFactory(starts_at=START + timedelta(days=2))
    under_way = MeetingFactory(starts_at=START)
    MeetingFactory(starts_at=START - timedelta(days=1))
    MeetingFactory(starts_at=START + timedelta(days=1), status="held")

    assert list(Meeting.objects.upcoming(now=NOW)) == [under_way, later]


def test_meetings_awaiting_the_data_form_were_asked_for_it_and_have_not_sent_it():
    waiting = DataFormFactory(meeting__starts_at=START).meeting
    DataFormFactory(meeting__starts_at=START, saved_at=NOW, sent_at=NOW)
    MeetingFactory(starts_at=START, kind=MeetingKind.FOLLOW_UP)

    assert list(Meeting.objects.awaiting_data_form(now=NOW)) == [waiting]


@pytest.mark.parametrize(
    "kind, asks",
    [
        (MeetingKind.QUALITY_CONVERSATION, True),
        (MeetingKind.ADDITIONAL, True),
        (MeetingKind.FOLLOW_UP, False),
    ],
)
def test_data_form_is_not_asked_for_before_a_follow_up_visit(kind, asks):
    assert kind.asks_for_data_form is asks


def test_meeting_in_summer_is_held_on_the_london_day():
    meeting = MeetingFactory(starts_at=datetime(2027, 6, 30, 23, 30, tzinfo=UTC))

    assert (meeting.held_on, f"{meeting.start_clock:%H:%M}") == (date(2027, 7, 1), "00:30")
    assert timezone.localtime(meeting.ends_at).date() == date(2027, 7, 1)
