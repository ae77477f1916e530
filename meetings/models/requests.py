"""What schools ask for: requests, the times they offer, and requests that are not finished yet."""

import uuid
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from hubportal.access.models import PersonalLink
from hubportal.access.rules import placeholder
from hubportal.accounts.models import User
from meetings.rules import long_date
from schools.models import Contact, ContactRole, School

if TYPE_CHECKING:
    from .bookings import Meeting


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
    # The hub waits for the school: none of the offered times suits.
    ASKED = "asked", "Asked for other times"
    BOOKED = "booked", "Booked"
    DECLINED = "declined", "Declined"
    # The school called it off, or its meeting was cancelled and it does not want another one.
    WITHDRAWN = "withdrawn", "Withdrawn"
    # The school asked again while its first request was open: the first one carries both.
    JOINED = "joined", "Joined to an earlier request"


OPEN_STATUSES = (RequestStatus.NEW, RequestStatus.ASKED)
# Statuses that no member of staff decided.
UNDECIDED = ("new", "asked", "joined")


class MeetingRequestQuerySet(models.QuerySet["MeetingRequest"]):
    def waiting(self) -> Self:
        """Requests that wait for an officer, oldest first."""
        return self.filter(status=RequestStatus.NEW).order_by("created_at")

    def open(self) -> Self:
        """Requests that are not settled: an officer's turn, or the school's."""
        return self.filter(status__in=OPEN_STATUSES)

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
    waiting_since = models.DateTimeField(
        default=timezone.now,
        help_text="When it became the hub's turn: it was sent, other times were offered, or its meeting fell through.",
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    decline_reason = models.TextField(blank=True, help_text="Why it was declined or withdrawn.")
    asked_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    asked_message = models.TextField(blank=True, help_text="What the officer wrote when asking for other times.")
    joined_to = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="joined")
    escalated_at = models.DateTimeField(
        null=True, blank=True, help_text="When administrators were told that it waits too long."
    )

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
                condition=Q(status__in=UNDECIDED, decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(status__in=UNDECIDED) & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="meetings_meetingrequest_decided_in_full",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("declined", "withdrawn")) | ~Q(decline_reason=""),
                name="meetings_meetingrequest_declined_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(asked_at__isnull=True, asked_by__isnull=True, asked_message="")
                | (Q(asked_at__isnull=False, asked_by__isnull=False) & ~Q(asked_message="")),
                name="meetings_meetingrequest_asked_in_full",
            ),
            models.CheckConstraint(
                condition=~Q(status="asked") | Q(asked_at__isnull=False),
                name="meetings_meetingrequest_asked_with_message",
            ),
            models.CheckConstraint(
                condition=Q(status="joined", joined_to__isnull=False)
                | (~Q(status="joined") & Q(joined_to__isnull=True)),
                name="meetings_meetingrequest_joined_to_another",
            ),
            models.CheckConstraint(
                condition=~Q(joined_to=F("pk")),
                name="meetings_meetingrequest_not_joined_to_itself",
            ),
            models.UniqueConstraint(
                fields=["school", "kind"],
                condition=Q(status__in=("new", "asked")),
                name="meetings_meetingrequest_one_open_of_a_kind",
            ),
            models.CheckConstraint(
                condition=~Q(consent_version="") & ~Q(consent_wording=""),
                name="meetings_meetingrequest_consented",
            ),
        )

    def __str__(self) -> str:
        return self.reference

    @property
    def meeting(self) -> "Meeting | None":
        """The newest meeting that answers it, also one that was cancelled or missed; None when there is none yet."""
        return max(self.meetings.all(), key=lambda meeting: meeting.pk, default=None)


class DayPart(models.TextChoices):
    MORNING = "morning", "Morning"
    AFTERNOON = "afternoon", "Afternoon"
    AFTER_SCHOOL = "after_school", "After school"
    ANY = "any", "Any time that day"
    AT_TIME = "at_time", "At a certain time"


class OfferedTime(models.Model):
    """A day and part of the day when the school could meet."""

    request = models.ForeignKey(MeetingRequest, on_delete=models.CASCADE, related_name="offered_times")
    on = models.DateField("day")
    part = models.CharField(max_length=12, choices=DayPart)
    start = models.TimeField(null=True, blank=True, help_text="When the meeting would begin, in Europe/London.")
    created_at = models.DateTimeField(
        default=timezone.now, editable=False, help_text="When it was offered, for the last time where more than once."
    )

    class Meta:
        ordering = ("on", "start", "part")
        constraints = (
            models.CheckConstraint(
                condition=Q(part__in=DayPart.values),
                name="meetings_offeredtime_part_known",
            ),
            models.CheckConstraint(
                condition=Q(part="at_time", start__isnull=False) | (~Q(part="at_time") & Q(start__isnull=True)),
                name="meetings_offeredtime_start_when_at_time",
            ),
            models.UniqueConstraint(
                fields=["request", "on", "part", "start"],
                nulls_distinct=False,
                name="meetings_offeredtime_once",
            ),
        )

    def __str__(self) -> str:
        when = f"{self.start:%H:%M}" if self.start else self.get_part_display().lower()
        return f"{long_date(self.on)}, {when}"


class RequestDraft(PersonalLink):
    """A request somebody has begun and wants to come back to: their answers as typed, behind a mailed link."""

    email = models.EmailField(help_text="Where the link was mailed.")
    answers = models.JSONField(default=dict, help_text="Field name and what was typed, nothing checked.")
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta(PersonalLink.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"draft {self.pk}"

    @property
    def mail_url(self) -> str:
        return f"{settings.HUB_BASE_URL}/request-a-meeting/saved/{placeholder(self.id)}/"
