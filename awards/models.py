"""Awards, certificates, outcome packs and reflections: what a school receives, and what it tells us later."""

import secrets
from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from audits.models import Audit, Priority
from hubportal.mail.models import Email
from schools.models import Contact, School


class AwardLevel(models.TextChoices):
    """The same four levels as `awards.rules.Level`, as choices for the database."""

    WORKING_TOWARDS = "working_towards", "Working towards Bronze"
    BRONZE = "bronze", "Bronze"
    SILVER = "silver", "Silver"
    GOLD = "gold", "Gold"


class AwardStatus(models.TextChoices):
    """As stored. "Expired" is not stored: it follows from `expires_on` and the day somebody asks."""

    CURRENT = "current", "Current"
    SUPERSEDED = "superseded", "Superseded by a later award"
    WITHDRAWN = "withdrawn", "Withdrawn"


class AwardQuerySet(models.QuerySet["Award"]):
    def current(self) -> Self:
        return self.filter(status=AwardStatus.CURRENT)


class Award(models.Model):
    """The level that followed from an agreed audit, with the reason that was true that day."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="awards")
    audit = models.OneToOneField(Audit, on_delete=models.PROTECT, related_name="award")
    level = models.CharField(max_length=16, choices=AwardLevel)
    status = models.CharField(
        max_length=12, choices=AwardStatus, default=AwardStatus.CURRENT
    )
    reason = models.TextField(help_text="One sentence: why this level.")
    next_step = models.TextField(
        blank=True, help_text="The smallest change that reaches the next level."
    )
    decision = models.JSONField(
        help_text="Percentages and counts behind the level, frozen."
    )
    awarded_on = models.DateField(help_text="The day of the meeting.")
    expires_on = models.DateField(
        help_text="Three years later: the last day the award may be shown."
    )
    decided_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects: ClassVar[AwardQuerySet] = AwardQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-awarded_on", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(level__in=AwardLevel.values),
                name="awards_award_level_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=AwardStatus.values),
                name="awards_award_status_known",
            ),
            models.CheckConstraint(
                condition=Q(expires_on__gt=F("awarded_on")),
                name="awards_award_dates_in_order",
            ),
            models.UniqueConstraint(
                fields=["school"],
                condition=Q(status="current"),
                name="awards_award_one_current",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.awarded_on:%Y}"

    @property
    def has_certificate_level(self) -> bool:
        """Working towards Bronze is shown to school and hub only and gets no certificate."""
        return self.level != AwardLevel.WORKING_TOWARDS

    def status_on(self, day: date) -> str:
        """What the verify page says on that day: current, expired, superseded or withdrawn."""
        if self.status == AwardStatus.CURRENT and day > self.expires_on:
            return "expired"
        return self.status


def new_certificate_key() -> str:
    """An unguessable address for the verify page: 128 random bits as 22 URL-safe characters."""
    return secrets.token_urlsafe(16)


class Certificate(models.Model):
    """A certificate as issued: bytes, fingerprint and number never change. A correction is a new one."""

    award = models.ForeignKey(
        Award, on_delete=models.PROTECT, related_name="certificates"
    )
    number = models.CharField(max_length=20, unique=True)
    key = models.CharField(
        max_length=22, unique=True, default=new_certificate_key, editable=False
    )
    school_name = models.CharField(max_length=200, help_text="As printed.")
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    issued_at = models.DateTimeField(default=timezone.now)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
    )

    class Meta:
        ordering = ("-issued_at",)
        constraints = (
            models.UniqueConstraint(
                fields=["award"],
                condition=Q(replaces__isnull=True),
                name="awards_certificate_one_original",
            ),
            models.CheckConstraint(
                condition=~Q(replaces=F("id")),
                name="awards_certificate_not_its_own_correction",
            ),
        )

    def __str__(self) -> str:
        return self.number


class OutcomePack(models.Model):
    """The one e-mail after the meeting. It exists once it is sent, and it is sent once."""

    award = models.OneToOneField(
        Award, on_delete=models.PROTECT, related_name="outcome_pack"
    )
    email = models.OneToOneField(
        Email, on_delete=models.PROTECT, related_name="outcome_pack"
    )
    sent_at = models.DateTimeField(default=timezone.now)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return f"outcome pack of award {self.award_id}"


REFLECTION_MONTHS = (12, 24)


class ReflectionQuerySet(models.QuerySet["Reflection"]):
    def unanswered(self) -> Self:
        return self.filter(queued_at__isnull=False, answered_at__isnull=True)


class Reflection(models.Model):
    """The sheet about 12 and 24 months after a meeting: how far have we got with our three priorities?"""

    audit = models.ForeignKey(
        Audit, on_delete=models.PROTECT, related_name="reflections"
    )
    month = models.PositiveSmallIntegerField(
        help_text="Months after the meeting: 12 or 24."
    )
    due_on = models.DateField()
    queued_at = models.DateTimeField(null=True, blank=True)
    email = models.OneToOneField(
        Email,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reflection",
    )
    what_next = models.TextField("what comes next", blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects: ClassVar[ReflectionQuerySet] = ReflectionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-due_on",)
        constraints = (
            models.UniqueConstraint(
                fields=["audit", "month"], name="awards_reflection_month_once"
            ),
            models.CheckConstraint(
                condition=Q(month__in=REFLECTION_MONTHS),
                name="awards_reflection_month_known",
            ),
            models.CheckConstraint(
                condition=Q(queued_at__isnull=True, email__isnull=True)
                | Q(queued_at__isnull=False, email__isnull=False),
                name="awards_reflection_queued_in_full",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | Q(answered_at__isnull=False),
                name="awards_reflection_answered_with_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.month}-month reflection"


class Progress(models.TextChoices):
    NOT_STARTED = "not_started", "Not started"
    UNDER_WAY = "under_way", "Under way"
    ACHIEVED = "achieved", "Achieved"
    CHANGED = "changed", "Changed: we now do something else"


class ReflectionAnswer(models.Model):
    """How far one priority has got, in the school's words."""

    reflection = models.ForeignKey(
        Reflection, on_delete=models.CASCADE, related_name="answers"
    )
    priority = models.ForeignKey(
        Priority, on_delete=models.PROTECT, related_name="reflection_answers"
    )
    progress = models.CharField(max_length=12, choices=Progress)
    what_helped = models.TextField(blank=True)

    class Meta:
        ordering = ("priority__number",)
        constraints = (
            models.UniqueConstraint(
                fields=["reflection", "priority"], name="awards_reflectionanswer_once"
            ),
            models.CheckConstraint(
                condition=Q(progress__in=Progress.values),
                name="awards_reflectionanswer_progress_known",
            ),
        )

    def __str__(self) -> str:
        return self.get_progress_display()
