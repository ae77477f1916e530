"""Check a certificate."""

from django import forms
from django.core.exceptions import ValidationError

from awards.queries import find_certificate
from hubportal.forms import PortalForm


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
