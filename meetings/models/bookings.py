"""An officer at a school for a stretch of time."""

import uuid
from datetime import date, datetime, time
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils import timezone

from hubportal.accounts.models import User
from schools.models import Contact, School

from .requests import MeetingKind, MeetingRequest


class MeetingStatus(models.TextChoices):
    BOOKED = "booked", "Booked"
    HELD = "held", "Held"
    CANCELLED = "cancelled", "Cancelled"
    NO_SHOW = "no_show", "Nobody was there"


STANDING_STATUSES = (MeetingStatus.BOOKED, MeetingStatus.HELD)


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: User) -> Self:
        """Officers and administrators see every meeting; nobody else sees one."""
        return self.all() if user.is_officer else self.none()

    def standing(self) -> Self:
        """All that were or will be: neither cancelled nor missed."""
        return self.filter(status__in=STANDING_STATUSES)

    def awaiting_data_form(self, *, now: datetime) -> Self:
        """Upcoming meetings whose school was asked for the data form and has not sent it."""
        return self.upcoming(now=now).filter(data_form__isnull=False, data_form__sent_at__isnull=True)

    def upcoming(self, *, now: datetime) -> Self:
        return self.filter(status=MeetingStatus.BOOKED, period__endswith__gte=now).order_by("period")


class Meeting(models.Model):
    """An officer at a school for a stretch of time (90 minutes, at the school)."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="meetings")
    kind = models.CharField(max_length=20, choices=MeetingKind)
    request = models.ForeignKey(
        MeetingRequest,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings",
        help_text="What this meeting answers: one meeting that stands, after any that were cancelled or missed.",
    )
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="meetings")
    attendees = models.ManyToManyField(
        Contact,
        blank=True,
        related_name="meetings",
        help_text="Who comes from the school: they get the invitation and every change of it.",
    )
    period = DateTimeRangeField(help_text="From the first minute up to, not including, the last.")
    status = models.CharField(max_length=10, choices=MeetingStatus, default=MeetingStatus.BOOKED)
    calendar_uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    calendar_sequence = models.PositiveIntegerField(default=0, editable=False)
    booked_at = models.DateTimeField(default=timezone.now)
    booked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    cancel_reason = models.TextField(blank=True)
    missed_at = models.DateTimeField(null=True, blank=True)
    missed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    missed_note = models.TextField(blank=True, help_text="What the officer found, for staff only.")

    objects: ClassVar[MeetingQuerySet] = MeetingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-period",)
        constraints = (
            ExclusionConstraint(
                name="meetings_meeting_officer_in_one_place",
                expressions=[
                    ("officer", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(status__in=("booked", "held")),
                violation_error_message="This officer has another meeting at that time.",
            ),
            models.CheckConstraint(
                condition=Q(
                    period__startswith__isnull=False,
                    period__endswith__isnull=False,
                    period__isempty=False,
                ),
                name="meetings_meeting_period_bounded",
            ),
            models.CheckConstraint(
                condition=Q(status__in=MeetingStatus.values),
                name="meetings_meeting_status_known",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=MeetingKind.values),
                name="meetings_meeting_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    status="cancelled",
                    cancelled_at__isnull=False,
                    cancelled_by__isnull=False,
                )
                | (~Q(status="cancelled") & Q(cancelled_at__isnull=True, cancelled_by__isnull=True)),
                name="meetings_meeting_cancelled_in_full",
            ),
            models.CheckConstraint(
                condition=~Q(status="cancelled") | ~Q(cancel_reason=""),
                name="meetings_meeting_cancelled_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(status="no_show", missed_at__isnull=False, missed_by__isnull=False)
                | (~Q(status="no_show") & Q(missed_at__isnull=True, missed_by__isnull=True)),
                name="meetings_meeting_missed_in_full",
            ),
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(status__in=("booked", "held")),
                name="meetings_meeting_one_answers_a_request",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.held_on:%-d %B %Y}"

    @property
    def starts_at(self) -> datetime:
        return self.period.lower

    @property
    def ends_at(self) -> datetime:
        return self.period.upper

    @property
    def held_on(self) -> date:
        """The day of the meeting in Europe/London."""
        return timezone.localtime(self.period.lower).date()

    @property
    def start_clock(self) -> time:
        """When the meeting begins, on the clock in Europe/London."""
        return timezone.localtime(self.period.lower).time()
