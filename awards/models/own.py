"""What a school adds of its own accord: notes on its priorities, and whether its award is shown in public."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from audits.models import Priority
from schools.models import Contact, School


class ProgressNote(models.Model):
    """What the school notes of a priority between two conversations. Notes are added, never changed."""

    priority = models.ForeignKey(Priority, on_delete=models.PROTECT, related_name="progress_notes")
    text = models.TextField()
    written_at = models.DateTimeField(default=timezone.now)
    by_contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-written_at", "-pk")
        constraints = (models.CheckConstraint(condition=~Q(text=""), name="awards_progressnote_not_empty"),)

    def __str__(self) -> str:
        return f"note of {self.written_at:%Y-%m-%d}"


class PublicListingQuerySet(models.QuerySet["PublicListing"]):
    def standing(self) -> Self:
        return self.filter(ended_at__isnull=True)


class PublicListing(models.Model):
    """A school's leave to stand in the public register of award holders, with its wording; it may be ended again."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="public_listings")
    wording = models.TextField(help_text="What the school agreed to, word for word.")
    listed_at = models.DateTimeField(default=timezone.now)
    listed_by = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects: ClassVar[PublicListingQuerySet] = PublicListingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-listed_at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=["school"],
                condition=Q(ended_at__isnull=True),
                name="awards_listing_one_standing",
            ),
            models.CheckConstraint(condition=~Q(wording=""), name="awards_listing_with_wording"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True) | Q(ended_at__gte=F("listed_at")),
                name="awards_listing_times_in_order",
            ),
        )

    def __str__(self) -> str:
        return f"listing of school {self.school_id}"
