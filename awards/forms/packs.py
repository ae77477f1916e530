"""Before an outcome pack goes, and after a certificate has: a second reader, and a correction."""

from typing import Any

from django import forms

from awards.models import Certificate
from awards.queries import may_be_asked_to_read
from hubportal.accounts.models import User
from hubportal.forms import PortalForm

LONGEST_NOTE = 2000
TOO_LONG = "This may have at most %(limit_value)d characters; it has %(show_value)d. Please shorten it."


class SecondReaderForm(PortalForm, forms.Form):
    """Whom to ask. Colleagues who are viewers see no schools, so they are not among them."""

    reader = forms.ModelChoiceField(
        User.objects.none(),
        label="Who should read it",
        help_text="An officer or an administrator. They get an e-mail, and find it on their home page.",
        empty_label="Choose a colleague",
        error_messages={
            "required": "Choose the colleague who should read it.",
            "invalid_choice": "Choose a colleague from the list: perhaps this one has left, or is the one who asks.",
        },
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reader"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = may_be_asked_to_read(besides=by)


class PackReadingForm(PortalForm, forms.Form):
    """What the second reader says. `seen` is the fingerprint of the pack on the page."""

    verdict = forms.ChoiceField(
        label="What do you say?",
        choices=(("fine", "It is fine: it can go"), ("change", "Please change something first")),
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether it is fine or should change."},
    )
    note = forms.CharField(
        label="What should change",
        help_text="Only for your colleagues; the school never reads it. Leave it empty where all is fine.",
        required=False,
        max_length=LONGEST_NOTE,
        error_messages={"max_length": TOO_LONG},
        widget=forms.Textarea(attrs={"rows": "3"}),
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("verdict") == "change" and not cleaned.get("note", "").strip():
            self.add_error("note", "Say what should change, so that your colleague can mend it.")
        return cleaned

    @property
    def is_fine(self) -> bool:
        return bool(self.cleaned_data["verdict"] == "fine")


class CorrectCertificateForm(PortalForm, forms.Form):
    """The name as it should be printed; nothing is mailed unless somebody ticks it."""

    school_name = forms.CharField(
        label="Name as it should be printed",
        help_text="We have put in the name from the register. What you type here changes this certificate only.",
        max_length=Certificate._meta.get_field("school_name").max_length,
        error_messages={"required": "Type the school’s name as it should be printed.", "max_length": TOO_LONG},
    )
    reason = forms.CharField(
        label="Why it is corrected",
        help_text="For the record of the hub; the school does not read it. Please name nobody: it is kept for good.",
        max_length=LONGEST_NOTE,
        error_messages={"required": "Say in a few words why it is corrected.", "max_length": TOO_LONG},
        widget=forms.Textarea(attrs={"rows": "2"}),
    )
    notify = forms.BooleanField(
        label="Send it to the school",
        help_text="Otherwise nothing is sent: the school finds the new certificate on its own page.",
        required=False,
    )

    def __init__(self, *args: Any, can_notify: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not can_notify:
            del self.fields["notify"]
