"""What the hub and its partners offer to schools, and which criteria each offer serves."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone

from support.rules import SUGGESTION_LETTERS, TITLE_LETTERS


class ProviderKind(models.TextChoices):
    HUB = "hub", "The hub itself"
    PARTNER = "partner", "Partner of the hub"
    NATIONAL = "national", "National organisation"


class Provider(models.Model):
    """Who gives support: the hub itself, a partner, or a national organisation. No person is named here."""

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=ProviderKind, default=ProviderKind.PARTNER)
    website = models.URLField(blank=True)
    changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(Lower("name"), name="support_provider_name_once"),
            models.CheckConstraint(condition=Q(kind__in=ProviderKind.values), name="support_provider_kind_known"),
            models.UniqueConstraint(fields=["kind"], condition=Q(kind="hub"), name="support_provider_one_hub"),
            models.CheckConstraint(
                condition=Q(changed_by__isnull=True) | Q(changed_at__isnull=False),
                name="support_provider_changed_with_time",
            ),
        )

    def __str__(self) -> str:
        return self.name


class OfferKind(models.TextChoices):
    CPD = "cpd", "Training (CPD)"
    CONSULTANCY = "consultancy", "Consultancy and advice"
    MENTORING = "mentoring", "Mentoring"
    TEACHING = "teaching", "Teaching in school"
    ENSEMBLE = "ensemble", "Ensemble or event"
    INSTRUMENTS = "instruments", "Instruments and equipment"
    RESOURCE = "resource", "Resource or template"
    NETWORK = "network", "Network and visits"
    OTHER = "other", "Something else"


class OfferQuerySet(models.QuerySet["Offer"]):
    def current(self) -> Self:
        """Offers that can still be promised."""
        return self.filter(withdrawn_at__isnull=True)

    def serving(self, *, phase: str, code: str) -> Self:
        """Offers that serve this criterion of the phase's framework."""
        return self.filter(purposes__phase=phase, purposes__code=code).distinct()


class Offer(models.Model):
    """Something the hub or a partner provides: CPD, consultancy, mentoring, an ensemble, a template."""

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="offers")
    title = models.CharField(max_length=TITLE_LETTERS)
    kind = models.CharField(max_length=15, choices=OfferKind, default=OfferKind.OTHER)
    description = models.TextField(blank=True)
    website = models.URLField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="No longer offered; what was promised stays.")
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar[OfferQuerySet] = OfferQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("title",)
        constraints = (
            models.UniqueConstraint("provider", Lower("title"), name="support_offer_title_once"),
            models.CheckConstraint(condition=Q(kind__in=OfferKind.values), name="support_offer_kind_known"),
            models.CheckConstraint(
                condition=Q(withdrawn_by__isnull=True) | Q(withdrawn_at__isnull=False),
                name="support_offer_withdrawn_with_time",
            ),
            models.CheckConstraint(
                condition=Q(changed_by__isnull=True) | Q(changed_at__isnull=False),
                name="support_offer_changed_with_time",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def is_current(self) -> bool:
        return self.withdrawn_at is None


class OfferPurpose(models.Model):
    """A criterion that an offer serves, by phase and code: codes keep their meaning over a framework's versions."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="purposes")
    phase = models.CharField(max_length=10)
    code = models.CharField(max_length=20)
    when_red = models.BooleanField(default=True, help_text="A good first step when the criterion is red.")
    when_amber = models.BooleanField(default=True, help_text="A good step when the criterion is amber.")

    class Meta:
        ordering = ("phase", "code")
        constraints = (
            models.UniqueConstraint(fields=["offer", "phase", "code"], name="support_purpose_once"),
            models.CheckConstraint(condition=Q(phase__in=["primary", "secondary"]), name="support_purpose_phase_known"),
            models.CheckConstraint(
                condition=Q(when_red=True) | Q(when_amber=True), name="support_purpose_when_red_or_amber"
            ),
        )

    def __str__(self) -> str:
        return f"{self.phase} {self.code}"


class OfferDuty(models.Model):
    """A duty of the hub that an offer serves, by its code in the file of duties (`support/data/hub_duties.yaml`)."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="duties")
    code = models.CharField(max_length=20)

    class Meta:
        ordering = ("code",)
        verbose_name_plural = "offer duties"
        constraints = (models.UniqueConstraint(fields=["offer", "code"], name="support_duty_once"),)

    def __str__(self) -> str:
        return self.code


class SuggestedWhen(models.TextChoices):
    RED = "red", "Red"
    AMBER = "amber", "Amber"


class TakenSuggestion(models.Model):
    """A line of support that a framework suggests for a criterion, and the offer that was made of it.

    What was taken once is never taken again, so that an offer which staff renamed, withdrew or gave other criteria
    stays as they left it.
    """

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="suggestions")
    phase = models.CharField(max_length=10)
    code = models.CharField(max_length=20)
    when = models.CharField(max_length=5, choices=SuggestedWhen)
    text = models.CharField(max_length=SUGGESTION_LETTERS, help_text="The framework's own words.")
    taken_at = models.DateTimeField(default=timezone.now, editable=False)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty when taken from the command line.",
    )

    class Meta:
        ordering = ("phase", "code", "when", "pk")
        constraints = (
            models.UniqueConstraint("phase", "code", "when", Lower("text"), name="support_suggestion_taken_once"),
            models.CheckConstraint(
                condition=Q(phase__in=["primary", "secondary"]), name="support_suggestion_phase_known"
            ),
            models.CheckConstraint(condition=Q(when__in=SuggestedWhen.values), name="support_suggestion_when_known"),
        )

    def __str__(self) -> str:
        return f"{self.phase} {self.code} {self.when}: {self.text}"
