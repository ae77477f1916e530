"""The demo hub: every stage of the journey is there, no address is real, and it builds whole or not at all."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from audits.models import Audit, Priority, Promise, Rating
from awards.models import (
    Award,
    Certificate,
    OutcomePack,
    ProgressNote,
    PublicListing,
    Recommendation,
    Reflection,
    Renewal,
)
from awards.queries import awards_ended
from hubportal.accounts.models import User
from hubportal.demo import logins
from hubportal.demo.building import build_areas, build_demo, build_holidays, build_staff, school_year
from hubportal.demo.calendar import Calendar
from hubportal.mail.models import Email, EmailStatus, HubSentence, IncomingEmail
from meetings.models import (
    DataForm,
    DayPart,
    HubHoliday,
    Meeting,
    MeetingRequest,
    MeetingStatus,
    OfferedTime,
    OfficerDiary,
    RequestStatus,
    TimeOff,
    WorkingHours,
)
from meetings.queries import waiting_days
from schools.models import Contact, Engagement, School
from schools.tests.factories import SchoolFactory
from support.models import Offer, OfferPurpose, Provider, ProviderKind
from support.queries import coverage, criteria_by_key, untaken_suggestions

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_demo_has_schools_at_every_stage_and_no_real_address():
    build_demo(say=lambda line: None)

    assert School.objects.count() == 433
    assert set(Award.objects.values_list("level", flat=True)) == {"working_towards", "bronze", "silver", "gold"}
    assert set(Award.objects.values_list("status", flat=True)) == {"current", "superseded"}
    assert Certificate.objects.count() > 15
    assert OutcomePack.objects.count() > 20
    assert Reflection.objects.filter(answered_at__isnull=False).count() > 10
    assert Reflection.objects.unanswered().count() > 2
    assert_one_school_is_invited_again_and_others_have_let_their_award_end()
    assert_requests_and_meetings_in_every_state()
    assert_people_and_schools_in_every_state()
    assert_mail_in_every_state()
    assert_every_officer_has_a_diary()
    assert_promises_in_every_state()
    assert_some_schools_are_shown_and_handed_over()
    assert_two_schools_rated_themselves()
    assert_offers_of_all_kinds_of_provider()
    addresses = {
        *User.objects.values_list("email", flat=True),
        *Contact.objects.values_list("email", flat=True),
        *Email.objects.values_list("to_address", flat=True),
    }
    assert [address for address in addresses if not address.endswith(".example.org")] == []
    for _, email, password in logins():
        assert User.objects.get(email=email).check_password(password)


def assert_one_school_is_invited_again_and_others_have_let_their_award_end():
    today = timezone.localdate()
    sent = Renewal.objects.standing().filter(email__status="sent")
    assert sent.filter(award__expires_on__gte=today, reminder_email=None).count() == 1
    assert sent.filter(award__expires_on__lt=today, reminder_email__status="sent").count() >= 1
    assert awards_ended(today=today).exists()


def assert_promises_in_every_state():
    assert set(Promise.objects.values_list("status", flat=True)) == {"open", "kept", "given_up"}
    assert Promise.objects.of_hub().late(as_of=timezone.localdate()).count() == 1
    assert Priority.objects.filter(offer__isnull=False, hub_owner__isnull=False).count() > 20


def assert_some_schools_are_shown_and_handed_over():
    assert set(Recommendation.objects.values_list("state", flat=True)) == {"recommended", "sent", "accepted"}
    assert PublicListing.objects.standing().count() > 10
    assert ProgressNote.objects.count() > 10
    assert Rating.objects.filter(audit__status="agreed", officer="not_discussed").count() == 0


def assert_two_schools_rated_themselves():
    """One before its meeting; with the other something else was agreed here and there, and the reason is there."""
    own = Audit.objects.filter(started_by_contact__isnull=False, school_done_at__isnull=False)
    assert sorted(own.values_list("status", "meeting__status")) == [("agreed", "held"), ("open", "booked")]
    assert Rating.objects.filter(audit__in=own.agreed()).exclude(reason="").count() > 2
    assert Rating.objects.filter(audit__in=own).exclude(school_note="").count() > 2


def assert_requests_and_meetings_in_every_state():
    assert set(MeetingRequest.objects.values_list("status", flat=True)) == set(RequestStatus.values)
    assert set(OfferedTime.objects.values_list("part", flat=True)) == set(DayPart.values)
    assert MeetingRequest.objects.filter(status="new", escalated_at__isnull=False).count() == 1
    assert waiting_days(MeetingRequest.objects.waiting(), today=timezone.localdate()).count(7) == 1
    assert set(Meeting.objects.values_list("status", flat=True)) == set(MeetingStatus.values)
    assert set(Meeting.objects.values_list("kind", flat=True)) == {"quality_conversation", "follow_up"}
    assert Meeting.objects.filter(status="booked", calendar_sequence=1).count() == 1
    coming = Meeting.objects.upcoming(now=timezone.now())
    assert coming.count() > 15
    assert DataForm.objects.filter(meeting__in=coming, saved_at__isnull=False, sent_at__isnull=True).count() == 1
    assert DataForm.objects.filter(meeting__in=coming, sent_at__isnull=False, minutes_a_week=480).count() == 1
    # Somebody who comes again: there is a form to compare with.
    again = coming.filter(data_form__sent_at__isnull=False, school__meetings__status="held")
    assert again.distinct().count() == 1


def assert_people_and_schools_in_every_state():
    assert set(School.objects.values_list("engagement", flat=True)) == set(Engagement.values)
    assert School.objects.filter(mail_paused_until__gt=timezone.localdate()).count() == 1
    assert Contact.objects.filter(left_at__isnull=False, replaced_by__isnull=False).count() == 1
    assert Contact.objects.filter(bounced_at__isnull=False).count() == 1
    assert Contact.objects.filter(withdrawn_at__isnull=False).count() == 1


def assert_mail_in_every_state():
    assert set(Email.objects.values_list("status", flat=True)) == set(EmailStatus.values) - {"sending"}
    assert Email.objects.filter(status="queued", not_before__gt=timezone.now(), kind="reflection").exists()
    assert Email.objects.get(status="held").earlier_texts.count() == 1
    assert [mail.kind for mail in Email.objects.filter(status="failed")] == ["booking"]
    assert Email.objects.filter(kind="still_you", status="sent").exists()
    assert Email.objects.filter(kind="joined", status="sent", parts__kind="still_you").exists()
    assert sorted(IncomingEmail.objects.values_list("sort", "needs_staff")) == [
        ("automatic", False), ("bounce", False), ("other", True), ("withdrawal", False), ("withdrawal", True),
    ]  # fmt: skip
    assert HubSentence.objects.count() == 1


def assert_offers_of_all_kinds_of_provider():
    """What the frameworks suggest is taken, and one criterion is left for the hub to find a partner for."""
    assert set(Provider.objects.values_list("kind", flat=True)) == set(ProviderKind.values)
    assert Offer.objects.filter(withdrawn_at__isnull=False).count() == 3
    assert untaken_suggestions() == []
    assert [gap.criterion.code for gap in coverage().gaps] == ["S-IPC-03"]
    # Each partner's offer serves criteria that are there.
    known = criteria_by_key()
    assert {(each.phase, each.code) for each in OfferPurpose.objects.all()} - set(known) == set()


def assert_every_officer_has_a_diary():
    officers = set(User.objects.filter(role="officer").values_list("pk", flat=True))
    assert set(WorkingHours.objects.values_list("officer", flat=True)) == officers
    assert set(OfficerDiary.objects.values_list("officer", flat=True)) == officers
    (off,) = TimeOff.objects.all()
    assert not Meeting.objects.filter(officer=off.officer, status="booked", period__overlap=off.period).exists()
    year = school_year(timezone.localdate())
    for name in ("Christmas {0}", "February half-term {1}", "Easter {1}", "May half-term {1}", "Summer {1}"):
        for begun in (year, year + 1):
            assert HubHoliday.objects.filter(name=name.format(begun, begun + 1), area=None).count() == 1
    assert HubHoliday.objects.filter(area__isnull=False).exists()


AWKWARD_DAYS = (
    # A Saturday, New Year, the first school day of a term, Easter Monday, both clock changes, summer, a leap day.
    date(2026, 11, 21), date(2027, 1, 1), date(2027, 1, 4), date(2027, 3, 29), date(2027, 3, 28), date(2027, 10, 31),
    date(2027, 8, 11), date(2028, 2, 29),
)  # fmt: skip


@pytest.mark.parametrize("today", AWKWARD_DAYS)
def test_demo_counts_school_days_from_any_day(today):
    build_staff()
    build_areas()
    build_holidays(first=school_year(today) - 1, last=school_year(today) + 1)
    calendar = Calendar(today)

    counted = [calendar.school_day(number) for number in (-60, -30, -12, -2, -1, 1, 2, 10, 25)]

    assert counted == sorted(set(counted))
    assert counted[4] < today < counted[5]
    assert all(calendar.is_school_day(day) for day in counted)
    between = [counted[4] + timedelta(days=number) for number in range(1, (counted[5] - counted[4]).days)]
    assert [day for day in between if calendar.is_school_day(day)] in ([], [today])


def test_demo_gives_each_meeting_an_hour_of_its_own_on_a_day_the_officer_works():
    build_staff()
    build_areas()
    build_holidays(first=2025, last=2027)
    calendar = Calendar(date(2026, 12, 16))
    priya = User.objects.get(name="Priya Raman")

    found = [calendar.find_time(priya, None, date(2026, 12, 17)) for _ in range(7)]

    # She does not work on Fridays, and then it is Christmas.
    assert [day for day, _ in found] == [*[date(2026, 12, 17)] * 3, *[date(2027, 1, 4)] * 3, date(2027, 1, 5)]
    assert len(set(found)) == 7


def test_demo_in_a_database_with_schools_is_refused():
    SchoolFactory()

    with pytest.raises(CommandError, match="has schools already"):
        call_command("demo")


def test_demo_that_fails_leaves_nothing_behind(monkeypatch):
    def fail(**kwargs):
        raise RuntimeError

    monkeypatch.setattr("hubportal.demo.building.plan_lives", fail)

    with pytest.raises(RuntimeError):
        build_demo(say=lambda line: None)

    assert (School.objects.count(), User.objects.count()) == (0, 0)
