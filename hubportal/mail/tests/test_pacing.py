"""Mail with a pace: on right days, from nine until six, and within the daily number."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection

from hubportal.mail import hooks, kinds, services
from hubportal.mail.models import Email, EmailStatus, Pace
from hubportal.mail.rules import LONDON, day_of
from hubportal.mail.services import delivering
from hubportal.mail.tests.factories import EmailFactory

pytestmark = pytest.mark.django_db

MONDAY, TUESDAY, WEDNESDAY = (date(2026, 11, day) for day in (23, 24, 25))
SEND = "hubportal.mail.services.delivering.EmailMultiAlternatives.send"


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON)


NOW = at(MONDAY, 10)


@pytest.fixture(autouse=True)
def calendar(monkeypatch):
    """Closed days by the id of a mail's school; 0 is for all of them."""
    closed: dict[int, set[date]] = {0: set()}

    def days(emails, today):
        def first_day(email: Email, day: date) -> date:
            while day.weekday() > 4 or day in closed[0] | closed.get(email.context.get("school", 0), set()):
                day += timedelta(days=1)
            return day

        return first_day

    monkeypatch.setattr(hooks, "CALENDARS", [days])
    return closed


@pytest.fixture(autouse=True)
def few(settings):
    settings.MAIL_DAILY_LIMIT = 2


@pytest.fixture
def announced(monkeypatch):
    ids: list[int] = []
    monkeypatch.setattr(delivering, "announce", ids.extend)
    return ids


def paced(number: int = 1, **fields: Any) -> list[Email]:
    return EmailFactory.create_batch(number, **{"pace": Pace.PACED, "not_before": at(MONDAY, 9), **fields})


def times() -> list[datetime]:
    return list(Email.objects.order_by("pk").values_list("not_before", flat=True))


def test_queue_email_at_the_weekend_goes_on_monday_at_nine(monkeypatch):
    monkeypatch.setitem(kinds.KINDS, "letter", kinds.MailKind("letter", "Letter", pace=Pace.SCHOOL_DAY))
    with time_machine.travel(at(date(2026, 11, 21), 12), tick=False):
        email, _ = services.queue_email(
            kind="letter", dedupe_key="1", to_address="a@school.example.org", subject="S", body_text="", body_html=""
        )

    assert (email.pace, email.not_before) == (Pace.SCHOOL_DAY, at(MONDAY, 9))


def test_queue_email_plans_all_mails_of_a_transaction_together(
    monkeypatch, announced, django_capture_on_commit_callbacks
):
    monkeypatch.setitem(kinds.KINDS, "letter", kinds.MailKind("letter", "Letter", pace=Pace.PACED))
    with time_machine.travel(NOW, tick=False), django_capture_on_commit_callbacks(execute=True):
        emails = [
            services.queue_email(
                kind="letter",
                dedupe_key=f"{n}",
                to_address="a@school.example.org",
                subject="S",
                body_text="",
                body_html="",
            )[0]
            for n in range(5)
        ]

    assert times() == [NOW, NOW, at(TUESDAY, 9), at(TUESDAY, 9), at(WEDNESDAY, 9)]
    assert announced == [email.pk for email in emails[:2]]


def test_plan_fills_day_after_day_in_the_order_of_waiting(calendar):
    calendar[0].add(TUESDAY)
    emails = paced(5)

    ready = services.plan(email_ids=[email.pk for email in emails], now=NOW)

    assert ready == [emails[0].pk, emails[1].pk]
    assert [day_of(moment) for moment in times()] == [
        MONDAY, MONDAY, WEDNESDAY, WEDNESDAY, date(2026, 11, 26),
    ]  # fmt: skip


def test_plan_counts_what_went_and_what_is_planned_besides():
    EmailFactory(pace=Pace.PACED, status=EmailStatus.SENT, sent_at=NOW, counted_on=MONDAY)
    EmailFactory(pace=Pace.PACED, status=EmailStatus.FAILED, counted_on=MONDAY)
    paced(2, not_before=at(TUESDAY, 9))
    # Neither has a number: one may not go at all, the other needs none.
    EmailFactory(pace=Pace.PACED, status=EmailStatus.CANCELLED, not_before=at(WEDNESDAY, 9))
    EmailFactory(pace=Pace.SCHOOL_DAY, not_before=at(WEDNESDAY, 9))
    emails = paced(3)

    services.plan(email_ids=[email.pk for email in emails], now=NOW)

    assert [day_of(moment) for moment in times()[-3:]] == [WEDNESDAY, WEDNESDAY, date(2026, 11, 26)]


def test_plan_of_a_school_day_mail_needs_no_number():
    paced(2)
    email = EmailFactory(pace=Pace.SCHOOL_DAY, not_before=at(MONDAY, 9))

    assert services.plan(email_ids=[email.pk], now=NOW) == [email.pk]


def test_plan_of_a_mail_without_a_pace_leaves_its_time_alone():
    email = EmailFactory(not_before=at(date(2026, 11, 21), 22))

    assert services.plan(email_ids=[email.pk], now=at(date(2026, 11, 22), 3)) == [email.pk]
    assert times() == [at(date(2026, 11, 21), 22)]


def test_plan_after_six_is_for_the_next_day():
    email = paced()[0]

    assert services.plan(email_ids=[email.pk], now=at(MONDAY, 18)) == []
    assert times() == [at(TUESDAY, 9)]


@pytest.mark.parametrize("status", [EmailStatus.SENDING, EmailStatus.CANCELLED])
def test_plan_leaves_alone_what_does_not_wait(status):
    email = paced(status=status, claimed_at=NOW)[0]

    assert services.plan(email_ids=[email.pk], now=at(MONDAY, 18)) == []
    assert times() == [at(MONDAY, 9)]


@pytest.mark.parametrize("number", [1, 30])
def test_plan_takes_the_same_queries_for_one_and_for_many(number, django_assert_num_queries):
    emails = paced(number)

    # The mails, the lock, what is counted, what is planned, one update; a savepoint around it all.
    with django_assert_num_queries(7):
        services.plan(email_ids=[email.pk for email in emails], now=at(MONDAY, 18))


def test_plan_waiting_moves_what_a_new_holiday_has_met(calendar):
    paced(3, not_before=at(TUESDAY, 9))
    calendar[0].add(TUESDAY)

    services.plan_waiting(now=NOW)

    assert [day_of(moment) for moment in times()] == [WEDNESDAY, WEDNESDAY, date(2026, 11, 26)]


def test_claim_takes_a_number_of_the_day():
    email = paced()[0]

    claimed = services.claim(email_id=email.pk, now=NOW)

    assert claimed is not None
    assert (claimed.status, claimed.counted_on, claimed.attempts) == (EmailStatus.SENDING, MONDAY, 1)


def test_claim_with_the_number_used_up_plans_anew():
    emails = paced(3)

    claimed = [services.claim(email_id=email.pk, now=NOW) for email in emails]

    assert [email is not None for email in claimed] == [True, True, False]
    late = Email.objects.get(pk=emails[2].pk)
    assert (late.status, late.not_before, late.counted_on) == (EmailStatus.QUEUED, at(TUESDAY, 9), None)


@pytest.mark.parametrize("pace", [Pace.PACED, Pace.SCHOOL_DAY])
@pytest.mark.parametrize(
    "now, goes_at",
    [
        (at(date(2026, 11, 21), 10), at(MONDAY, 9)),
        (at(MONDAY, 8, 59), at(MONDAY, 9)),
        (at(MONDAY, 18), at(TUESDAY, 9)),
    ],
)
def test_claim_at_a_wrong_time_plans_anew(pace, now, goes_at):
    email = EmailFactory(pace=pace, not_before=at(date(2026, 11, 20), 9))

    assert services.claim(email_id=email.pk, now=now) is None
    assert times() == [goes_at]


def test_claim_on_a_day_closed_for_its_school_alone_plans_anew(calendar):
    calendar[7] = {MONDAY, TUESDAY}
    there, elsewhere = paced(context={"school": 7})[0], paced(context={"school": 8})[0]

    assert services.claim(email_id=there.pk, now=NOW) is None
    assert services.claim(email_id=elsewhere.pk, now=NOW) is not None
    assert times()[0] == at(WEDNESDAY, 9)


def test_claim_of_a_school_day_mail_is_not_held_back_by_the_number():
    for email in paced(2):
        services.claim(email_id=email.pk, now=NOW)
    email = EmailFactory(pace=Pace.SCHOOL_DAY, not_before=at(MONDAY, 9))

    claimed = services.claim(email_id=email.pk, now=NOW)

    assert claimed is not None
    assert claimed.counted_on is None


def test_claim_of_a_second_try_on_the_same_day_takes_no_second_number():
    first, second = paced(2)
    for email in (first, second):
        services.claim(email_id=email.pk, now=NOW)
    Email.objects.update(status=EmailStatus.QUEUED, claimed_at=None)

    assert services.claim(email_id=first.pk, now=NOW + timedelta(minutes=5)) is not None
    assert services.claim(email_id=second.pk, now=NOW + timedelta(minutes=5)) is not None


def test_claim_of_a_second_try_on_another_day_takes_a_number_of_that_day():
    email = paced()[0]
    services.claim(email_id=email.pk, now=NOW)
    Email.objects.update(status=EmailStatus.QUEUED, claimed_at=None)

    services.claim(email_id=email.pk, now=at(TUESDAY, 10))

    assert Email.objects.get().counted_on == TUESDAY


def test_claim_with_a_limit_of_nothing_sends_nothing(settings):
    settings.MAIL_DAILY_LIMIT = 0
    email = paced()[0]

    assert services.claim(email_id=email.pk, now=NOW) is None
    assert times() == [at(TUESDAY, 9)]


@pytest.mark.parametrize("status", [EmailStatus.HELD, EmailStatus.CANCELLED])
def test_claim_of_a_mail_that_does_not_wait_is_refused(status, officer):
    held = {"held_at": NOW, "held_by": officer} if status == EmailStatus.HELD else {}
    email = paced(status=status, **held)[0]

    assert services.claim(email_id=email.pk, now=NOW) is None


def test_deliver_of_what_no_longer_applies_gives_its_number_back(monkeypatch):
    monkeypatch.setitem(kinds.KINDS, "off", kinds.MailKind("off", "Off", lambda email: "It is over.", pace=Pace.PACED))
    email = paced(kind="off")[0]

    with time_machine.travel(NOW, tick=False):
        assert services.deliver(email_id=email.pk) == EmailStatus.CANCELLED

    assert Email.objects.get().counted_on is None


def test_deliver_that_fails_late_in_the_day_tries_again_on_the_next(monkeypatch):
    def refuse(message):
        raise ConnectionRefusedError

    monkeypatch.setattr(SEND, refuse)
    # The fourth failure waits for an hour.
    email = paced(attempts=3)[0]

    with time_machine.travel(at(MONDAY, 17, 30), tick=False):
        assert services.deliver(email_id=email.pk) == EmailStatus.QUEUED

    assert times() == [at(TUESDAY, 9)]


def test_send_again_of_a_paced_mail_keeps_its_pace(announced, django_capture_on_commit_callbacks):
    email = paced(status=EmailStatus.FAILED)[0]

    with time_machine.travel(at(date(2026, 11, 21), 10)), django_capture_on_commit_callbacks(execute=True):
        services.send_again(email=email)

    assert (times(), announced) == ([at(MONDAY, 9)], [])


def test_sweep_announces_what_may_go_today_and_plans_the_rest_anew(announced):
    emails = paced(5)
    at_once = EmailFactory(not_before=NOW)

    assert services.sweep(now=NOW) == 3
    assert announced == [at_once.pk, emails[0].pk, emails[1].pk]
    assert [day_of(moment) for moment in times()[2:5]] == [TUESDAY, TUESDAY, WEDNESDAY]


def test_sweep_with_the_number_used_up_announces_nothing_twice_a_day(announced, django_assert_num_queries):
    EmailFactory.create_batch(2, pace=Pace.PACED, status=EmailStatus.SENT, sent_at=NOW, counted_on=MONDAY)
    paced(20)
    services.sweep(now=NOW)

    # Stuck, at once, with a pace: nothing is due any more.
    with django_assert_num_queries(3):
        services.sweep(now=NOW + timedelta(minutes=2))

    assert announced == []


def test_sweep_after_three_days_of_sleep_keeps_to_the_number(announced):
    paced(2, not_before=at(date(2026, 11, 18), 9))
    paced(2, not_before=at(date(2026, 11, 19), 9))
    paced(2, not_before=at(date(2026, 11, 20), 9))

    assert services.sweep(now=NOW) == 2
    assert Counter(day_of(moment) for moment in times()[2:]) == {TUESDAY: 2, WEDNESDAY: 2}


@pytest.mark.django_db(transaction=True)
def test_deliver_by_many_workers_at_once_keeps_to_the_number(settings, monkeypatch):
    settings.MAIL_DAILY_LIMIT = 6
    emails = paced(15)
    sent: Counter[str] = Counter()
    monkeypatch.setattr(SEND, lambda message: sent.update([message.extra_headers["Message-ID"]]))
    together = threading.Barrier(4)

    def work(_: int) -> None:
        together.wait()
        try:
            for email in emails:
                services.deliver(email_id=email.pk)
        finally:
            connection.close()

    with time_machine.travel(NOW, tick=False), ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))

    assert (len(sent), set(sent.values())) == (6, {1})
    waiting = Email.objects.filter(status=EmailStatus.QUEUED)
    assert Counter(day_of(email.not_before) for email in waiting) == {TUESDAY: 6, WEDNESDAY: 3}


@pytest.mark.django_db(transaction=True)
def test_plan_by_many_at_once_keeps_to_the_number(settings):
    settings.MAIL_DAILY_LIMIT = 3
    batches = [[email.pk for email in paced(4)] for _ in range(4)]
    together = threading.Barrier(4)

    def work(email_ids: list[int]) -> None:
        together.wait()
        try:
            services.plan(email_ids=email_ids, now=NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, batches))

    numbers = Counter(day_of(moment) for moment in times())
    assert sorted(numbers.values()) == [1, 3, 3, 3, 3, 3]
