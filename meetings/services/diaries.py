"""An officer's hours, the way between two schools, and time off."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from hubportal.accounts.models import User
from meetings.models import LONGEST_TRAVEL_MINUTES, OfficerDiary, TimeOff, WorkingHours
from meetings.rules import Slot
from meetings.rules.diaries import LONGEST_TIME_OFF_DAYS, Hours


@transaction.atomic
def set_working_week(*, officer: User, week: Mapping[int, Hours], travel_minutes: int, by: User) -> None:
    """Say when the officer works: hours for each weekday (0 is Monday); a day that is not there is free.

    Raises:
        ValidationError: no day at all, a day that ends before it begins, too long a way, or somebody else's diary.
    """
    _check_may_change(officer, by=by)
    if not week:
        raise ValidationError("Give the hours of at least one day. To be away for a while, add time off instead.")
    if any(hours.closes <= hours.opens for hours in week.values()):
        raise ValidationError("A day cannot end before it begins: check the hours.")
    if not 0 <= travel_minutes <= LONGEST_TRAVEL_MINUTES:
        raise ValidationError("Three hours of travel at most: check the minutes.")
    # One after the other, so that two people who save at once do not leave a mixture.
    User.objects.select_for_update(no_key=True).get(pk=officer.pk)
    WorkingHours.objects.filter(officer=officer).delete()
    WorkingHours.objects.bulk_create(
        WorkingHours(officer=officer, weekday=weekday, opens=hours.opens, closes=hours.closes)
        for weekday, hours in week.items()
    )
    OfficerDiary.objects.update_or_create(officer=officer, defaults={"travel_minutes": travel_minutes})


@transaction.atomic
def take_time_off(*, officer: User, slot: Slot, by: User, now: datetime) -> TimeOff:
    """Keep a stretch of time free of meetings. Those that are booked stay booked: people decide what becomes of them.

    A stretch that lies within one already there adds nothing, so that pressing twice is harmless.

    Raises:
        ValidationError: it is over, ends before it begins, is longer than a year, or is in somebody else's diary.
    """
    _check_may_change(officer, by=by)
    if slot.ends_at <= slot.starts_at:
        raise ValidationError("Time off cannot end before it begins.")
    if slot.ends_at <= now:
        raise ValidationError("That time has passed; give a stretch to come.")
    if slot.ends_at - slot.starts_at > timedelta(days=LONGEST_TIME_OFF_DAYS):
        raise ValidationError("Time off is a year at most: check the dates.")
    User.objects.select_for_update(no_key=True).get(pk=officer.pk)
    period = DateTimeTZRange(slot.starts_at, slot.ends_at)
    there = TimeOff.objects.filter(officer=officer, period__contains=period).first()
    return there or TimeOff.objects.create(officer=officer, period=period)


@transaction.atomic
def delete_time_off(*, time_off: TimeOff, by: User) -> None:
    """Open the stretch for meetings again.

    Raises:
        ValidationError: it is in somebody else's diary.
    """
    _check_may_change(time_off.officer, by=by)
    time_off.delete()


def _check_may_change(officer: User, *, by: User) -> None:
    if officer != by and not by.is_administrator:
        raise ValidationError("Only the officer or an administrator can change this diary.")
