"""Three years on a school is invited again, once; it is reminded, once; and an award that has ended says so."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from awards.models import Award, Renewal
from awards.queries import renewals_with_nobody
from awards.rules import renewal_due_on, renewal_reminder_due_on
from awards.services import (
    queue_due_renewal_reminders,
    queue_due_renewals,
    withdraw_award,
)
from awards.services import renewals as renewing
from awards.tests.factories import become, make_award, make_known
from hubportal.mail.kinds import why_not_send
from hubportal.mail.models import Email, EmailStatus
from meetings.models import MeetingKind
from meetings.tests.factories import MeetingFactory, MeetingRequestFactory, administrator, head_of
from schools.models import ContactRole, School
from schools.services import hand_over
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db

# The award ends on Tuesday 5 March 2030; the invitation is due on 5 December 2029, the reminder on 6 March 2030.
MEETING = date(2027, 3, 5)
MISTAKE = "It was given to the wrong school by mistake."
DUE_ON, LAST_DAY, DAY_AFTER = date(2029, 12, 5), date(2030, 3, 5), date(2030, 3, 6)


def at(day: date, hour: int = 6) -> time_machine.travel:
    return time_machine.travel(datetime(day.year, day.month, day.day, hour, tzinfo=UTC), tick=False)


@pytest.fixture
def school() -> School:
    school = SchoolFactory(name="Wren Primary School")
    ContactFactory(school=school, name="Ada Coordinator", email="ada@school.example.org")
    return school


def held_award(school: School | None = None, *, on: date = MEETING, level: str = "silver") -> Award:
    """An award that its school knows of."""
    award = make_award(school=school, on=on, level=level)
    make_known(award)
    return award


@pytest.fixture
def award(school) -> Award:
    return held_award(school)


def invite(on: date = DUE_ON) -> list[str]:
    with at(on):
        return [renewal.award.school.name for renewal in queue_due_renewals(as_of=on)]


def remind(on: date = DAY_AFTER) -> list[str]:
    with at(on):
        return [renewal.award.school.name for renewal in queue_due_renewal_reminders(as_of=on)]


def deliver(on: date) -> None:
    sent_at = datetime(on.year, on.month, on.day, 9, tzinfo=UTC)
    Email.objects.filter(status="queued").update(status="sent", sent_at=sent_at)


@pytest.fixture
def invited(award) -> Award:
    """The invitation has gone on its day."""
    invite()
    deliver(DUE_ON)
    return award


# --- The days -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ends, invited_on, reminded_on",
    [
        (date(2030, 3, 5), date(2029, 12, 5), date(2030, 3, 6)),
        # Over a leap day, and from one.
        (date(2028, 3, 5), date(2027, 12, 6), date(2028, 3, 6)),
        (date(2027, 2, 28), date(2026, 11, 30), date(2027, 3, 1)),
    ],
)
def test_renewal_is_due_ninety_days_before_the_end_and_its_reminder_the_day_after(ends, invited_on, reminded_on):
    assert renewal_due_on(ends) == invited_on
    assert renewal_reminder_due_on(ends, invited_on=invited_on) == reminded_on


@pytest.mark.parametrize("days_late, waits_until", [(62, DAY_AFTER), (63, DAY_AFTER), (64, date(2030, 3, 7))])
def test_renewal_reminder_gives_a_late_invitation_four_weeks(days_late, waits_until):
    invited_on = DUE_ON + timedelta(days=days_late)

    assert renewal_reminder_due_on(LAST_DAY, invited_on=invited_on) == waits_until


@pytest.mark.parametrize(
    "on, names",
    [(DUE_ON - timedelta(days=1), []), (DUE_ON, ["Wren Primary School"]), (date(2031, 1, 1), ["Wren Primary School"])],
)
def test_invitation_is_queued_from_its_day_on(award, on, names):
    assert invite(on) == names
    assert Email.objects.filter(kind="renewal").count() == len(names)


def test_invitation_second_run_finds_nothing_left(award):
    invite()

    assert invite() == []


def test_invitation_goes_at_nine_with_its_mail_on_the_timeline(award, school):
    invite()

    email = Renewal.objects.get().email
    assert (email.dedupe_key, email.to_address) == (f"renewal:{award.pk}", "ada@school.example.org")
    assert (email.pace, email.not_before) == ("paced", datetime(2029, 12, 5, 9, tzinfo=UTC))
    assert school.timeline.get(email=email).text.startswith("Invitation to renew: “Please ask for your next meeting")


@pytest.mark.parametrize("on, names", [(LAST_DAY, []), (DAY_AFTER, ["Wren Primary School"])])
def test_reminder_is_queued_the_day_after_the_award_has_ended(invited, on, names):
    assert remind(on) == names
    assert Email.objects.filter(kind="renewal_reminder").count() == len(names)


def test_reminder_second_run_finds_nothing_left_for_ever(invited):
    remind()

    assert (remind(), remind(date(2035, 1, 1)), invite(date(2035, 1, 1))) == ([], [], [])


@pytest.mark.parametrize("days, names", [(27, []), (28, ["Wren Primary School"])])
def test_reminder_waits_four_weeks_after_an_invitation_that_went_late(award, days, names):
    late = date(2030, 4, 1)
    invite(late)
    deliver(late)

    assert remind(late + timedelta(days=days)) == names


def test_reminder_waits_while_the_invitation_waits(award):
    invite()

    assert remind(date(2030, 6, 1)) == []


def test_reminder_comes_where_the_invitation_failed_or_was_cancelled(award):
    invite()
    Email.objects.filter(kind="renewal").update(status="failed")

    assert remind() == ["Wren Primary School"]


def test_reminder_counts_from_the_mail_that_held_the_invitation(award):
    invite()
    joined = Email.objects.create(
        kind="joined", dedupe_key="j", message_id="<j>", status="sent", sent_at=datetime(2030, 2, 20, 9, tzinfo=UTC),
        to_address="ada@school.example.org",
    )  # fmt: skip
    Email.objects.filter(kind="renewal").update(status="joined", joined_into=joined)

    assert (remind(date(2030, 3, 19)), remind(date(2030, 3, 20))) == ([], ["Wren Primary School"])


# --- Who gets none, and who waits -----------------------------------------------------------------


def test_withdrawn_award_is_never_invited_nor_reminded(award, invited):
    other = held_award(SchoolFactory(name="Other School"), on=date(2027, 4, 5))
    ContactFactory(school=other.school)
    withdraw_award(award=award, reason=MISTAKE, by=administrator())
    withdraw_award(award=other, reason=MISTAKE, by=administrator())

    assert (invite(date(2033, 1, 1)), remind(date(2033, 1, 1))) == ([], [])


def test_old_meeting_written_up_late_gets_no_renewal(award, school):
    late = held_award(school, on=date(2026, 5, 5))

    assert late.status == "superseded"
    invite(date(2033, 1, 1))
    assert [renewal.award for renewal in Renewal.objects.filter(queued_at__isnull=False)] == [award]


CHANGES_OF_THE_SCHOOL = [
    ({"status": "closed"}, {"status": "open"}),
    (
        {"engagement": "not_engaging", "engagement_reason": "Wants none", "engagement_since": date(2029, 1, 1)},
        {"engagement": "taking_part", "engagement_reason": "", "engagement_since": None},
    ),
    (
        {"engagement": "paused", "engagement_reason": "Building", "engagement_since": date(2029, 1, 1)},
        {"engagement": "taking_part", "engagement_reason": "", "engagement_since": None},
    ),
    ({"mail_paused_until": date(2030, 9, 1)}, {"mail_paused_until": None}),
]


@pytest.mark.parametrize("change, back", CHANGES_OF_THE_SCHOOL)
def test_invitation_waits_while_the_school_takes_no_mail(award, school, change, back):
    School.objects.filter(pk=school.pk).update(**change)
    assert invite() == []

    School.objects.filter(pk=school.pk).update(**back)

    assert invite(date(2030, 1, 8)) == ["Wren Primary School"]


@pytest.mark.parametrize("change, back", CHANGES_OF_THE_SCHOOL)
def test_reminder_waits_while_the_school_takes_no_mail(invited, school, change, back):
    School.objects.filter(pk=school.pk).update(**change)
    assert remind() == []

    School.objects.filter(pk=school.pk).update(**back)

    assert remind(date(2030, 3, 11)) == ["Wren Primary School"]


def test_invitation_waits_until_the_school_has_heard_of_its_award(school):
    award = make_award(school=school, on=MEETING)
    assert invite() == []

    make_known(award)

    assert invite(date(2029, 12, 6)) == ["Wren Primary School"]


def ask(school: School, kind: str) -> object:
    return MeetingRequestFactory(school=school, kind=kind)


def book(school: School, kind: str) -> object:
    return MeetingFactory(school=school, kind=kind, starts_at=datetime(2030, 2, 5, 10, tzinfo=UTC))


@pytest.mark.parametrize("arrange", [ask, book])
@pytest.mark.parametrize("kind", ["quality_conversation", "follow_up"])
def test_nothing_is_asked_for_what_is_arranged_until_it_falls_through(award, school, arrange, kind):
    arranged = arrange(school, kind)
    assert invite() == []

    arranged.delete()

    assert invite(date(2029, 12, 6)) == ["Wren Primary School"]


def test_additional_meeting_is_no_renewal(award, school):
    book(school, MeetingKind.ADDITIONAL)

    assert invite() == ["Wren Primary School"]


def test_request_of_another_school_changes_nothing(award):
    ask(SchoolFactory(), "quality_conversation")

    assert invite() == ["Wren Primary School"]


def test_reminder_is_left_out_where_a_meeting_is_booked(invited, school):
    book(school, "quality_conversation")

    assert remind() == []


# --- To whom --------------------------------------------------------------------------------------


def test_invitation_goes_to_one_person_the_coordinator_first(award, school):
    head_of(school)

    invite()

    assert [email.to_address for email in Email.objects.filter(kind="renewal")] == ["ada@school.example.org"]


def test_invitation_goes_to_the_head_teacher_where_there_is_no_coordinator(award, school):
    school.contacts.update(left_at=timezone.now())
    head_of(school)
    ContactFactory(school=school, role=ContactRole.OTHER)

    invite()

    assert Email.objects.get(kind="renewal").to_address == "h.teacher@school.example.org"


def test_nobody_to_invite_waits_and_is_shown_to_staff(award, school):
    school.contacts.update(withdrawn_at=timezone.now())
    ContactFactory(school=school, role=ContactRole.OTHER)

    assert invite() == []

    assert [waiting.award for waiting in renewals_with_nobody(as_of=DUE_ON)] == [award]
    assert list(renewals_with_nobody(as_of=DUE_ON - timedelta(days=1))) == []
    ContactFactory(school=school)
    assert list(renewals_with_nobody(as_of=DUE_ON)) == []
    assert invite() == ["Wren Primary School"]


def test_nobody_to_remind_is_shown_to_staff(invited, school):
    school.contacts.update(left_at=timezone.now())

    assert [waiting.award for waiting in renewals_with_nobody(as_of=DAY_AFTER)] == [invited]


@pytest.mark.parametrize("change", ["left_at", "withdrawn_at", "bounced_at"])
def test_invitation_that_its_reader_never_got_goes_to_the_next_person_once(award, school, change):
    invite()
    Email.objects.filter(kind="renewal").update(status="cancelled")
    school.contacts.update(**{change: timezone.now()})
    head_of(school)

    assert (invite(date(2029, 12, 6)), invite(date(2029, 12, 7))) == (["Wren Primary School"], [])

    mails = Email.objects.filter(kind="renewal").order_by("pk").values_list("to_address", "status")
    assert list(mails) == [("ada@school.example.org", "cancelled"), ("h.teacher@school.example.org", "queued")]


def test_invitation_that_staff_cancelled_stays_cancelled(award):
    invite()
    Email.objects.filter(kind="renewal").update(status="cancelled")

    assert invite(date(2029, 12, 6)) == []


def test_reminder_that_its_reader_never_got_goes_to_the_next_person(invited, school):
    remind()
    Email.objects.filter(kind="renewal_reminder").update(status="cancelled")
    hand_over(
        contact=school.contacts.get(), name="Ben", email="ben@school.example.org", by=UserFactory(), now=timezone.now()
    )

    assert remind(date(2030, 3, 7)) == ["Wren Primary School"]
    assert Renewal.objects.get().reminder_email.to_address == "ben@school.example.org"


# --- What the mails say ---------------------------------------------------------------------------


def test_invitation_says_how_long_the_award_is_valid_and_leads_to_the_form(award, school, client):
    invite()

    email = Email.objects.get(kind="renewal")
    assert email.subject == (
        "Please ask for your next meeting: your Silver award is valid until 5 March 2030, Wren Primary School"
    )
    for body in (email.body_text, email.body_html):
        assert "On 5 March 2027 Wren Primary School reached Silver" in body
        assert "yours is valid until 5 March 2030" in body
        assert "after 5 March 2030 the page that checks your certificate says that the award has ended" in body
    link = school.contacts.get().personal_links.get()
    assert link.destination == reverse("own_request", args=["quality_conversation"])
    assert f"Ask for your next meeting:\n{link.mail_url}\n" in email.body_text


def test_invitation_link_merely_opened_asks_for_nothing(award, school, as_contact):
    invite()

    response = as_contact(school.contacts.get()).get(school.contacts.get().personal_links.first().destination)

    assert response.status_code == 200
    assert school.meeting_requests.count() == 0
    assert Email.objects.get(kind="renewal").status == EmailStatus.QUEUED


def test_reminder_says_plainly_that_the_award_has_ended(invited):
    remind()

    email = Email.objects.get(kind="renewal_reminder")
    assert email.subject == "Please renew: your Silver award ended on 5 March 2030, Wren Primary School"
    for body in (email.body_text, email.body_html):
        assert "has ended: its last day was 5 March 2030" in body
        assert "We remind you this once and not again." in body


def test_mails_to_a_school_working_towards_bronze_speak_of_no_end(school):
    held_award(school, level="working_towards")

    invite()
    deliver(DUE_ON)
    remind()

    first, second = Email.objects.filter(kind__startswith="renewal").order_by("pk")
    assert (
        first.subject == "Please ask for your next meeting: three years since we talked about music at " + school.name
    )
    assert second.subject == f"A reminder: please ask for your next meeting, {school.name}"
    assert "you set out towards Bronze. Nothing has run out" in first.body_text
    for email in (first, second):
        for word in ("ended", "valid", "certificate", "logos"):
            assert word not in email.body_text + email.body_html


@pytest.mark.parametrize("queue", [invite, remind])
def test_queued_mail_that_no_longer_applies_stays_here(award, school, queue):
    invite()
    if queue is remind:
        deliver(DUE_ON)
        remind()
    email = Email.objects.get(kind="renewal_reminder" if queue is remind else "renewal")
    assert why_not_send(email) is None

    request = ask(school, "quality_conversation")
    assert why_not_send(email) == "The next conversation is being arranged already."
    request.delete()
    School.objects.filter(pk=school.pk).update(
        engagement="not_engaging", engagement_reason="Wants none", engagement_since=date(2029, 1, 1)
    )
    assert why_not_send(email) == "The school does not take part at present."
    School.objects.filter(pk=school.pk).update(engagement="taking_part", engagement_reason="", engagement_since=None)
    School.objects.filter(pk=school.pk).update(status="closed")
    assert why_not_send(email) == "The school has closed."
    become("superseded")
    assert why_not_send(email) == "A newer award has replaced this one."
    become("withdrawn")
    assert why_not_send(email) == "The award was withdrawn."
    school.contacts.update(withdrawn_at=timezone.now())
    assert why_not_send(email) == "The person withdrew consent."


# --- The database's own rules ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes, constraint",
    [
        ({"queued_at": None}, "awards_renewal_queued_in_full"),
        ({"email": None}, "awards_renewal_queued_in_full"),
        ({"reminded_at": datetime(2030, 3, 6, tzinfo=UTC)}, "awards_renewal_reminded_after_invitation"),
        ({"reminder_email": "outcome"}, "awards_renewal_reminded_after_invitation"),
        (
            {
                "reminded_at": datetime(2030, 3, 6, tzinfo=UTC),
                "reminder_email": "outcome",
                "queued_at": None,
                "email": None,
            },
            "awards_renewal_reminded_after_invitation",
        ),
        (
            {"reminded_at": datetime(2029, 1, 1, tzinfo=UTC), "reminder_email": "outcome"},
            "awards_renewal_reminded_after_invitation",
        ),
    ],
)
def test_renewal_kept_by_halves_is_refused(invited, changes, constraint):
    if changes.get("reminder_email"):
        changes = changes | {"reminder_email": invited.outcome_pack.email}

    with pytest.raises(IntegrityError, match=constraint):
        Renewal.objects.update(**changes)


def test_award_has_one_renewal(award):
    with pytest.raises(IntegrityError, match="awards_renewal_award_id"):
        Renewal.objects.create(award=award, due_on=DUE_ON)


def test_mail_invites_once(award):
    invite()
    other = held_award(SchoolFactory())

    with pytest.raises(IntegrityError, match="awards_renewal_email_id"):
        Renewal.objects.filter(award=other).update(
            email=Renewal.objects.get(award=award).email, queued_at=timezone.now()
        )


# --- Crashes, batches, and two at once ------------------------------------------------------------


def test_invitations_are_lost_nowhere_when_a_run_dies_between_batches(monkeypatch):
    monkeypatch.setattr(renewing, "BATCH", 2)
    for number in range(5):
        held_award(ContactFactory(school__name=f"School {number}").school)
    mail, calls = renewing.mail_renewal, []

    def dies_at_the_fourth(**facts):
        calls.append(1)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return mail(**facts)

    monkeypatch.setattr(renewing, "mail_renewal", dies_at_the_fourth)
    with pytest.raises(KeyboardInterrupt):
        invite()
    assert Renewal.objects.filter(queued_at__isnull=False).count() == 2

    assert invite() == ["School 2", "School 3", "School 4"]
    assert Email.objects.filter(kind="renewal").count() == 5


@pytest.mark.parametrize("number", [1, 3])
def test_queue_due_renewals_reads_once_however_many_there_are(number, django_assert_num_queries, monkeypatch):
    for _ in range(number):
        held_award(ContactFactory().school)
    # The mail itself is written row by row; what is counted here is everything around it.
    blank = iter(
        Email.objects.bulk_create(
            Email(kind="renewal", dedupe_key=f"test:{n}", message_id=f"<{n}>", to_address="a@school.example.org")
            for n in range(number)
        )
    )
    monkeypatch.setattr(renewing, "mail_renewal", lambda **_: next(blank))

    # What reached nobody, in a transaction; a batch with its contacts and its update; the empty batch that ends it.
    with django_assert_num_queries(11):
        invite()


@pytest.mark.slow
@given(days=st.lists(st.integers(min_value=0, max_value=400), min_size=1, max_size=6), runs=st.integers(1, 3))
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_however_often_and_whenever_it_runs_each_mail_is_one(award, days, runs):
    """Days after the invitation is due, each several times, and what waits goes in between."""
    with transaction.atomic():
        for day in (DUE_ON + timedelta(days=number) for number in sorted(days)):
            for _ in range(runs):
                invite(day)
                remind(day)
            deliver(day)
        number_of = Counter(Email.objects.values_list("kind", flat=True))
        transaction.set_rollback(True)

    has_ended = max(days) > 90 and max(days) - min(days) >= 28
    assert (number_of["renewal"], number_of["renewal_reminder"]) == (1, has_ended)
