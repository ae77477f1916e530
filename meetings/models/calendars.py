"""Whose time is when: holidays, officers' working hours and time off, and their calendar subscriptions."""

from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from schools.models import Area

# The summer holidays are the longest.
LONGEST_HUB_HOLIDAY_DAYS = 56
LONGEST_TRAVEL_MINUTES = 180


class HubHoliday(models.Model):
    """A stretch of days without school, everywhere or in one area: mail that can wait goes out after it."""

    name = models.CharField(max_length=80, help_text="For example: Christmas 2026.")
    first_on = models.DateField("first day")
    last_on = models.DateField("last day")

    area = models.ForeignKey(
        Area,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="holidays",
        help_text="Where schools are closed; without an area, everywhere.",
    )
    ends_term = models.BooleanField(
        "a new term begins after it",
        default=False,
        help_text="Christmas, Easter and summer: not the half-term breaks.",
    )

    class Meta:
        ordering = ("first_on",)
        constraints = (
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")),
                name="meetings_hubholiday_days_in_order",
                violation_error_message="The last day cannot be before the first.",
            ),
            # A slip in the year would hold all mail back for a year.
            models.CheckConstraint(
                condition=Q(last_on__lte=F("first_on") + timedelta(days=LONGEST_HUB_HOLIDAY_DAYS)),
                name="meetings_hubholiday_not_too_long",
                violation_error_message="A holiday of the hub is eight weeks at most: check the dates.",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Weekday(models.IntegerChoices):
    """As `datetime.date.weekday` counts them."""

    MONDAY = 0, "Monday"
    TUESDAY = 1, "Tuesday"
    WEDNESDAY = 2, "Wednesday"
    THURSDAY = 3, "Thursday"
    FRIDAY = 4, "Friday"


class WorkingHours(models.Model):
    """When an officer works on a day of the week, on the clock in Europe/London. A day without a row is free."""

    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="working_hours")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    opens = models.TimeField("from")
    closes = models.TimeField("to")

    class Meta:
        ordering = ("officer", "weekday")
        verbose_name_plural = "working hours"
        constraints = (
            models.CheckConstraint(condition=Q(weekday__in=Weekday.values), name="meetings_workinghours_weekday_known"),
            models.CheckConstraint(
                condition=Q(closes__gt=F("opens")),
                name="meetings_workinghours_times_in_order",
                violation_error_message="The day cannot end before it begins.",
            ),
            models.UniqueConstraint(fields=["officer", "weekday"], name="meetings_workinghours_once_a_day"),
        )

    def __str__(self) -> str:
        return f"{self.get_weekday_display()}, {self.opens:%H:%M} to {self.closes:%H:%M}"


class TimeOff(models.Model):
    """A stretch of time in which an officer holds no meetings. Why is nobody's business, so it is not asked."""

    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="times_off")
    period = DateTimeRangeField(help_text="From the first minute up to, not including, the last.")

    class Meta:
        ordering = ("period",)
        verbose_name_plural = "times off"
        constraints = (
            models.CheckConstraint(
                condition=Q(period__startswith__isnull=False, period__endswith__isnull=False, period__isempty=False),
                name="meetings_timeoff_period_bounded",
            ),
        )

    def __str__(self) -> str:
        return f"off from {self.period.lower:%Y-%m-%d}"


class OfficerDiary(models.Model):
    """How an officer plans the day: what lies between two schools."""

    officer = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="diary")
    travel_minutes = models.PositiveSmallIntegerField(
        "minutes of travel before and after a meeting",
        default=30,
        help_text="How long it usually takes from one school to the next.",
    )

    class Meta:
        verbose_name_plural = "officer diaries"
        constraints = (
            models.CheckConstraint(
                condition=Q(travel_minutes__lte=LONGEST_TRAVEL_MINUTES),
                name="meetings_officerdiary_travel_not_too_long",
                violation_error_message="Three hours of travel at most: check the minutes.",
            ),
        )

    def __str__(self) -> str:
        return f"diary of user {self.officer_id}"


class CalendarFeed(models.Model):
    """An officer's private subscription: whoever has the address reads the meetings, until it is revoked.

    As with personal links only the hash of the token is kept.
    """

    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feeds")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=["officer"],
                condition=Q(revoked_at__isnull=True),
                name="meetings_calendarfeed_one_in_use",
            ),
        )

    def __str__(self) -> str:
        return f"feed {self.pk}"
