"""The Music Mark step: the hub recommends a school, and what becomes of it."""

from datetime import date
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from schools.models import Contact

from .awards import Award, AwardStatus

if TYPE_CHECKING:
    from hubportal.accounts.models import User


class RecommendationState(models.TextChoices):
    """The hand-over, in its order; a school may decline at any time before it has its certificate, and the hub may
    leave it at that before anything was handed over."""

    WITHHELD = "withheld", "Not recommended"
    RECOMMENDED = "recommended", "Recommended by the hub"
    SENT = "sent", "Sent to the scheme"
    ACCEPTED = "accepted", "Accepted by the school"
    DOWNLOADED = "downloaded", "Certificate downloaded"
    DECLINED = "declined", "Declined by the school"


class RecommendationQuerySet(models.QuerySet["Recommendation"]):
    def to_hand_over(self, *, day: date) -> Self:
        """Recommended, not handed to the scheme yet, and the award still counts on that day."""
        waiting = self.filter(state=RecommendationState.RECOMMENDED, award__status=AwardStatus.CURRENT)
        return waiting.filter(award__expires_on__gte=day)

    def visible_to(self, user: "User") -> Self:
        """As with awards: officers and administrators see them all."""
        return self.all() if user.is_officer else self.none()


class Recommendation(models.Model):
    """That the hub recommends the school of an award to a national scheme, under the name the scheme had that day."""

    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="recommendation")
    scheme_name = models.CharField(max_length=120)
    wording = models.TextField(blank=True, help_text="What the school was told of it.")
    state = models.CharField(max_length=12, choices=RecommendationState, default=RecommendationState.RECOMMENDED)

    objects: ClassVar[RecommendationQuerySet] = RecommendationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=RecommendationState.values),
                name="awards_recommendation_state_known",
            ),
            models.CheckConstraint(condition=~Q(scheme_name=""), name="awards_recommendation_scheme_named"),
        )

    def __str__(self) -> str:
        return f"{self.scheme_name}: {self.get_state_display()}"


class RecommendationStep(models.Model):
    """One step of the hand-over: when, by whom, and what they noted."""

    recommendation = models.ForeignKey(Recommendation, on_delete=models.CASCADE, related_name="steps")
    state = models.CharField(max_length=12, choices=RecommendationState)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    by_contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=RecommendationState.values),
                name="awards_recommendationstep_state_known",
            ),
            models.CheckConstraint(
                condition=Q(by__isnull=True) | Q(by_contact__isnull=True),
                name="awards_recommendationstep_one_author",
            ),
        )

    def __str__(self) -> str:
        return self.get_state_display()
