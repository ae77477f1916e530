"""Withdrawing an award: why, whether the school is told, and a confirmation that nobody types by mistake."""

from typing import Any

from django import forms

from awards.forms.overrides import TOO_LONG
from awards.models import Award
from awards.services.withdrawing import LONGEST_REASON
from hubportal.forms import PortalForm


class WithdrawAwardForm(PortalForm, forms.Form):
    """Why, whether the school is told by mail, and the school's URN, typed."""

    reason = forms.CharField(
        label="Why is it withdrawn?",
        help_text="For hub staff only: the school does not read it.",
        max_length=LONGEST_REASON,
        error_messages={
            "required": "Say in at least a sentence why the award is withdrawn. The school does not read it.",
            "max_length": TOO_LONG,
        },
        widget=forms.Textarea(attrs={"rows": "4"}),
    )
    tells_school = forms.BooleanField(label="Tell the school by e-mail", required=False)
    urn = forms.CharField(
        label="The school’s URN, to confirm",
        max_length=20,
        error_messages={"required": "Type the school’s URN to confirm. It stands above."},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, award: Award, can_tell: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.award = award
        if not can_tell:
            del self.fields["tells_school"]
        else:
            self.fields["tells_school"].help_text = "The words are below. Without the tick nothing goes to the school."
        self.fields["urn"].help_text = "It stands above. It shows that you mean this school."

    def clean_urn(self) -> str:
        typed: str = "".join(self.cleaned_data["urn"].split())
        if typed != str(self.award.school.urn):
            raise forms.ValidationError("This is not the school’s URN. It stands above; type it as it stands there.")
        return typed
