"""Another level than the rules give: proposed by one officer in writing, agreed by a second."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from audits.models import Audit

from .levels import AwardLevel

if TYPE_CHECKING:
    from hubportal.accounts.models import User


class OverrideState(models.TextChoices):
    PROPOSED = "proposed", "Waits for a second officer"
    AGREED = "agreed", "Agreed by a second officer"
    DECLINED = "declined", "Not agreed"
    TAKEN_BACK = "taken_back", "Taken back"


class LevelOverrideQuerySet(models.QuerySet["LevelOverride"]):
    def visible_to(self, user: "User") -> Self:
        """As with awards: officers and administrators see them all."""
        return self.all() if user.is_officer else self.none()

    def waiting(self) -> Self:
        return self.filter(state=OverrideState.PROPOSED)

    def standing(self) -> Self:
        """Those that count or may come to count; an audit has at most one."""
        return self.filter(state__in=[OverrideState.PROPOSED, OverrideState.AGREED])


class LevelOverride(models.Model):
    """An officer finds that another level fits a school than the rules give, and says why. It counts once a second
    officer has agreed; the reason goes to the school."""

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="level_overrides")
    rules_level = models.CharField(max_length=16, choices=AwardLevel)
    level = models.CharField(max_length=16, choices=AwardLevel)
    reason = models.TextField(help_text="Why; the school reads it.")
    state = models.CharField(max_length=10, choices=OverrideState, default=OverrideState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    answer_note = models.TextField(blank=True, help_text="What the second officer says. For hub staff only.")

    objects: ClassVar[LevelOverrideQuerySet] = LevelOverrideQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-proposed_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(level__in=AwardLevel.values, rules_level__in=AwardLevel.values),
                name="awards_override_levels_known",
            ),
            models.CheckConstraint(
                condition=~Q(level=F("rules_level")),
                name="awards_override_is_another_level",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="awards_override_has_reason"),
            models.CheckConstraint(
                condition=Q(state="proposed", answered_at__isnull=True, answered_by__isnull=True)
                | Q(state="taken_back", answered_at__isnull=False, answered_by=F("proposed_by"))
                | (
                    Q(state__in=["agreed", "declined"], answered_at__isnull=False, answered_by__isnull=False)
                    & ~Q(answered_by=F("proposed_by"))
                ),
                name="awards_override_by_two_officers",
            ),
            models.UniqueConstraint(
                fields=["audit"],
                condition=Q(state__in=["proposed", "agreed"]),
                name="awards_override_one_standing",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_level_display()} instead of {self.get_rules_level_display()}"
