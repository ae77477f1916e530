"""The outcome pack: read by a colleague where that is wanted, sent once, and kept as it went."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone

from hubportal.mail.models import Email

from .awards import Award


class OutcomePack(models.Model):
    """The one e-mail after the meeting. It exists once it is sent, it is sent once, and the database keeps it as it
    went."""

    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="outcome_pack")
    email = models.OneToOneField(Email, on_delete=models.PROTECT, related_name="outcome_pack")
    sha256 = models.CharField(
        max_length=64, blank=True, help_text="Over all mails and files, as they were looked at. Empty before version 5."
    )
    sent_at = models.DateTimeField(default=timezone.now)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"outcome pack of award {self.award_id}"


class PackFile(models.Model):
    """A file of a pack that was sent: its bytes and their fingerprint never change."""

    pack = models.ForeignKey(OutcomePack, on_delete=models.PROTECT, related_name="files")
    position = models.PositiveSmallIntegerField()
    filename = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=["pack", "position"], name="awards_packfile_position_once"),
            models.UniqueConstraint(fields=["pack", "filename"], name="awards_packfile_name_once"),
            models.CheckConstraint(
                condition=Q(
                    sha256=Func(
                        Func(F("content"), function="sha256", output_field=models.BinaryField()),
                        Value("hex"),
                        function="encode",
                        output_field=models.CharField(),
                    )
                ),
                name="awards_packfile_fingerprint_true",
            ),
        )

    def __str__(self) -> str:
        return self.filename


class PackReadingQuerySet(models.QuerySet["PackReading"]):
    def waiting(self) -> Self:
        """Asked for, not answered yet, and the pack has not gone meanwhile."""
        return self.filter(answered_at__isnull=True, award__outcome_pack__isnull=True)


class PackReading(models.Model):
    """A second pair of eyes on a pack before it goes: who asked, who read which version of it, and what they say."""

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="pack_readings")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    is_fine = models.BooleanField(null=True, blank=True)
    note = models.TextField(blank=True, help_text="What should change. For hub staff only.")
    sha256 = models.CharField(max_length=64, blank=True, help_text="Fingerprint of what was read.")

    objects: ClassVar[PackReadingQuerySet] = PackReadingQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-asked_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=~Q(reader=F("asked_by")),
                name="awards_packreading_by_a_colleague",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, is_fine__isnull=True, sha256="", note="")
                | (Q(answered_at__isnull=False, is_fine=True) & ~Q(sha256=""))
                | (Q(answered_at__isnull=False, is_fine=False) & ~Q(sha256="") & ~Q(note="")),
                name="awards_packreading_answered_in_full",
            ),
            models.UniqueConstraint(
                fields=["award"],
                condition=Q(answered_at__isnull=True),
                name="awards_packreading_one_waiting",
            ),
        )

    def __str__(self) -> str:
        return f"reading of the pack of award {self.award_id}"
