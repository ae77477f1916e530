"""Check a certificate."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from awards.queries import find_certificate, find_certificate_file
from hubportal.forms import PortalForm

# Our certificates have a tenth of it.
LARGEST_FILE = 2 * 1024 * 1024
TOO_LARGE = "This file is larger than 2 MB, and none of our certificates is. Choose the certificate’s PDF file."


class VerifyForm(PortalForm, forms.Form):
    """What stands on a certificate: its number, or what its code says."""

    certificate = forms.CharField(
        label="Number of the certificate",
        help_text="It stands beside the code, for example DQA-2026-0001. The address the code leads to works as well.",
        max_length=300,
        error_messages={"required": "Type the number of the certificate, for example DQA-2026-0001."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_certificate(self) -> str:
        """The key of the certificate that is meant."""
        key = find_certificate(self.cleaned_data["certificate"])
        if key is None:
            raise ValidationError(
                "We have issued no certificate with this number. Check each letter and figure, and try again."
            )
        return key


class VerifyFileForm(PortalForm, forms.Form):
    """A certificate's file, to be held against those that were issued. It is looked at in memory and kept nowhere."""

    file = forms.FileField(
        label="The certificate’s file",
        help_text="A PDF file. We compare it and keep nothing of it.",
        allow_empty_file=True,
        error_messages={"required": "Choose the certificate’s PDF file."},
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
    )

    def __init__(self, *args: Any, is_too_large: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_too_large:
            self.fields["file"].error_messages["required"] = TOO_LARGE

    def clean_file(self) -> str | None:
        """The key of the certificate that the file is byte for byte, if it is one."""
        return find_certificate_file(self.cleaned_data["file"].read())
