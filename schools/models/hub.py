"""The hub's own profile."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q


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

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(pk=1), name="schools_hubprofile_only_one"),)

    def __str__(self) -> str:
        return self.name
