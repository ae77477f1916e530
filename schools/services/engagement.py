"""Whether the hub is in conversation with a school: taking part, paused, or not engaging; and mail a school pauses.

A school that is paused or not engaging gets no reminders and no reflection sheets. It may ask for a meeting all the
same, and as soon as one is booked it takes part again.
"""

from datetime import date, datetime, time

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from hubportal.accounts.models import User
from hubportal.mail.services import plan_contacts_after_commit
from schools.models import Contact, Engagement, School, TimelineKind
from schools.rules import plain_date, years_after
from schools.timeline import record_event

REASON_AT_MOST = 500
MAIL_PAUSED_AT_MOST_YEARS = 1


@transaction.atomic
def set_engagement(
    *, school: School, engagement: str, reason: str = "", until: date | None = None, by: User, now: datetime
) -> School:
    """Note that a school is paused, not engaging or taking part, with the reason staff will read.

    `until` is the last day of a pause, in Europe/London; without it the pause lasts until somebody ends it. A new
    reason or day for the same state keeps the day since when it holds.

    Raises:
        ValidationError: the school is closed, the reason is missing or too long, or the day does not fit.
    """
    if engagement == Engagement.TAKING_PART:
        return take_part_again(school=school, by=by, now=now)
    locked = _lock(school)
    today = timezone.localdate(now)
    reason = " ".join(reason.split())
    _check(locked, engagement=engagement, reason=reason, until=until, today=today)
    if locked.engagement != engagement or locked.engagement_since is None:
        locked.engagement_since = today
    locked.engagement, locked.engagement_reason, locked.engagement_until = engagement, reason, until
    _save(locked, now=now)
    last_day = f" until {plain_date(until)}" if until else ""
    text = f"{locked.get_engagement_display()}{last_day}: {reason}"
    record_event(school=locked, kind=TimelineKind.REGISTER, text=text, by=by, at=now)
    return locked


def _check(school: School, *, engagement: str, reason: str, until: date | None, today: date) -> None:
    if not school.is_open:
        raise ValidationError("This school is closed, so nothing goes to it anyway.")
    if engagement not in Engagement.values:
        raise ValidationError({"engagement": "Choose one of the three states."})
    if not reason:
        raise ValidationError({"reason": "Say why: whoever looks after this school next will want to know."})
    if len(reason) > REASON_AT_MOST:
        raise ValidationError({"reason": f"Make the reason shorter: {REASON_AT_MOST} letters at most."})
    if until and engagement != Engagement.PAUSED:
        raise ValidationError({"until": "Only a pause has a last day: choose “Paused”, or leave the day empty."})
    if until and until < today:
        raise ValidationError({"until": "That day has passed: give today or a later day, or leave it empty."})


@transaction.atomic
def take_part_again(*, school: School, by: User | None = None, now: datetime) -> School:
    """End a pause, or "not engaging": the officer says so, or a meeting has been booked.

    Mail that became due meanwhile goes from now on. A school that takes part already stays as it is.
    """
    locked = _lock(school)
    if locked.engagement == Engagement.TAKING_PART:
        return locked
    text = f"Taking part again; was {locked.get_engagement_display().lower()}."
    _resume(locked, text=text, by=by, now=now)
    return locked


def end_pauses(*, as_of: date, now: datetime) -> int:
    """End each pause whose last day is over as of this day. Returns how many ended; a second run finds none."""
    over = School.objects.filter(engagement=Engagement.PAUSED, engagement_until__lt=as_of)
    ended = 0
    for school_id in list(over.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            # Somebody may have made the pause longer since the question, and another run may have ended it.
            school = over.select_for_update(no_key=True, skip_locked=True).filter(pk=school_id).first()
            if school and school.engagement_until:
                text = f"Taking part again: the pause ended on {plain_date(school.engagement_until)}."
                _resume(school, text=text, by=None, now=now)
                ended += 1
    return ended


def _resume(school: School, *, text: str, by: User | None, now: datetime) -> None:
    school.engagement, school.engagement_reason = Engagement.TAKING_PART, ""
    school.engagement_since = school.engagement_until = None
    _save(school, now=now)
    record_event(school=school, kind=TimelineKind.REGISTER, text=text, by=by, at=now)


@transaction.atomic
def pause_mail(
    *, school: School, until: date, by: User | None = None, by_contact: Contact | None = None, now: datetime
) -> School:
    """Hold back mail that can wait until a day, as the school (`by_contact`) or staff for it (`by`) asks.

    Answers, bookings and their changes still go. Mail goes again from `until` on, a day in Europe/London.

    Raises:
        ValidationError: the day is not in the future, or more than a year ahead.
    """
    locked = _lock(school)
    today = timezone.localdate(now)
    if until <= today:
        raise ValidationError({"until": "That day is not in the future: choose tomorrow or a later day."})
    if until > (latest := years_after(today, MAIL_PAUSED_AT_MOST_YEARS)):
        raise ValidationError({"until": f"Mail can be paused for a year at most, until {plain_date(latest)}."})
    locked.mail_paused_until, locked.updated_at = until, now
    locked.save(update_fields=["mail_paused_until", "updated_at"])
    text = f"Mail that can wait is paused until {plain_date(until)}."
    record_event(school=locked, kind=TimelineKind.REGISTER, text=text, by=by, by_contact=by_contact, at=now)
    _plan_mail(locked)
    return locked


@transaction.atomic
def let_mail_flow(
    *, school: School, by: User | None = None, by_contact: Contact | None = None, now: datetime
) -> School:
    """End what `pause_mail` began before its day. Where no mail is paused nothing changes."""
    locked = _lock(school)
    paused_until = locked.mail_paused_until
    if paused_until is None:
        return locked
    locked.mail_paused_until, locked.updated_at = None, now
    locked.save(update_fields=["mail_paused_until", "updated_at"])
    if paused_until > timezone.localdate(now):
        _plan_mail(locked, held_back_until=timezone.make_aware(datetime.combine(paused_until, time.min)))
        text = "Mail that can wait goes again."
        record_event(school=locked, kind=TimelineKind.REGISTER, text=text, by=by, by_contact=by_contact, at=now)
    return locked


def _lock(school: School) -> School:
    return School.objects.select_for_update(no_key=True).get(pk=school.pk)


def _plan_mail(school: School, *, held_back_until: datetime | None = None) -> None:
    """What waits for the school's people says from now on when it really goes."""
    contact_ids = list(school.contacts.values_list("pk", flat=True))
    plan_contacts_after_commit(contact_ids=contact_ids, held_back_until=held_back_until)


def _save(school: School, *, now: datetime) -> None:
    school.updated_at = now
    fields = ["engagement", "engagement_reason", "engagement_since", "engagement_until", "updated_at"]
    school.save(update_fields=fields)
    _plan_mail(school)
