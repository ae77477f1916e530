"""Certificates as issued."""

import secrets
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Length
from django.utils import timezone

from schools.models import CertificateDesign

from .awards import Award


def new_certificate_key() -> str:
    """An unguessable address for the verify page: 128 random bits as 22 URL-safe characters."""
    return secrets.token_urlsafe(16)


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def with_replacement(self) -> Self:
        """Together with the certificate that replaced each; instead of the files themselves their size in bytes."""
        return self.select_related("replaced_by").defer("pdf", "replaced_by__pdf").annotate(size=Length("pdf"))


class Certificate(models.Model):
    """A certificate as issued: bytes, fingerprint and number never change. A correction is a new one."""

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="certificates")
    number = models.CharField(max_length=20, unique=True)
    key = models.CharField(max_length=22, unique=True, default=new_certificate_key, editable=False)
    school_name = models.CharField(max_length=200, help_text="As printed.")
    design = models.CharField(max_length=10, choices=CertificateDesign, default=CertificateDesign.CLASSIC)
    reason = models.TextField(blank=True, help_text="Why it was issued in place of an earlier one.")
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    issued_at = models.DateTimeField(default=timezone.now)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
    )

    objects: ClassVar[CertificateQuerySet] = CertificateQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-issued_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["award"],
                condition=Q(replaces__isnull=True),
                name="awards_certificate_one_original",
            ),
            models.CheckConstraint(
                condition=~Q(replaces=F("id")),
                name="awards_certificate_not_its_own_correction",
            ),
            models.CheckConstraint(
                condition=Q(design__in=CertificateDesign.values),
                name="awards_certificate_design_known",
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True, reason="") | (Q(replaces__isnull=False) & ~Q(reason="")),
                name="awards_certificate_correction_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(
                    sha256=Func(
                        Func(F("pdf"), function="sha256", output_field=models.BinaryField()),
                        Value("hex"),
                        function="encode",
                        output_field=models.CharField(),
                    )
                ),
                name="awards_certificate_fingerprint_true",
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def is_replaced(self) -> bool:
        """Whether a corrected certificate has taken its place."""
        return hasattr(self, "replaced_by")


class Credential(models.Model):
    """The Open Badges 3.0 credential of a certificate, as signed: the text and the key that signed it never change."""

    certificate = models.OneToOneField(Certificate, on_delete=models.PROTECT, related_name="credential")
    jwt = models.TextField()
    key_id = models.CharField(max_length=80)
    issued_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"credential of certificate {self.certificate_id}"


class BatchState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    WORKING = "working", "Being packed"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"


class CertificateBatch(models.Model):
    """All certificates of a term as one ZIP file, packed in the background, part by part."""

    label = models.CharField(max_length=60, help_text="As people say it: Autumn term 2026.")
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=10, choices=BatchState, default=BatchState.WAITING)
    total = models.PositiveIntegerField(default=0, help_text="Certificates in it.")
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=300, blank=True, help_text="What went wrong, for the person who asked.")

    class Meta:
        ordering = ("-asked_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=BatchState.values),
                name="awards_batch_state_known",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="awards_batch_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "working"], finished_at__isnull=True)
                | Q(state__in=["ready", "failed"], finished_at__isnull=False),
                name="awards_batch_finished_in_full",
            ),
        )

    def __str__(self) -> str:
        return self.label


class BatchPart(models.Model):
    """A stretch of a batch that one worker packs: which certificates, and the packed bytes once it is done."""

    batch = models.ForeignKey(CertificateBatch, on_delete=models.CASCADE, related_name="parts")
    position = models.PositiveSmallIntegerField()
    certificate_ids = models.JSONField(default=list)
    content = models.BinaryField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=["batch", "position"], name="awards_batchpart_position_once"),
            models.CheckConstraint(
                condition=Q(content__isnull=True, done_at__isnull=True)
                | Q(content__isnull=False, done_at__isnull=False),
                name="awards_batchpart_done_in_full",
            ),
        )

    def __str__(self) -> str:
        return f"part {self.position}"
