"""An award: the level that followed from an agreed audit, with the reason that was true that day."""

from datetime import date
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from audits.models import Audit
from awards.rules import Level, StepWords
from hubportal.accounts.models import User
from schools.models import School

from .levels import AwardLevel
from .overrides import LevelOverride

if TYPE_CHECKING:
    from .certificates import Certificate


class AwardStatus(models.TextChoices):
    """As stored. "Expired" is not stored: it follows from `expires_on` and the day somebody asks."""

    CURRENT = "current", "Current"
    SUPERSEDED = "superseded", "Superseded by a later award"
    WITHDRAWN = "withdrawn", "Withdrawn"


class ShownStatus(models.TextChoices):
    """What an award's status is on a given day, as people read it."""

    CURRENT = "current", "Current"
    EXPIRED = "expired", "Expired"
    SUPERSEDED = "superseded", "Superseded"
    WITHDRAWN = "withdrawn", "Withdrawn"


class AwardQuerySet(models.QuerySet["Award"]):
    def current(self) -> Self:
        return self.filter(status=AwardStatus.CURRENT)

    def with_shown_status(self, *, day: date) -> Self:
        """Each with `shown_status`: what `Award.status_on` says of that day, for lists to filter and sort by."""
        has_ended = Q(status=AwardStatus.CURRENT, expires_on__lt=day) & ~Q(level=AwardLevel.WORKING_TOWARDS)
        return self.annotate(
            shown_status=Case(
                When(has_ended, then=Value(ShownStatus.EXPIRED.value)),
                default=F("status"),
                output_field=models.CharField(),
            )
        )

    def visible_to(self, user: User) -> Self:
        """Officers and administrators see every award; viewers see figures, not schools."""
        return self.all() if user.is_officer else self.none()

    def to_send(self) -> Self:
        """Decided, and the school has not heard of it yet."""
        return self.current().filter(outcome_pack__isnull=True)

    def released(self) -> Self:
        """Those the school knows of: staff looked at the outcome pack and sent it."""
        return self.filter(outcome_pack__isnull=False)


class Award(models.Model):
    """The level that followed from an agreed audit, with the reason that was true that day."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="awards")
    audit = models.OneToOneField(Audit, on_delete=models.PROTECT, related_name="award")
    level = models.CharField(max_length=16, choices=AwardLevel)
    rules_level = models.CharField(
        max_length=16, choices=AwardLevel, help_text="What the rules alone give; another level needs two officers."
    )
    override = models.OneToOneField(
        LevelOverride, on_delete=models.PROTECT, null=True, blank=True, related_name="award"
    )
    status = models.CharField(max_length=12, choices=AwardStatus, default=AwardStatus.CURRENT)
    reason = models.TextField(help_text="One sentence: why this level.")
    next_step = models.TextField(blank=True, help_text="The smallest change that reaches the next level.")
    decision = models.JSONField(help_text="Percentages and counts behind the level, frozen.")
    awarded_on = models.DateField(help_text="The day of the meeting.")
    expires_on = models.DateField(help_text="Three years later: the last day the award may be shown.")
    decided_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_reason = models.TextField(blank=True, help_text="For hub staff only.")

    objects: ClassVar[AwardQuerySet] = AwardQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-awarded_on", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(level__in=AwardLevel.values),
                name="awards_award_level_known",
            ),
            models.CheckConstraint(
                condition=Q(rules_level__in=AwardLevel.values),
                name="awards_award_rules_level_known",
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
            models.CheckConstraint(
                condition=Q(override__isnull=False) | Q(level=F("rules_level")),
                name="awards_award_level_by_rules_or_two_officers",
            ),
            models.CheckConstraint(
                condition=(
                    Q(status="withdrawn", withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                    & ~Q(withdrawn_reason="")
                )
                | (
                    ~Q(status="withdrawn")
                    & Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                ),
                name="awards_award_withdrawn_in_full",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.awarded_on:%Y}"

    @property
    def has_certificate_level(self) -> bool:
        """Working towards Bronze is shown to school and hub only and gets no certificate."""
        return self.level != AwardLevel.WORKING_TOWARDS

    @property
    def latest_certificate(self) -> "Certificate | None":
        """The certificate that counts: issued, and not replaced by a corrected one."""
        return next((one for one in self.certificates.all() if not one.is_replaced), None)

    @property
    def ends_on(self) -> date | None:
        """The last day the award may be shown. Working towards Bronze is shown to nobody and so never ends: after
        three years the school is invited again, as every school is."""
        return self.expires_on if self.has_certificate_level else None

    @property
    def next_changes(self) -> tuple[str, ...]:
        """The changes that reach the next level one by one where they are several, for a list after
        `next_step_lead`; none where `next_step` says it all."""
        changes = self.decision.get("next_step_parts", {}).get("changes", ())
        return tuple(changes) if len(changes) > 1 else ()

    @property
    def next_step_lead(self) -> str:
        """How the next step begins: "Silver needs two changes"."""
        lead: str = self.decision.get("next_step_parts", {}).get("lead", "")
        return lead

    @property
    def next_step_others(self) -> str:
        """A sentence about other sets of changes that are as small; empty where there are none, where the words say
        which, and on awards decided before it was kept."""
        others: str = self.decision.get("next_step_parts", {}).get("others", "")
        return others

    @property
    def further_steps(self) -> tuple[StepWords, ...]:
        """The smallest changes to each level beyond the next one and above this award's own; none on awards decided
        before they were kept."""
        steps = [StepWords.from_data(data) for data in self.decision.get("further_steps", ())]
        # Two officers may have agreed a higher level than the rules; the next step then leads on from theirs.
        return tuple(step for step in steps if step.level.rank > Level(self.level).rank + 1)

    @property
    def override_reason(self) -> str:
        """Why two officers gave another level than the rules, in the words of the one who proposed it; the school
        reads it. Empty where the level is that of the rules."""
        return self.override.reason if self.override else ""

    def status_on(self, day: date) -> ShownStatus:
        """What the verify page says on that day; the award may be shown up to and including its last day."""
        if self.status == AwardStatus.CURRENT and self.ends_on and day > self.ends_on:
            return ShownStatus.EXPIRED
        return ShownStatus(self.status)
