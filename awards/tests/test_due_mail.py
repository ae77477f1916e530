"""What is due goes out once, whoever asks how often, and on the right morning."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from io import StringIO

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from awards import tasks
from awards.models import Reflection
from awards.services import DueMail, due_mail, queue_due_mail, queue_due_reflections
from awards.tests.factories import make_award, make_due_reflections
from hubportal.mail import services as outbox
from hubportal.mail.kinds import why_not_send
from hubportal.mail.models import Email, EmailStatus
from hubportal.mail.services import delivering
from meetings.models import HubHoliday
from schools.models import ContactRole
from schools.tests.factories import ContactFactory, SchoolFactory

pytestmark = pytest.mark.django_db

NOTHING = DueMail((), (), (), (), (), ())
MEETING = date(2025, 11, 6)  # A Thursday; the sheet of month 12 is due on Friday 6 November 2026.


@pytest.fixture
def school():
    school = SchoolFactory(name="Wren Primary School")
    ContactFactory(school=school, name="Ada Coordinator", email="ada@school.example.org")
    return school


@pytest.fixture
def award(school):
    return make_award(school=school, on=MEETING)


def queued() -> list[tuple[str, int]]:
    sheets = Reflection.objects.filter(queued_at__isnull=False).select_related("audit__meeting__school")
    return sorted((sheet.audit.meeting.school.name, sheet.month) for sheet in sheets)


def at(moment: str) -> time_machine.travel:
    return time_machine.travel(datetime.fromisoformat(moment), tick=False)


@pytest.mark.parametrize(
    "as_of, months",
    [
        (date(2026, 11, 5), []),
        (date(2026, 11, 6), [12]),
        (date(2027, 11, 5), [12]),
        (date(2027, 11, 6), [12, 24]),
        (date(2040, 1, 1), [12, 24]),
    ],
)
def test_queue_due_mail_queues_what_is_due_as_of_that_day(award, as_of, months):
    due = queue_due_mail(as_of)

    assert [sheet.month for sheet in due.reflections] == months
    assert queued() == [("Wren Primary School", month) for month in months]


def test_queue_due_mail_second_run_finds_nothing_left(award):
    queue_due_mail(date(2026, 11, 6))

    again = queue_due_mail(date(2026, 11, 6))

    assert again == NOTHING
    assert Email.objects.filter(kind="reflection").count() == 1


def test_queue_due_mail_writes_mail_time_and_timeline(award, school):
    with at("2026-11-06T06:00+00:00"):
        queue_due_mail(date(2026, 11, 6))

    sheet = award.audit.reflections.get(month=12)
    assert sheet.queued_at == datetime(2026, 11, 6, 6, 0, tzinfo=UTC)
    assert sheet.email.dedupe_key == f"reflection:{award.audit_id}:12"
    assert sheet.email.to_address == "ada@school.example.org"
    assert school.timeline.get(email=sheet.email).text.startswith("Reflection sheet: “Please answer: 12 months on")


@pytest.mark.parametrize(
    "now, as_of, goes_at",
    [
        # Asked in the morning: the same day at nine.
        ("2026-11-06T06:00+00:00", date(2026, 11, 6), "2026-11-06T09:00+00:00"),
        # Asked at noon: at once.
        ("2026-11-06T12:00+00:00", date(2026, 11, 6), "2026-11-06T12:00+00:00"),
        # A Saturday: on Monday at nine.
        ("2026-11-07T06:00+00:00", date(2026, 11, 7), "2026-11-09T09:00+00:00"),
        # Christmas Eve 2026 is a Thursday like any other.
        ("2026-12-24T06:00+00:00", date(2026, 12, 24), "2026-12-24T09:00+00:00"),
        # Christmas Day is a Friday, and the Monday stands in for Boxing Day: on Tuesday.
        ("2026-12-25T06:00+00:00", date(2026, 12, 25), "2026-12-29T09:00+00:00"),
        # In summer nine in London is eight in UTC.
        ("2027-06-02T05:00+00:00", date(2027, 6, 2), "2027-06-02T08:00+00:00"),
        # A day in the past: it was due, so now (never earlier).
        ("2027-02-03T15:00+00:00", date(2027, 1, 4), "2027-02-03T15:00+00:00"),
        # Asked in the evening: the next working day at nine.
        ("2026-11-06T18:00+00:00", date(2026, 11, 6), "2026-11-09T09:00+00:00"),
        # A day in the future is taken for today, a Friday and a Sunday.
        ("2026-11-06T15:00+00:00", date(2026, 11, 30), "2026-11-06T15:00+00:00"),
        ("2026-11-01T15:00+00:00", date(2026, 11, 30), "2026-11-02T09:00+00:00"),
    ],
)
def test_queue_due_mail_goes_at_nine_on_the_first_working_day(award, now, as_of, goes_at):
    with at(now):
        queue_due_mail(as_of)

    assert Email.objects.get(kind="reflection").not_before == datetime.fromisoformat(goes_at)


def test_queue_due_mail_waits_for_the_end_of_the_hubs_holiday(award):
    HubHoliday.objects.create(name="Half-term", first_on=date(2026, 11, 2), last_on=date(2026, 11, 10))

    with at("2026-11-06T06:00+00:00"):
        queue_due_mail(date(2026, 11, 6))

    assert Email.objects.get(kind="reflection").not_before == datetime(2026, 11, 11, 9, 0, tzinfo=UTC)


def test_queue_due_mail_waits_for_the_end_of_the_schools_pause(award, school):
    school.mail_paused_until = date(2026, 11, 12)
    school.save()

    with at("2026-11-06T06:00+00:00"):
        queue_due_mail(date(2026, 11, 6))

    assert Email.objects.get(kind="reflection").not_before == datetime(2026, 11, 12, 9, 0, tzinfo=UTC)


def test_queue_due_mail_spreads_over_days(settings, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(delivering, "announce", lambda email_ids: None)
    settings.MAIL_DAILY_LIMIT = 2
    make_due_reflections(5, due_on=date(2026, 11, 6))

    with at("2026-11-06T06:00+00:00"), django_capture_on_commit_callbacks(execute=True):
        queue_due_mail(date(2026, 11, 6))

    days = [moment.day for moment in Email.objects.order_by("not_before").values_list("not_before", flat=True)]
    assert days == [6, 6, 9, 9, 10]


def test_two_reflections_for_one_person_on_one_day_go_in_one_mail(school, monkeypatch):
    monkeypatch.setattr(delivering, "announce", lambda email_ids: None)
    make_award(school=school, on=MEETING)
    make_award(school=ContactFactory(email="Ada@school.example.org").school, on=MEETING)

    with at("2026-11-06T10:00+00:00"):
        queue_due_mail(date(2026, 11, 6))
        outbox.sweep(now=timezone.now())

    parts = Email.objects.filter(kind="reflection", status=EmailStatus.JOINED)
    assert Email.objects.get(kind="joined").context["parts"] == [part.pk for part in parts.order_by("pk")]
    assert parts.count() == 2


def test_queue_due_mail_29_february_is_due_on_28_february(school):
    make_award(school=school, on=date(2024, 2, 29))

    assert queue_due_mail(date(2025, 2, 27)).reflections == ()
    assert [sheet.month for sheet in queue_due_mail(date(2025, 2, 28)).reflections] == [12]


def test_queue_due_mail_leaves_out_closed_schools(award, school):
    school.status = "closed"
    school.save()

    due = queue_due_mail(date(2026, 11, 6))

    assert due == NOTHING


def test_queue_due_mail_leaves_out_what_a_newer_conversation_replaced(award, school):
    make_award(school=school, on=date(2026, 10, 1))

    due = queue_due_mail(date(2027, 10, 1))

    assert [(sheet.month, sheet.due_on) for sheet in due.reflections] == [(12, date(2027, 10, 1))]


def test_queue_due_mail_goes_to_the_head_teacher_where_there_is_no_coordinator(award, school):
    school.contacts.update(left_at=timezone.now())
    ContactFactory(school=school, role=ContactRole.HEAD_TEACHER, email="hal@school.example.org")
    ContactFactory(school=school, role=ContactRole.OTHER, email="other@school.example.org")

    queue_due_mail(date(2026, 11, 6))

    assert Email.objects.get(kind="reflection").to_address == "hal@school.example.org"


@pytest.mark.parametrize(
    "change", [{"left_at": timezone.now()}, {"withdrawn_at": timezone.now()}, {"confirmed_at": None}]
)
def test_queue_due_mail_nobody_to_write_to_is_reported_and_waits(award, school, change):
    school.contacts.update(**change)
    ContactFactory(school=school, role=ContactRole.OTHER)

    due = queue_due_mail(date(2026, 11, 6))

    assert due.reflections == ()
    assert [(sheet.audit.meeting.school, sheet.month) for sheet in due.reflections_with_nobody] == [(school, 12)]
    ContactFactory(school=school, email="new@school.example.org")
    assert [sheet.month for sheet in queue_due_mail(date(2026, 11, 7)).reflections] == [12]


def test_reflection_mail_both_parts_quote_the_three_priorities(award, school):
    queue_due_mail(date(2026, 11, 6))

    email = Email.objects.get(kind="reflection")
    assert email.subject == "Please answer: 12 months on, how far are your music priorities? Wren Primary School"
    for body in (email.body_text, email.body_html):
        for priority in award.audit.priorities.select_related("criterion"):
            assert f"{priority.number}. {priority.criterion.title}" in body
            assert priority.action in body
            assert priority.support in body
    sheet = f"/my-school/reflections/{award.audit.reflections.get(month=12).pk}/"
    link = award.school.contacts.get().personal_links.get(destination=sheet)
    assert f"Fill in the reflection sheet:\n{link.mail_url}\n" in email.body_text
    assert f'href="{link.mail_url}"' in email.body_html


def test_reflection_mail_is_not_sent_once_it_no_longer_applies(award, school):
    queue_due_mail(date(2026, 11, 6))
    email = Email.objects.get(kind="reflection")
    assert why_not_send(email) is None

    Reflection.objects.filter(email=email).update(answered_at=timezone.now())
    assert why_not_send(email) == "The school has already answered."

    Reflection.objects.filter(email=email).update(answered_at=None)
    school.status = "closed"
    school.save()
    assert why_not_send(email) == "The school has closed."

    make_award(school=school, on=date(2026, 11, 10))
    assert why_not_send(email) == "A newer conversation has replaced this one."


def test_queue_due_mail_task_asks_for_today(award):
    with at("2026-11-06T06:00+00:00"):
        tasks.queue_due_mail()

    assert queued() == [("Wren Primary School", 12)]


def test_queue_due_mail_command_prints_each_sheet_and_the_totals(award):
    nobody = make_award(on=MEETING)
    out = StringIO()

    call_command("queue_due_mail", "--as-of", "2026-11-06", stdout=out)

    assert out.getvalue().splitlines() == [
        f"queued: 12-month reflection due 6 November 2026, Wren Primary School ({award.school.urn})",
        f"nobody to write to: 12-month reflection due 6 November 2026, {nobody.school.name} ({nobody.school.urn})",
        "queued 1, nobody to write to 1",
    ]


def test_queue_due_mail_command_future_day_goes_out_now(award):
    with at("2026-11-06T10:00+00:00"):
        call_command("queue_due_mail", "--as-of", "2099-11-06", stdout=StringIO())

    times = Email.objects.filter(kind="reflection").values_list("not_before", flat=True)
    assert set(times) == {datetime(2026, 11, 6, 10, 0, tzinfo=UTC)}


def test_queue_due_mail_command_wrong_date_says_how_to_write_it():
    with pytest.raises(CommandError, match="'6/11/2026' is not a date; write it as 2027-11-05"):
        call_command("queue_due_mail", "--as-of", "6/11/2026")


@pytest.mark.parametrize("number", [1, 3])
def test_queue_due_reflections_reads_once_however_many_there_are(number, django_assert_num_queries, monkeypatch):
    make_due_reflections(number, due_on=date(2026, 11, 6))
    # The mail itself is written row by row; what is counted here is everything around it.
    email_ids = iter(Email.objects.bulk_create(blank_emails(number)))
    monkeypatch.setattr("awards.services.due_mail.mail_reflection", lambda **_: next(email_ids))

    # What came back undelivered; a batch, its contacts, priorities and update; the empty batch at its end.
    with django_assert_num_queries(12):
        queue_due_reflections(as_of=date(2026, 11, 6))


def blank_emails(number: int) -> list[Email]:
    return [
        Email(kind="reflection", dedupe_key=f"test:{n}", message_id=f"<{n}>", to_address="a@school.example.org")
        for n in range(number)
    ]


# More than two batches.
MANY, A_BATCH = 100, 40


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_many_due_reflections_two_runs_at_once_and_two_workers_send_each_once(settings, monkeypatch):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.MAIL_DAILY_LIMIT = MANY
    mail.outbox = []
    monkeypatch.setattr(delivering, "announce", lambda email_ids: None)
    monkeypatch.setattr(due_mail, "BATCH", A_BATCH)
    make_due_reflections(MANY, due_on=date(2026, 11, 6))
    both = threading.Barrier(2)

    def run(_: int) -> int:
        both.wait()
        try:
            # A later day is taken for today: all of it goes at once.
            return len(queue_due_mail(date(2099, 1, 1)).reflections) + len(queue_due_mail(date(2099, 1, 1)).reflections)
        finally:
            connection.close()

    def deliver(_: int) -> Counter[str | None]:
        both.wait()
        try:
            return Counter(outbox.deliver(email_id=pk) for pk in email_ids)
        finally:
            connection.close()

    with at("2026-11-06T10:00+00:00"), ThreadPoolExecutor(2) as pool:
        queued_by = list(pool.map(run, range(2)))
        email_ids = list(Email.objects.filter(kind="reflection").order_by("pk").values_list("pk", flat=True))
        delivered_by = list(pool.map(deliver, range(2)))

    assert sum(queued_by) == MANY
    assert len(email_ids) == MANY
    assert delivered_by[0][EmailStatus.SENT] + delivered_by[1][EmailStatus.SENT] == MANY
    assert len(mail.outbox) == MANY
    assert len({message.recipients()[0] for message in mail.outbox}) == MANY
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == MANY
    assert Reflection.objects.filter(queued_at__isnull=True).count() == 0
