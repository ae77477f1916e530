"""Who changed what in an audit, word for word: one row for each change that the portal has acknowledged."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from schools.models import Contact

from .audits import Audit
from .frameworks import Criterion


class ChangedField(models.TextChoices):
    """What of an audit can be changed by itself. The first seven belong to one criterion, the others to the audit."""

    SCHOOL = "school", "School's own rating"
    SCHOOL_NOTE = "school_note", "School's own words"
    OFFICER = "officer", "Officer's rating"
    AGREED = "agreed", "Agreed rating"
    NOTE = "note", "What we saw and heard"
    REASON = "reason", "Why the ratings differ"
    PARKED = "is_parked", "Parked as a possible priority"
    STRENGTHS = "strengths", "What to celebrate"
    PRIVATE_NOTE = "private_note", "Private note"
    PARKING_NOTE = "parking_note", "Parking lot"


AUDIT_FIELDS = (ChangedField.STRENGTHS, ChangedField.PRIVATE_NOTE, ChangedField.PARKING_NOTE)


class AuditChange(models.Model):
    """One field of an audit, before and after. The device that made the change gives it its `change_id`.

    The row is written in the same transaction as the change itself, so a message that arrives twice is known, and
    the history is exactly what was acknowledged. The database lets nobody rewrite it (migration 0007).
    """

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="changes")
    change_id = models.UUIDField()
    criterion = models.ForeignKey(
        Criterion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: the audit's texts.",
    )
    field = models.CharField(max_length=15, choices=ChangedField)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    version = models.PositiveIntegerField(help_text="Of the rating (or the audit's texts) after this change.")
    made_at = models.DateTimeField(help_text="When it was made, by the device's clock, never later than it was saved.")
    saved_at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    by_contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=["audit", "change_id"], name="audits_change_once"),
            models.CheckConstraint(condition=Q(field__in=ChangedField.values), name="audits_change_field_known"),
            models.CheckConstraint(
                condition=Q(criterion__isnull=True, field__in=AUDIT_FIELDS)
                | (Q(criterion__isnull=False) & ~Q(field__in=AUDIT_FIELDS)),
                name="audits_change_of_rating_or_audit",
            ),
            models.CheckConstraint(
                condition=Q(by__isnull=True) | Q(by_contact__isnull=True), name="audits_change_by_one"
            ),
            models.CheckConstraint(
                condition=Q(made_at__lte=models.F("saved_at")), name="audits_change_made_before_saved"
            ),
        )

    def __str__(self) -> str:
        return f"{self.field} of audit {self.audit_id}"
