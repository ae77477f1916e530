"""The outbox. A mail is a row first, written in the same transaction as the change it reports."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class EmailStatus(models.TextChoices):
    QUEUED = "queued", "Waiting to go"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


class EmailQuerySet(models.QuerySet["Email"]):
    def due(self, *, now: datetime) -> Self:
        """Queued mail whose time has come."""
        return self.filter(status=EmailStatus.QUEUED, not_before__lte=now)

    def stuck(self, *, before: datetime) -> Self:
        """Claimed by a worker that never reported back."""
        return self.filter(status=EmailStatus.SENDING, claimed_at__lt=before)

    def failed(self) -> Self:
        return self.filter(status=EmailStatus.FAILED)


class Email(models.Model):
    """One mail to one address, as rendered when it was decided. Sent at least once, and all but always exactly once."""

    kind = models.CharField(
        max_length=40,
        help_text="Which mail this is, for example booking or reflection.",
    )
    dedupe_key = models.CharField(max_length=200, unique=True, help_text="Says what may happen only once.")
    to_address = models.EmailField()
    to_name = models.CharField(max_length=120, blank=True)
    subject = models.CharField(max_length=200)
    body_text = models.TextField()
    body_html = models.TextField()
    context = models.JSONField(
        default=dict,
        blank=True,
        help_text="Ids that the check at sending time needs, never personal data.",
    )
    status = models.CharField(max_length=12, choices=EmailStatus, default=EmailStatus.QUEUED)
    not_before = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    message_id = models.CharField(max_length=200, unique=True)
    last_error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[EmailQuerySet] = EmailQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = (
            models.Index(F("not_before"), condition=Q(status="queued"), name="mail_email_queued"),
            models.Index(fields=["status", "-created_at"], name="mail_email_by_status"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=EmailStatus.values),
                name="mail_email_status_known",
            ),
            models.CheckConstraint(
                condition=(Q(status="sent", sent_at__isnull=False)) | (~Q(status="sent") & Q(sent_at__isnull=True)),
                name="mail_email_sent_with_time",
            ),
            models.CheckConstraint(
                condition=~Q(status="sending") | Q(claimed_at__isnull=False),
                name="mail_email_claimed_with_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class EmailAttachment(models.Model):
    """A file as it was sent, with its fingerprint."""

    email = models.ForeignKey(Email, on_delete=models.CASCADE, related_name="attachments")
    position = models.PositiveSmallIntegerField()
    filename = models.CharField(max_length=120)
    content_type = models.CharField(max_length=100)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=["email", "position"], name="mail_emailattachment_position_once"),
        )

    def __str__(self) -> str:
        return self.filename
