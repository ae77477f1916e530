"""Forms about the hub itself, for administrators."""

from typing import Any

from django import forms

from hubportal.form_fields import TypedText
from hubportal.forms import PortalForm
from schools.models import HubProfile
from schools.services import LARGEST_PICTURE_FILE

NOT_THEIRS = {"autocomplete": "off"}
# They stand in subjects of mails and on one line of a certificate.
ONE_LINE = ("name", "award_name", "contact_phone", "signatory_name", "signatory_role", "recognition_name")


class HubProfileForm(PortalForm, forms.ModelForm):
    """How the hub names itself, what its certificates look like, and how it works."""

    website = forms.URLField(required=False, assume_scheme="https")

    class Meta:
        model = HubProfile
        fields = (
            "name", "award_name", "contact_email", "contact_phone", "website", "accent_colour",
            "certificate_design", "signatory_name", "signatory_role", "needs_second_reader",
            "recognition_name", "recognition_text",
        )  # fmt: skip
        field_classes = dict.fromkeys(ONE_LINE, TypedText)
        labels = {
            "name": "Name of the hub",
            "award_name": "Name of the award",
            "contact_email": "E-mail address for schools",
            "contact_phone": "Telephone number for schools",
            "accent_colour": "Accent colour",
            "certificate_design": "Design of certificates",
            "signatory_name": "Who signs certificates",
            "signatory_role": "Their role",
            "needs_second_reader": "A colleague reads each outcome pack before it goes",
            "recognition_name": "Name of the Music Mark scheme",
            "recognition_text": "What schools read about it",
        }
        help_texts = {
            "name": "As on pages, in mails and on certificates.",
            "contact_email": "Stands in every mail and at the foot of every page.",
            "accent_colour": (
                "A # and six digits, such as #6b2d5c. Where it would be hard to read, we darken or lighten it."
            ),
            "certificate_design": "For certificates from now on. Those that have been issued stay as they are.",
            "recognition_text": "Goes to a school that the hub recommends.",
        }
        widgets = {
            "certificate_design": forms.RadioSelect,
            "contact_email": forms.EmailInput(attrs=NOT_THEIRS),
            "contact_phone": forms.TextInput(attrs=NOT_THEIRS | {"inputmode": "tel"}),
            "accent_colour": forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "none"}),
        }


class HubPictureForm(PortalForm, forms.Form):
    """A file with the hub's logo, or with a signature."""

    file = forms.FileField(
        label="Picture",
        help_text="A PNG or JPEG file of at most 4 MB. About 600 pixels wide prints well.",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
        error_messages={"empty": "This file is empty. Choose the picture again."},
    )

    def clean_file(self) -> Any:
        """No more of the file than a picture may have: one byte more tells the service that it is too large."""
        return self.cleaned_data["file"].read(LARGEST_PICTURE_FILE + 1)
