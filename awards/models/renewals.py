"""Renewal: after three years the school is invited again."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from hubportal.mail.models import Email
from schools.models import SchoolStatus

from .awards import Award, AwardStatus


class RenewalQuerySet(models.QuerySet["Renewal"]):
    def standing(self) -> Self:
        """Of awards that are still their school's current one, at schools that are open."""
        return self.filter(award__status=AwardStatus.CURRENT).exclude(award__school__status=SchoolStatus.CLOSED)

    def due(self, *, as_of: date) -> Self:
        """Invitations that are due as of this day and not yet queued."""
        return self.standing().filter(due_on__lte=as_of, queued_at__isnull=True)


class Renewal(models.Model):
    """The invitation to the next conversation: planned with the award, sent once, and one reminder after it."""

    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="renewal")
    due_on = models.DateField(help_text="The day the invitation is due: some weeks before the award ends.")
    queued_at = models.DateTimeField(null=True, blank=True)
    email = models.OneToOneField(Email, on_delete=models.PROTECT, null=True, blank=True, related_name="renewal")
    reminded_at = models.DateTimeField(null=True, blank=True)
    reminder_email = models.OneToOneField(
        Email, on_delete=models.PROTECT, null=True, blank=True, related_name="renewal_reminder"
    )

    objects: ClassVar[RenewalQuerySet] = RenewalQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("due_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(queued_at__isnull=True, email__isnull=True)
                | Q(queued_at__isnull=False, email__isnull=False),
                name="awards_renewal_queued_in_full",
            ),
            models.CheckConstraint(
                condition=Q(reminded_at__isnull=True, reminder_email__isnull=True)
                | Q(reminded_at__gte=F("queued_at"), reminder_email__isnull=False),
                name="awards_renewal_reminded_after_invitation",
            ),
        )

    def __str__(self) -> str:
        return f"renewal of award {self.award_id}"
