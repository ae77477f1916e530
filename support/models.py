"""What the hub and its partners offer to schools, and which criteria each offer serves."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone


class ProviderKind(models.TextChoices):
    HUB = "hub", "The hub itself"
    PARTNER = "partner", "Partner of the hub"
    NATIONAL = "national", "National organisation"


class Provider(models.Model):
    """Who gives support: the hub itself, a partner, or a national organisation. No person is named here."""

    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=ProviderKind, default=ProviderKind.PARTNER)
    website = models.URLField(blank=True)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(Lower("name"), name="support_provider_name_once"),
            models.CheckConstraint(condition=Q(kind__in=ProviderKind.values), name="support_provider_kind_known"),
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
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=15, choices=OfferKind, default=OfferKind.OTHER)
    description = models.TextField(blank=True)
    website = models.URLField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
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
        )

    def __str__(self) -> str:
        return self.title


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
