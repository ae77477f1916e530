"""When mail that has a pace goes: on days that are right for its school, and so many a day.

Twice over. A mail is *planned* as it is queued, so that whoever reads its `not_before` reads the truth. And whatever
was planned, a worker that *claims* it asks again: on a wrong day, or with the day's number used up, the mail is planned
anew instead of sent. One advisory lock serialises both, so any number of workers count as one would.

Whoever holds that lock never waits for a row, so it may be taken with rows locked.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Count
from django.db.models.functions import TruncDate

from hubportal.mail.hooks import FirstDay, first_days
from hubportal.mail.models import Email, EmailQuerySet, EmailStatus, Pace
from hubportal.mail.rules import LONDON, day_of, earliest_day, first_day_with_room, is_going_time, moment_on

# Key of the advisory lock under which numbers are counted and given out.
NUMBERS_LOCK = 6_200_915


def wanted_time(email: Email, *, now: datetime) -> datetime:
    """When this mail goes by the calendar alone, the daily number left aside; AT_ONCE at `not_before`."""
    wanted = max(email.not_before, now)
    if email.pace == Pace.AT_ONCE:
        return wanted
    return moment_on(first_days([email], day_of(now))(email, earliest_day(wanted)), wanted=wanted)


@transaction.atomic
def plan(*, email_ids: Sequence[int], now: datetime) -> list[int]:
    """Give queued mails their time, in the order in which they wait; returns those that may go at once.

    A mail with a pace gets the first day from its `not_before` on that is right for it and, where it is counted, has
    room: at 09:00, or later that day where it waits for a later moment. What is due and may go today stays as it is.
    However many there are, it takes a handful of queries. Mail that is not queued, or that a worker has, is left alone.
    """
    emails = list(_to_plan(email_ids))
    paced = [email for email in emails if email.pace != Pace.AT_ONCE]
    if paced:
        if any(email.pace == Pace.PACED for email in paced):
            _lock_numbers()
        first_day = first_days(paced, day_of(now))
        numbers = _numbers(now=now, besides=[email.pk for email in paced])
        changed = [email for email in paced if _give_time(email, first_day, numbers, now)]
        Email.objects.bulk_update(changed, ["not_before"])
    return [email.pk for email in emails if email.not_before <= now]


def plan_waiting(*, now: datetime) -> None:
    """Plan anew whatever waits: the calendar has changed, or a new day has begun. Nothing goes earlier than planned."""
    waiting = Email.objects.filter(status=EmailStatus.QUEUED).exclude(pace=Pace.AT_ONCE)
    plan(email_ids=list(waiting.values_list("pk", flat=True)), now=now)


@transaction.atomic
def claim_with_pace(*, email_id: int, now: datetime) -> Email | None:
    """Take a due mail that has a pace for sending, and its number of the day with it.

    None where it is not ours to send, or may not go now: then it is planned anew.
    """
    _lock_numbers()
    due = Email.objects.due(now=now).filter(pk=email_id).exclude(pace=Pace.AT_ONCE)
    email = due.select_for_update(skip_locked=True, no_key=True).first()
    if email is None:
        return None
    if not _may_go(email, now):
        plan(email_ids=[email.pk], now=now)
        return None
    email.status, email.claimed_at, email.attempts = EmailStatus.SENDING, now, email.attempts + 1
    email.counted_on = day_of(now) if email.pace == Pace.PACED else None
    email.save(update_fields=["status", "claimed_at", "attempts", "counted_on"])
    return email


def _to_plan(email_ids: Sequence[int]) -> EmailQuerySet:
    return (
        Email.objects.filter(pk__in=email_ids, status=EmailStatus.QUEUED)
        .select_for_update(skip_locked=True, no_key=True)
        .defer("body_text", "body_html")
        .order_by("not_before", "pk")
    )


def _lock_numbers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBERS_LOCK])


def _may_go(email: Email, now: datetime) -> bool:
    today = day_of(now)
    if not is_going_time(now) or first_days([email], today)(email, today) != today:
        return False
    # A number is taken once: trying again on the same day takes none.
    if email.pace == Pace.SCHOOL_DAY or email.counted_on == today:
        return True
    limit: int = settings.MAIL_DAILY_LIMIT
    return Email.objects.filter(counted_on=today).count() < limit


def _numbers(*, now: datetime, besides: Sequence[int]) -> Counter[date]:
    """How many mails are counted on each day from today on: those that went and those that are planned."""
    today = day_of(now)
    counted = Email.objects.filter(counted_on__gte=today).order_by()
    numbers = Counter(dict(counted.values_list("counted_on").annotate(Count("pk"))))
    waiting = Email.objects.filter(status=EmailStatus.QUEUED, pace=Pace.PACED).exclude(pk__in=besides).order_by()
    for planned_on, counted_on, number in waiting.values_list(
        TruncDate("not_before", tzinfo=LONDON), "counted_on"
    ).annotate(Count("pk")):
        day = max(planned_on, today)
        if day != counted_on:
            numbers[day] += number
    return numbers


def _give_time(email: Email, first_day: FirstDay, numbers: Counter[date], now: datetime) -> bool:
    """Plan one mail and count it; True where its time has changed."""
    wanted = max(email.not_before, now)
    day = earliest_day(wanted)
    if email.pace == Pace.SCHOOL_DAY:
        day = first_day(email, day)
    else:
        day = first_day_with_room(
            day,
            first_open=lambda day: first_day(email, day),
            numbers=numbers,
            limit=settings.MAIL_DAILY_LIMIT,
            counted_on=email.counted_on,
        )
        numbers[day] += day != email.counted_on
    if day == day_of(now) and is_going_time(now) and email.not_before <= now:
        return False
    before, email.not_before = email.not_before, moment_on(day, wanted=email.not_before)
    return email.not_before != before
