"""The outbox. A mail is a row first, written in the same transaction as the change it reports."""

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class EmailStatus(models.TextChoices):
    QUEUED = "queued", "Waiting to go"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"
    HELD = "held", "Held back"
    JOINED = "joined", "Went with another mail"


class Pace(models.TextChoices):
    """How soon a mail has to go; its kind says which."""

    AT_ONCE = "at_once", "At once"
    SCHOOL_DAY = "school_day", "On a school day"
    PACED = "paced", "On a school day, within the daily number"


class IncomingSort(models.TextChoices):
    """What a mail that came in is."""

    WITHDRAWAL = "withdrawal", "Withdrawal"
    BOUNCE = "bounce", "Could not be delivered"
    DELAY = "delay", "Delivery delayed"
    AUTOMATIC = "automatic", "Automatic answer"
    OTHER = "other", "Something else"


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
    pace = models.CharField(max_length=10, choices=Pace, default=Pace.AT_ONCE)
    counted_on = models.DateField(
        null=True, blank=True, help_text="The day in whose number a paced mail was sent, in Europe/London."
    )
    joined_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts", help_text="The mail it went in."
    )
    held_at = models.DateTimeField(null=True, blank=True)
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    edited_at = models.DateTimeField(null=True, blank=True)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
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
            models.Index(F("counted_on"), condition=Q(counted_on__isnull=False), name="mail_email_counted"),
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
            models.CheckConstraint(condition=Q(pace__in=Pace.values), name="mail_email_pace_known"),
            models.CheckConstraint(
                condition=Q(counted_on__isnull=True) | Q(pace="paced"), name="mail_email_counted_is_paced"
            ),
            models.CheckConstraint(
                condition=Q(status="joined", joined_into__isnull=False)
                | (~Q(status="joined") & Q(joined_into__isnull=True)),
                name="mail_email_joined_into_another",
            ),
            models.CheckConstraint(
                condition=Q(status="held", held_at__isnull=False, held_by__isnull=False)
                | (~Q(status="held") & Q(held_at__isnull=True, held_by__isnull=True)),
                name="mail_email_held_in_full",
            ),
            models.CheckConstraint(
                condition=Q(edited_at__isnull=True, edited_by__isnull=True)
                | Q(edited_at__isnull=False, edited_by__isnull=False),
                name="mail_email_edited_in_full",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def went_at(self) -> datetime | None:
        """When it was sent, by itself or within the mail it was joined into; a list selects `joined_into` too."""
        return self.joined_into.sent_at if self.joined_into else self.sent_at


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


class EarlierText(models.Model):
    """What a mail said before somebody edited it while it was held back."""

    email = models.ForeignKey(Email, on_delete=models.CASCADE, related_name="earlier_texts")
    subject = models.CharField(max_length=200)
    body_text = models.TextField()
    replaced_at = models.DateTimeField()
    replaced_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("-replaced_at", "-id")

    def __str__(self) -> str:
        return f"{self.email_id} until {self.replaced_at:%Y-%m-%d %H:%M}"


class IncomingEmailQuerySet(models.QuerySet["IncomingEmail"]):
    def for_staff(self) -> Self:
        """What nobody but a person can deal with, and nobody has yet."""
        return self.filter(needs_staff=True, handled_at__isnull=True)


class IncomingEmail(models.Model):
    """A mail that came to the hub's mailbox for answers, and what became of it."""

    message_id = models.CharField(max_length=300, unique=True, help_text="The same mail is never taken in twice.")
    received_at = models.DateTimeField(help_text="When the mailbox was read.")
    from_address = models.EmailField(blank=True)
    subject = models.CharField(max_length=200, blank=True)
    body_text = models.TextField(blank=True, help_text="The first lines, so that staff can tell what it is about.")
    sort = models.CharField(max_length=12, choices=IncomingSort)
    about = models.ForeignKey(
        Email, on_delete=models.SET_NULL, null=True, blank=True, related_name="answers", help_text="What it answers."
    )
    outcome = models.CharField(max_length=300, blank=True, help_text="What the portal did, in a sentence.")
    needs_staff = models.BooleanField(default=False)
    handled_at = models.DateTimeField(null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects: ClassVar[IncomingEmailQuerySet] = IncomingEmailQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-received_at", "-id")
        constraints = (
            models.CheckConstraint(condition=Q(sort__in=IncomingSort.values), name="mail_incomingemail_sort_known"),
            models.CheckConstraint(
                condition=Q(handled_at__isnull=True, handled_by__isnull=True)
                | Q(handled_at__isnull=False, handled_by__isnull=False),
                name="mail_incomingemail_handled_in_full",
            ),
        )

    def __str__(self) -> str:
        return f"{self.sort} {self.pk}"


class HubSentence(models.Model):
    """The hub's own words in one place of one mail, instead of those that come with the portal."""

    kind = models.CharField(max_length=40, help_text="Which mail, as in `Email.kind`.")
    place = models.CharField(max_length=40, help_text="Where in it, such as opening.")
    text = models.TextField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ("kind", "place")
        constraints = (
            models.UniqueConstraint(fields=["kind", "place"], name="mail_hubsentence_once"),
            models.CheckConstraint(condition=~Q(text=""), name="mail_hubsentence_not_empty"),
        )

    def __str__(self) -> str:
        return f"{self.kind}: {self.place}"
