"""Frameworks: drafts, published and frozen versions, and what they are made of."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


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


class FrameworkDraft(models.Model):
    """The next version of a framework while it is being written. It may be incomplete or wrong: nothing is lost.

    `data` has the shape of a framework file; `audits.rules.parse_framework` says what is still to mend.
    """

    phase = models.CharField(max_length=10, choices=Phase)
    data = models.JSONField(default=dict, help_text="As a framework file, complete or not.")
    base = models.ForeignKey(
        Framework,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="drafts",
        help_text="The published version it began from.",
    )
    revision = models.PositiveIntegerField(
        default=0, editable=False, help_text="Raised by each save, so that a stale page is noticed."
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published = models.OneToOneField(
        Framework, on_delete=models.PROTECT, null=True, blank=True, related_name="draft", help_text="What became of it."
    )
    discarded_at = models.DateTimeField(null=True, blank=True)
    discarded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("phase", "-updated_at")
        constraints = (
            models.UniqueConstraint(
                fields=["phase"],
                condition=Q(published__isnull=True, discarded_at__isnull=True),
                name="audits_draft_one_a_phase",
            ),
            models.CheckConstraint(condition=Q(phase__in=Phase.values), name="audits_draft_phase_known"),
            models.CheckConstraint(
                condition=Q(discarded_at__isnull=True, discarded_by__isnull=True)
                | Q(discarded_at__isnull=False, discarded_by__isnull=False),
                name="audits_draft_discarded_in_full",
            ),
            models.CheckConstraint(
                condition=Q(published__isnull=True) | Q(discarded_at__isnull=True),
                name="audits_draft_published_or_discarded",
            ),
        )

    def __str__(self) -> str:
        return f"draft {self.pk} of the {self.phase} framework"

    @property
    def is_open(self) -> bool:
        return self.published_id is None and self.discarded_at is None
