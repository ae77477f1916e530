"""An audit: a framework filled in at a meeting, with its ratings."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from meetings.models import Meeting, MeetingKind
from schools.models import Contact

from .frameworks import Criterion, Framework

if TYPE_CHECKING:
    from hubportal.accounts.models import User


class AuditStatus(models.TextChoices):
    OPEN = "open", "Open"
    AGREED = "agreed", "Agreed"
    CARRIED_OVER = "carried", "Carried over"


class AuditQuerySet(models.QuerySet["Audit"]):
    def visible_to(self, user: "User") -> Self:
        """As with schools: officers and administrators see every audit, viewers none."""
        return self.all() if user.is_officer else self.none()

    def open(self) -> Self:
        return self.filter(status=AuditStatus.OPEN)

    def agreed(self) -> Self:
        return self.filter(status=AuditStatus.AGREED)


class Audit(models.Model):
    """A framework filled in at a meeting. It keeps the framework version it began with.

    Once agreed, it is frozen by the database itself, with its ratings and priorities. An open audit that goes on
    with a newer version of its framework is carried over: a new audit takes its answers, and it stays as it was.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="audits")
    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="audits")
    status = models.CharField(max_length=10, choices=AuditStatus, default=AuditStatus.OPEN)
    strengths = models.TextField(
        blank=True,
        help_text="What to celebrate: goes to the school in the outcome e-mail.",
    )
    private_note = models.TextField(blank=True, help_text="For hub staff only; no school ever sees it.")
    parking_note = models.TextField(
        blank=True,
        help_text="Ideas for priorities that came up in the conversation. For hub staff only.",
    )
    notes_version = models.PositiveIntegerField(
        default=0,
        editable=False,
        help_text="Raised by each save of these texts, so that a stale page is noticed.",
    )
    priorities_draft = models.JSONField(
        default=list,
        blank=True,
        editable=False,
        help_text="The priorities as last typed, complete or not; empty once the audit is agreed.",
    )
    priorities_version = models.PositiveIntegerField(
        default=0, editable=False, help_text="Raised by each save of the priorities."
    )
    started_at = models.DateTimeField(default=timezone.now)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty when the school began it with its own ratings.",
    )
    started_by_contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    school_done_at = models.DateTimeField(
        null=True, blank=True, help_text="When the school said that its own ratings are ready."
    )
    school_done_by = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    carried_from = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="carried_to",
        help_text="The audit of the same meeting, under an earlier version, whose answers this one began with.",
    )
    follows = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_by",
        help_text="On a follow-up visit: the agreed audit whose ratings this one began with.",
    )
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    objects: ClassVar[AuditQuerySet] = AuditQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-started_at",)
        constraints = (
            models.UniqueConstraint(
                fields=["meeting"],
                condition=Q(status="open"),
                name="audits_audit_one_open",
            ),
            models.UniqueConstraint(fields=["meeting", "framework"], name="audits_audit_framework_once"),
            models.CheckConstraint(
                condition=Q(status__in=AuditStatus.values),
                name="audits_audit_status_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["open", "carried"], agreed_at__isnull=True, agreed_by__isnull=True)
                | Q(status="agreed", agreed_at__isnull=False, agreed_by__isnull=False),
                name="audits_audit_agreed_in_full",
            ),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True) | Q(agreed_at__gte=F("started_at")),
                name="audits_audit_times_in_order",
            ),
            models.CheckConstraint(
                condition=Q(started_by__isnull=True) | Q(started_by_contact__isnull=True),
                name="audits_audit_started_by_one",
            ),
            models.CheckConstraint(
                condition=Q(school_done_by__isnull=True) | Q(school_done_at__isnull=False),
                name="audits_audit_school_done_with_time",
            ),
            models.CheckConstraint(
                condition=~Q(carried_from=F("pk")),
                name="audits_audit_not_carried_from_itself",
            ),
            models.CheckConstraint(
                condition=~Q(follows=F("pk")),
                name="audits_audit_does_not_follow_itself",
            ),
        )

    def __str__(self) -> str:
        return f"audit {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.status == AuditStatus.OPEN

    @property
    def needs_priorities(self) -> bool:
        """A quality conversation ends with exactly three priorities; other visits may do without."""
        return self.meeting.kind == MeetingKind.QUALITY_CONVERSATION


class RatingValue(models.TextChoices):
    """The same five words as `audits.rules.Rating`, as choices for the database."""

    RED = "red", "Red"
    AMBER = "amber", "Amber"
    GREEN = "green", "Green"
    NOT_DISCUSSED = "not_discussed", "Not discussed"
    NOT_APPLICABLE = "not_applicable", "Not applicable"


class Rating(models.Model):
    """What was said of one criterion, held three times: the school's own view, the officer's, the agreed one.

    Every change of it goes through `audits.services.changes`, which keeps its history (`AuditChange`).
    """

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="ratings")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="ratings")
    school = models.CharField(max_length=15, choices=RatingValue, default=RatingValue.NOT_DISCUSSED)
    officer = models.CharField(max_length=15, choices=RatingValue, default=RatingValue.NOT_DISCUSSED)
    agreed = models.CharField(max_length=15, choices=RatingValue, default=RatingValue.NOT_DISCUSSED)
    note = models.TextField(blank=True, help_text="What we saw and heard. Never required.")
    school_note = models.TextField(blank=True, help_text="What the school says about its own rating. Never required.")
    reason = models.TextField(blank=True, help_text="Why the agreed rating differs from the school's own.")
    is_parked = models.BooleanField(
        default=False, help_text="Put aside during the conversation as a possible priority."
    )
    version = models.PositiveIntegerField(default=0, help_text="Raised by each save, so that a stale page is noticed.")
    updated_at = models.DateTimeField(default=timezone.now)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        ordering = ("criterion__position",)
        constraints = (
            models.UniqueConstraint(fields=["audit", "criterion"], name="audits_rating_criterion_once"),
            models.CheckConstraint(
                condition=Q(school__in=RatingValue.values),
                name="audits_rating_school_known",
            ),
            models.CheckConstraint(
                condition=Q(officer__in=RatingValue.values),
                name="audits_rating_officer_known",
            ),
            models.CheckConstraint(
                condition=Q(agreed__in=RatingValue.values),
                name="audits_rating_agreed_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.agreed}"

    @property
    def differs(self) -> bool:
        """Whether the school rated this criterion itself, and something else was agreed."""
        settled = RatingValue.NOT_DISCUSSED
        return self.school != settled and self.agreed != settled and self.school != self.agreed
