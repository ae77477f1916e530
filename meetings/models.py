"""Meeting requests, offered times, meetings and the short data form before a meeting."""

import uuid
from datetime import date, datetime, time, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from hubportal.accounts.models import User
from meetings.rules import long_date
from schools.models import Contact, ContactRole, School

# The summer holidays are the longest.
LONGEST_HUB_HOLIDAY_DAYS = 56


class MeetingKind(models.TextChoices):
    QUALITY_CONVERSATION = "quality_conversation", "Quality conversation"
    FOLLOW_UP = "follow_up", "Follow-up visit"
    ADDITIONAL = "additional", "Additional meeting"

    @property
    def asks_for_data_form(self) -> bool:
        """A follow-up visit builds on the facts the school has given already."""
        return self != MeetingKind.FOLLOW_UP


class RequestStatus(models.TextChoices):
    NEW = "new", "New"
    BOOKED = "booked", "Booked"
    DECLINED = "declined", "Declined"


class MeetingRequestQuerySet(models.QuerySet["MeetingRequest"]):
    def waiting(self) -> Self:
        """Requests nobody has answered yet, oldest first."""
        return self.filter(status=RequestStatus.NEW).order_by("created_at")

    def visible_to(self, user: User) -> Self:
        """Officers and administrators see every request; nobody else sees one."""
        return self.all() if user.is_officer else self.none()


class MeetingRequest(models.Model):
    """What a school sent by the public form, kept as it was typed."""

    reference = models.CharField(max_length=12, unique=True)
    submission_key = models.UUIDField(
        unique=True,
        default=uuid.uuid4,
        help_text="Comes with the form: the same form sent twice is one request.",
    )
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="meeting_requests")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="meeting_requests")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=20, choices=ContactRole)
    email = models.EmailField()
    phone = models.CharField(max_length=30, blank=True)
    head_name = models.CharField(max_length=120, blank=True)
    head_email = models.EmailField(blank=True)
    kind = models.CharField(max_length=20, choices=MeetingKind, default=MeetingKind.QUALITY_CONVERSATION)
    notes = models.TextField(blank=True)
    consent_version = models.CharField(max_length=20)
    consent_wording = models.TextField(help_text="What the person ticked, word for word, at `created_at`.")
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="meeting_requests",
    )
    status = models.CharField(max_length=10, choices=RequestStatus, default=RequestStatus.NEW)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    decline_reason = models.TextField(blank=True)

    objects: ClassVar[MeetingRequestQuerySet] = MeetingRequestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-created_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=RequestStatus.values),
                name="meetings_meetingrequest_status_known",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=MeetingKind.values),
                name="meetings_meetingrequest_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(role__in=ContactRole.values),
                name="meetings_meetingrequest_role_known",
            ),
            models.CheckConstraint(
                condition=Q(status="new", decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(status="new") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="meetings_meetingrequest_decided_in_full",
            ),
            models.CheckConstraint(
                condition=~Q(status="declined") | ~Q(decline_reason=""),
                name="meetings_meetingrequest_declined_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(consent_version="") & ~Q(consent_wording=""),
                name="meetings_meetingrequest_consented",
            ),
        )

    def __str__(self) -> str:
        return self.reference


class DayPart(models.TextChoices):
    MORNING = "morning", "Morning"
    AFTERNOON = "afternoon", "Afternoon"
    AFTER_SCHOOL = "after_school", "After school"
    ANY = "any", "Any time that day"


class OfferedTime(models.Model):
    """A day and part of the day when the school could meet."""

    request = models.ForeignKey(MeetingRequest, on_delete=models.CASCADE, related_name="offered_times")
    on = models.DateField("day")
    part = models.CharField(max_length=12, choices=DayPart)

    class Meta:
        ordering = ("on", "part")
        constraints = (
            models.CheckConstraint(
                condition=Q(part__in=DayPart.values),
                name="meetings_offeredtime_part_known",
            ),
            models.UniqueConstraint(fields=["request", "on", "part"], name="meetings_offeredtime_once"),
        )

    def __str__(self) -> str:
        return f"{long_date(self.on)}, {self.get_part_display().lower()}"


class MeetingStatus(models.TextChoices):
    BOOKED = "booked", "Booked"
    HELD = "held", "Held"
    CANCELLED = "cancelled", "Cancelled"


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: User) -> Self:
        """Officers and administrators see every meeting; nobody else sees one."""
        return self.all() if user.is_officer else self.none()

    def standing(self) -> Self:
        """All that were not cancelled."""
        return self.exclude(status=MeetingStatus.CANCELLED)

    def awaiting_data_form(self, *, now: datetime) -> Self:
        """Upcoming meetings whose school was asked for the data form and has not sent it."""
        return self.upcoming(now=now).filter(data_form__isnull=False, data_form__sent_at__isnull=True)

    def upcoming(self, *, now: datetime) -> Self:
        return self.filter(status=MeetingStatus.BOOKED, period__endswith__gte=now).order_by("period")


class Meeting(models.Model):
    """An officer at a school for a stretch of time (90 minutes, at the school)."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="meetings")
    kind = models.CharField(max_length=20, choices=MeetingKind)
    request = models.OneToOneField(
        MeetingRequest,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="meeting",
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
                condition=~Q(status="cancelled"),
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


class DataForm(models.Model):
    """Short facts before the meeting, by the school. Each may stay empty: nobody is asked for evidence."""

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="data_form")
    pupils = models.PositiveIntegerField("pupils in the school", null=True, blank=True)
    classes = models.PositiveSmallIntegerField("classes", null=True, blank=True)
    classes_with_weekly_music = models.PositiveSmallIntegerField("classes with music every week", null=True, blank=True)
    minutes_a_week = models.PositiveSmallIntegerField(
        "minutes of music lessons a week for a typical class", null=True, blank=True
    )
    whole_class_pupils = models.PositiveIntegerField(
        "pupils learning an instrument in whole-class lessons this year",
        null=True,
        blank=True,
    )
    instrumental_pupils = models.PositiveIntegerField(
        "pupils having instrumental or singing lessons", null=True, blank=True
    )
    instrumental_pupil_premium = models.PositiveIntegerField(
        "of these, pupils eligible for pupil premium", null=True, blank=True
    )
    ensembles = models.TextField("choirs, bands and other groups", blank=True)
    has_published_plan = models.BooleanField(
        "music development plan summary on the school's website", null=True, blank=True
    )
    anything_else = models.TextField("anything else we should know", blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(saved_at__isnull=False),
                name="meetings_dataform_sent_is_saved",
            ),
            models.CheckConstraint(
                condition=Q(sent_by__isnull=True) | Q(sent_at__isnull=False),
                name="meetings_dataform_sent_with_time",
            ),
        )

    def __str__(self) -> str:
        return f"data form of meeting {self.meeting_id}"


# The questions, in the order in which they are asked.
DATA_FORM_FIELDS = (
    "pupils",
    "classes",
    "classes_with_weekly_music",
    "minutes_a_week",
    "whole_class_pupils",
    "instrumental_pupils",
    "instrumental_pupil_premium",
    "ensembles",
    "has_published_plan",
    "anything_else",
)


class HubHoliday(models.Model):
    """A stretch of days on which nobody at the hub works: mail that can wait goes out after it."""

    name = models.CharField(max_length=80, help_text="For example: Christmas 2026.")
    first_on = models.DateField("first day")
    last_on = models.DateField("last day")

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
