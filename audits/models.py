"""Frameworks (published and frozen), audits, ratings and the three priorities."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from meetings.models import Meeting, MeetingKind

if TYPE_CHECKING:
    from hubportal.accounts.models import User

PRIORITIES_OF_A_CONVERSATION = 3


class Phase(models.TextChoices):
    PRIMARY = "primary", "Primary"
    SECONDARY = "secondary", "Secondary"


class FrameworkStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


class FrameworkQuerySet(models.QuerySet["Framework"]):
    def published(self) -> Self:
        """The one version of each phase that new audits begin with."""
        return self.filter(status=FrameworkStatus.PUBLISHED)


class Framework(models.Model):
    """A versioned set of criteria for one phase, with its award rules. Once published it never changes."""

    phase = models.CharField(max_length=10, choices=Phase)
    version = models.CharField(max_length=20)
    title = models.CharField(max_length=120)
    status = models.CharField(max_length=10, choices=FrameworkStatus, default=FrameworkStatus.DRAFT)
    definition = models.JSONField(help_text="The whole file as loaded; the award rules are read from here.")
    sha256 = models.CharField(max_length=64)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty when published from the command line.",
    )

    objects: ClassVar[FrameworkQuerySet] = FrameworkQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("phase", "-published_at")
        constraints = (
            models.UniqueConstraint(fields=["phase", "version"], name="audits_framework_version_once"),
            models.UniqueConstraint(
                fields=["phase"],
                condition=Q(status="published"),
                name="audits_framework_one_published",
            ),
            models.CheckConstraint(condition=Q(phase__in=Phase.values), name="audits_framework_phase_known"),
            models.CheckConstraint(
                condition=Q(status__in=FrameworkStatus.values),
                name="audits_framework_status_known",
            ),
            models.CheckConstraint(
                condition=Q(status="draft", published_at__isnull=True)
                | (~Q(status="draft") & Q(published_at__isnull=False)),
                name="audits_framework_published_with_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.title} {self.version}"


class Section(models.Model):
    """Intent, Implementation or Impact."""

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="sections")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=10)
    name = models.CharField(max_length=60)
    question = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=["framework", "position"], name="audits_section_position_once"),
            models.UniqueConstraint(fields=["framework", "code"], name="audits_section_code_once"),
        )

    def __str__(self) -> str:
        return self.name


class Criterion(models.Model):
    """One thing the conversation is about, with what red, amber and green look like."""

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="criteria")
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="criteria")
    position = models.PositiveSmallIntegerField(help_text="Counted through the whole framework.")
    code = models.CharField(max_length=20)
    title = models.CharField(max_length=120)
    red = models.TextField()
    amber = models.TextField()
    green = models.TextField()
    why_it_matters = models.TextField(blank=True)
    conversation_prompt = models.TextField(blank=True)
    essential = models.CharField(
        max_length=10,
        blank=True,
        help_text="The level this criterion is essential for.",
    )
    allow_not_applicable = models.BooleanField(default=False)
    not_applicable_when = models.CharField(max_length=300, blank=True)
    support_red = models.JSONField(default=list)
    support_amber = models.JSONField(default=list)

    class Meta:
        ordering = ("position",)
        verbose_name_plural = "criteria"
        constraints = (
            models.UniqueConstraint(fields=["framework", "code"], name="audits_criterion_code_once"),
            models.UniqueConstraint(fields=["framework", "position"], name="audits_criterion_position_once"),
            models.CheckConstraint(
                condition=Q(essential__in=["", "bronze", "silver", "gold"]),
                name="audits_criterion_essential_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class AuditStatus(models.TextChoices):
    OPEN = "open", "Open"
    AGREED = "agreed", "Agreed"


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

    Once agreed, it is frozen by the database itself, with its ratings and priorities.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="audits")
    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="audits")
    status = models.CharField(max_length=10, choices=AuditStatus, default=AuditStatus.OPEN)
    strengths = models.TextField(
        blank=True,
        help_text="What to celebrate: goes to the school in the outcome e-mail.",
    )
    private_note = models.TextField(blank=True, help_text="For hub staff only; no school ever sees it.")
    notes_version = models.PositiveIntegerField(
        default=0,
        editable=False,
        help_text="Raised by each save of these two texts, so that a stale page is noticed.",
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
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
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
                condition=Q(status="open", agreed_at__isnull=True, agreed_by__isnull=True)
                | Q(status="agreed", agreed_at__isnull=False, agreed_by__isnull=False),
                name="audits_audit_agreed_in_full",
            ),
            models.CheckConstraint(
                condition=Q(agreed_at__isnull=True) | Q(agreed_at__gte=F("started_at")),
                name="audits_audit_times_in_order",
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
    """What was said of one criterion, held three times: the school's own view, the officer's, the agreed one."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="ratings")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="ratings")
    school = models.CharField(max_length=15, choices=RatingValue, default=RatingValue.NOT_DISCUSSED)
    officer = models.CharField(max_length=15, choices=RatingValue, default=RatingValue.NOT_DISCUSSED)
    agreed = models.CharField(max_length=15, choices=RatingValue, default=RatingValue.NOT_DISCUSSED)
    note = models.TextField(blank=True, help_text="What we saw and heard. Never required.")
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


class Priority(models.Model):
    """One of the three agreed targets: action, support, who, by when."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="priorities")
    number = models.PositiveSmallIntegerField()
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="priorities")
    action = models.TextField(help_text="What the school will do.")
    support = models.TextField(blank=True, help_text="What the hub or a partner will do to help.")
    owner = models.CharField("who", max_length=120, help_text="Who at the school will see to it.")
    due_on = models.DateField("by when")

    class Meta:
        ordering = ("number",)
        verbose_name_plural = "priorities"
        constraints = (
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=3),
                name="audits_priority_one_to_three",
            ),
            models.UniqueConstraint(fields=["audit", "number"], name="audits_priority_number_once"),
            models.UniqueConstraint(fields=["audit", "criterion"], name="audits_priority_criterion_once"),
        )

    def __str__(self) -> str:
        return f"Priority {self.number}"
