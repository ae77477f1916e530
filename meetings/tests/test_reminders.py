"""Reminders before a meeting: to whom, on which morning, once, and not when they are of no use any more."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from hubportal.mail.kinds import why_not_send
from hubportal.mail.models import Email
from hubportal.mail.services import deliver
from meetings import tasks
from meetings.models import DataForm, Meeting, MeetingKind
from meetings.queries import due_reminders, reminders_of
from meetings.services import arrange_meeting, cancel_meeting, hold_meeting, move_meeting, queue_due_reminders
from meetings.tests.factories import HubHolidayFactory, head_of
from schools.models import Contact, School
from schools.tests.factories import AreaFactory, ContactFactory, SchoolFactory

pytestmark = pytest.mark.django_db

# A Wednesday; seven days before is Wednesday 3 March, two working days before Monday 8 March.
MEETING = datetime(2027, 3, 10, 9, 30, tzinfo=UTC)
FORM_DAY, MEETING_DAY = date(2027, 3, 3), date(2027, 3, 8)


def at(moment: str) -> time_machine.travel:
    return time_machine.travel(datetime.fromisoformat(moment), tick=False)


@pytest.fixture
def school() -> School:
    return SchoolFactory(name="Wren Primary School", street="Church Lane")


@pytest.fixture
def ada(school) -> Contact:
    return ContactFactory(school=school, name="Ada Coordinator", email="ada@school.example.org")


@pytest.fixture
def hilary(school) -> Contact:
    return head_of(school)


@pytest.fixture
def meeting(school, ada, hilary) -> Meeting:
    return booked(school, [ada, hilary])


def booked(school: School, attendees: list[Contact], *, on: str = "2027-01-11T10:00+00:00", **changes) -> Meeting:
    """Booked on that day as an officer does it, with its mails."""
    with at(on):
        return arrange_meeting(
            **{
                "school": school,
                "kind": MeetingKind.QUALITY_CONVERSATION,
                "officer": school.area.leader,
                "starts_at": MEETING,
                "attendees": attendees,
                "by": school.area.leader,
                "now": timezone.now(),
            }
            | changes
        )


def run(day: date) -> list[tuple[str, str]]:
    """What the morning's job of that day queues: which reminder, and to whom."""
    with at(f"{day}T06:10+00:00"):
        return sorted((str(queued.kind), queued.contact.name) for queued in queue_due_reminders(day))


def reminders() -> list[Email]:
    return list(Email.objects.filter(kind__endswith="_reminder").order_by("pk"))


# --- On which day, and to whom --------------------------------------------------------------------


@pytest.mark.parametrize("days, expected", [(-1, []), (0, [("data_form_reminder", "Ada Coordinator")])])
def test_data_form_reminder_goes_to_the_coordinator_seven_days_before(meeting, days, expected):
    assert run(FORM_DAY + timedelta(days=days)) == expected


@pytest.mark.parametrize("days, number", [(-1, 0), (0, 2)])
def test_meeting_reminder_goes_to_all_who_come_two_working_days_before(meeting, days, number):
    DataForm.objects.update(saved_at=MEETING, sent_at=MEETING)

    names = ["Ada Coordinator", "Hilary Teacher"][:number]
    assert run(MEETING_DAY + timedelta(days=days)) == [("meeting_reminder", name) for name in names]


def test_data_form_reminder_goes_to_all_who_come_where_no_coordinator_does(school, hilary):
    booked(school, [hilary])

    assert run(FORM_DAY) == [("data_form_reminder", "Hilary Teacher")]


def test_reminder_is_one_mail_for_somebody_in_two_roles(school, hilary):
    both = ContactFactory(school=school, name="Hilary Teacher", email=hilary.email.upper())
    booked(school, [hilary, both])
    DataForm.objects.update(saved_at=MEETING, sent_at=MEETING)

    assert len(run(MEETING_DAY)) == 1


def test_reminders_go_at_nine_in_london(meeting):
    run(FORM_DAY)
    run(MEETING_DAY)

    assert [email.not_before for email in reminders()] == [
        datetime(2027, 3, 3, 9, tzinfo=UTC),
        *[datetime(2027, 3, 8, 9, tzinfo=UTC)] * 2,
    ]


def test_reminder_goes_at_nine_in_london_after_the_clocks_change(school, ada):
    # The clocks change on Sunday 28 March 2027.
    booked(school, [ada], starts_at=datetime(2027, 4, 7, 9, tzinfo=UTC))

    assert run(date(2027, 3, 31)) == [("data_form_reminder", "Ada Coordinator")]
    assert reminders()[0].not_before == datetime(2027, 3, 31, 8, tzinfo=UTC)


def test_reminders_are_queued_once_whoever_asks_how_often(meeting):
    assert [len(run(day)) for day in (FORM_DAY, FORM_DAY, MEETING_DAY, MEETING_DAY, date(2027, 3, 9))] == [
        1,
        0,
        2,
        0,
        0,
    ]


def test_reminder_waits_for_the_areas_holiday_not_for_that_of_another_area(school, ada):
    HubHolidayFactory(first_on=date(2027, 3, 1), last_on=date(2027, 3, 5), area=school.area)
    other = SchoolFactory(area=AreaFactory())
    booked(school, [ada])
    booked(other, [ContactFactory(school=other, name="Olga Other")])

    assert run(date(2027, 2, 26)) == [("data_form_reminder", "Ada Coordinator")]
    assert run(FORM_DAY) == [("data_form_reminder", "Olga Other")]


def test_follow_up_visit_has_no_data_form_to_be_reminded_of(school, ada):
    booked(school, [ada], kind=MeetingKind.FOLLOW_UP)

    assert (run(FORM_DAY), run(MEETING_DAY)) == ([], [("meeting_reminder", "Ada Coordinator")])


@pytest.mark.parametrize(
    "pause",
    [
        {"mail_paused_until": date(2027, 4, 19)},
        {"engagement": "paused", "engagement_reason": "No teacher", "engagement_since": date(2027, 3, 1)},
    ],
)
def test_pause_of_a_school_does_not_hold_the_reminders_of_a_booked_meeting_back(meeting, pause):
    School.objects.update(**pause)

    assert len(run(MEETING_DAY)) == 3
    assert {email.not_before for email in reminders()} == {datetime(2027, 3, 8, 9, tzinfo=UTC)}
    with at("2027-03-08T09:00+00:00"):
        assert {deliver(email_id=email.pk) for email in reminders()} == {"sent"}


def test_school_that_is_not_engaging_is_not_reminded(meeting):
    School.objects.update(
        engagement="not_engaging", engagement_reason="Wants no visits", engagement_since=date(2027, 3, 1)
    )

    assert run(MEETING_DAY) == []


# --- Booked at short notice -----------------------------------------------------------------------


def test_booking_at_short_notice_leaves_two_days_before_the_data_form_reminder(school, ada):
    booked(school, [ada], on="2027-03-04T15:00+00:00")

    assert [run(date(2027, 3, day)) for day in (4, 5, 6, 7)] == [[], [], [], []]
    assert run(MEETING_DAY) == [("data_form_reminder", "Ada Coordinator"), ("meeting_reminder", "Ada Coordinator")]


def test_booking_two_days_before_is_reminded_of_nothing(school, ada):
    booked(school, [ada], on="2027-03-08T15:00+00:00")

    assert [run(date(2027, 3, day)) for day in (8, 9, 10)] == [[], [], []]


# --- A server that slept --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "woke_on, expected",
    [
        # Between the two: the data form alone. On the evening before: both.
        (date(2027, 3, 5), ["data_form_reminder"]),
        (date(2027, 3, 9), ["data_form_reminder", "meeting_reminder"]),
        # On the day itself a data form can still be sent, before half past nine.
        (date(2027, 3, 10), ["data_form_reminder"]),
        (date(2027, 3, 11), []),
    ],
)
def test_server_that_slept_sends_what_is_still_of_use(school, ada, woke_on, expected):
    booked(school, [ada])

    assert [kind for kind, _ in run(woke_on)] == expected


def test_server_that_woke_at_the_weekend_sends_nothing_that_would_arrive_too_late(school, ada):
    booked(school, [ada], starts_at=datetime(2027, 3, 8, 8, 30, tzinfo=UTC))

    assert run(date(2027, 3, 6)) == []


def test_task_asks_for_today(meeting):
    with at("2027-03-03T06:10+00:00"):
        tasks.queue_due_reminders()

    assert [email.kind for email in reminders()] == ["data_form_reminder"]


# --- To whom nothing goes -------------------------------------------------------------------------


@pytest.mark.parametrize("change", ["withdrawn_at", "left_at", "bounced_at"])
def test_nobody_is_reminded_who_cannot_be_written_to(meeting, ada, change):
    Contact.objects.filter(pk=ada.pk).update(**{change: MEETING - timedelta(days=30)})

    assert [name for _, name in run(MEETING_DAY)] == ["Hilary Teacher", "Hilary Teacher"]


def test_nobody_is_reminded_at_a_school_that_closed(meeting):
    School.objects.update(status="closed")

    assert run(MEETING_DAY) == []


def cancel(meeting: Meeting) -> None:
    cancel_meeting(meeting=meeting, reason="Snow", by=meeting.officer, now=timezone.now())


def hold(meeting: Meeting) -> None:
    hold_meeting(meeting=meeting, by=meeting.officer)


def send(meeting: Meeting) -> None:
    DataForm.objects.update(saved_at=timezone.now(), sent_at=timezone.now())


def move(meeting: Meeting) -> None:
    later = MEETING + timedelta(days=14)
    move_meeting(meeting=meeting, officer=meeting.officer, starts_at=later, by=meeting.officer, now=timezone.now())


@pytest.mark.parametrize("end", [cancel, hold])
def test_meeting_that_is_not_booked_any_more_is_not_reminded_of(meeting, end):
    with at("2027-03-02T10:00+00:00"):
        end(meeting)

    assert run(MEETING_DAY) == []


@pytest.mark.parametrize(
    "happens, reasons",
    [
        (cancel, ["The meeting is not booked any more."] * 3),
        (hold, ["The meeting is not booked any more."] * 3),
        (move, ["The meeting was moved."] * 3),
        (send, ["The data form has come back.", None, None]),
        (lambda meeting: School.objects.update(status="closed"), ["The school has closed."] * 3),
        (lambda meeting: None, [None] * 3),
    ],
)
def test_queued_reminder_is_not_sent_after_what_made_it_needless(meeting, happens, reasons):
    run(MEETING_DAY)

    with at("2027-03-08T08:00+00:00"):
        happens(meeting)
        assert [why_not_send(email) for email in reminders()] == reasons


@pytest.mark.parametrize(
    "now, reasons",
    [
        ("2027-03-09T23:59+00:00", [None, None, None]),
        ("2027-03-10T00:00+00:00", [None, "It is too late for a reminder.", "It is too late for a reminder."]),
        ("2027-03-10T09:29+00:00", [None, "It is too late for a reminder.", "It is too late for a reminder."]),
        ("2027-03-10T09:30+00:00", ["It is too late for a reminder."] * 3),
    ],
)
def test_queued_reminder_is_not_sent_too_late(meeting, now, reasons):
    run(MEETING_DAY)

    with at(now):
        assert [why_not_send(email) for email in reminders()] == reasons


def test_moved_meeting_gets_reminders_of_its_own(meeting):
    run(FORM_DAY)
    run(MEETING_DAY)
    with at("2027-03-08T10:00+00:00"):
        move(meeting)

    # Now on Wednesday 24 March.
    days = [date(2027, 3, 9) + timedelta(days=number) for number in range(15)]
    assert {day: found for day in days if (found := run(day))} == {
        date(2027, 3, 17): [("data_form_reminder", "Ada Coordinator")],
        date(2027, 3, 22): [("meeting_reminder", "Ada Coordinator"), ("meeting_reminder", "Hilary Teacher")],
    }


# --- What they say --------------------------------------------------------------------------------


def test_data_form_reminder_leads_to_the_form(meeting, ada):
    DataForm.objects.update(saved_at=MEETING - timedelta(days=20))
    run(FORM_DAY)

    email = reminders()[0]
    assert email.subject == "Please fill in: the short data form before our meeting on Wednesday 10 March 2027"
    assert (email.to_address, email.pace) == ("ada@school.example.org", "school_day")
    assert ada.personal_links.latest("created_at").destination == f"/my-school/data-form/{meeting.pk}/"
    for body in (email.body_text, email.body_html):
        for words in ("What has been saved so far is still there", "Wednesday 10 March 2027, 09:30 to 11:00"):
            assert words in body


def test_meeting_reminder_says_when_where_with_whom_and_who_comes(meeting):
    DataForm.objects.update(saved_at=MEETING, sent_at=MEETING)
    run(MEETING_DAY)

    email = next(email for email in reminders() if email.to_name == "Ada Coordinator")
    assert email.subject == "Reminder: we meet on Wednesday 10 March 2027, 09:30, at your school"
    for body in (email.body_text, email.body_html):
        for words in (
            "Wednesday 10 March 2027, 09:30 to 11:00",
            "Wren Primary School, Church Lane",
            meeting.officer.name,
            "Also invited from your school: Hilary Teacher",
        ):
            assert words in body
        assert "data form is still open" not in body


# --- What is promised -----------------------------------------------------------------------------


def test_reminders_of_a_school_are_those_that_will_be_queued(meeting, school):
    with at("2027-02-01T10:00+00:00"):
        planned = reminders_of(school=school, now=timezone.now())

    assert [(one.kind, one.on, [person.name for person in one.people]) for one in planned] == [
        ("data_form_reminder", FORM_DAY, ["Ada Coordinator"]),
        ("meeting_reminder", MEETING_DAY, ["Hilary Teacher", "Ada Coordinator"]),
    ]


def test_reminders_of_a_school_with_nobody_to_write_to_are_still_planned(meeting, school):
    Contact.objects.update(left_at=MEETING)

    with at("2027-02-01T10:00+00:00"):
        assert [one.people for one in reminders_of(school=school, now=timezone.now())] == [(), ()]
    assert run(MEETING_DAY) == []


@pytest.mark.parametrize("number", [1, 3])
def test_due_reminders_are_read_once_however_many_there_are(django_assert_num_queries, number):
    area = AreaFactory()
    for hour in range(number):
        school = SchoolFactory(area=area)
        booked(school, [ContactFactory(school=school)], starts_at=MEETING + timedelta(hours=2 * hour))

    # Meetings, who comes, when they were asked, the area's holidays, what has been queued.
    with django_assert_num_queries(5):
        assert len(due_reminders(as_of=MEETING_DAY)) == 2 * number
