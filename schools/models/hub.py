"""The hub's own profile, and its pictures."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Func, Q, Value
from django.utils import timezone


class CertificateDesign(models.TextChoices):
    """How a certificate is set; the words are the same in each."""

    CLASSIC = "classic", "Classic: a framed page with a medal"
    MODERN = "modern", "Modern: a band of colour and a large level"
    PLAIN = "plain", "Plain: black on white, made for the school's own printer"


class HubProfile(models.Model):
    """The hub that runs this portal: how it names itself on pages, mails and certificates. Exactly one row."""

    name = models.CharField(max_length=120, default="Music Hub")
    award_name = models.CharField(max_length=120, default="Developing Quality Award")
    accent_colour = models.CharField(
        max_length=7,
        default="#6b2d5c",
        validators=[
            RegexValidator(
                r"^#[0-9a-fA-F]{6}$",
                "Give the colour as # and six digits, for example #6b2d5c.",
            )
        ],
    )
    contact_email = models.EmailField(default="music@hub.example.org")
    contact_phone = models.CharField(max_length=30, blank=True)
    website = models.URLField(blank=True)
    signatory_name = models.CharField(max_length=120, default="Head of the Music Hub")
    signatory_role = models.CharField(max_length=120, blank=True)
    recognition_name = models.CharField(
        "Music Mark scheme",
        max_length=120,
        default="Music Mark of Recognition",
        help_text="The scheme changed its name in 2025 and may again.",
    )
    recognition_text = models.TextField(
        default="We are glad to recommend your school to Music Mark. Music Mark will write to you with three pledges "
        "to accept and the certificate that goes with them."
    )

    certificate_design = models.CharField(max_length=10, choices=CertificateDesign, default=CertificateDesign.CLASSIC)
    needs_second_reader = models.BooleanField(
        "a colleague reads each outcome pack before it goes",
        default=False,
        help_text="Otherwise officers may ask for a second reader, and need not.",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(pk=1), name="schools_hubprofile_only_one"),
            models.CheckConstraint(
                condition=Q(certificate_design__in=CertificateDesign.values),
                name="schools_hubprofile_design_known",
            ),
        )

    def __str__(self) -> str:
        return self.name


class HubPictureKind(models.TextChoices):
    LOGO = "logo", "The hub's logo"
    SIGNATURE = "signature", "The signature on certificates"


class HubPicture(models.Model):
    """The hub's logo, and the signature on its certificates: PNG files, one of each kind."""

    kind = models.CharField(max_length=10, choices=HubPictureKind, unique=True)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    width = models.PositiveSmallIntegerField(help_text="In pixels.")
    height = models.PositiveSmallIntegerField(help_text="In pixels.")
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("kind",)
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=HubPictureKind.values),
                name="schools_hubpicture_kind_known",
            ),
            models.CheckConstraint(condition=Q(width__gt=0, height__gt=0), name="schools_hubpicture_has_a_size"),
            models.CheckConstraint(
                condition=Q(
                    sha256=Func(
                        Func(models.F("content"), function="sha256", output_field=models.BinaryField()),
                        Value("hex"),
                        function="encode",
                        output_field=models.CharField(),
                    )
                ),
                name="schools_hubpicture_fingerprint_true",
            ),
        )

    def __str__(self) -> str:
        return self.get_kind_display()
