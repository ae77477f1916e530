"""The telephone list: which schools it shows, what came of a call, why the hub stops asking."""

from typing import Any

from django import forms

from awards.queries import CallFilters
from awards.services.reflection_calls import NOTE_AT_MOST, REASON_AT_MOST
from hubportal.forms import PortalForm
from schools.models import Area

TOO_LONG = "This may have at most %(limit_value)d characters; it has %(show_value)d. Please shorten it."


class CallFilterForm(PortalForm, forms.Form):
    """The list's filter. Whatever is not a choice counts as no choice: an old bookmark still opens the list."""

    marks_optional = False

    area = forms.ChoiceField(label="Area", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        areas = [(str(area.pk), area.name) for area in Area.objects.order_by("name")]
        self.fields["area"].choices = [("mine", "My own"), ("all", "All"), *areas]  # type: ignore[attr-defined]

    def filters(self) -> CallFilters:
        """What was asked for and makes sense."""
        self.is_valid()
        return CallFilters(area=self.cleaned_data.get("area") or "mine")


class CallForm(PortalForm, forms.Form):
    """What came of a call."""

    reached = forms.ChoiceField(
        label="Did you reach somebody?",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether you reached somebody."},
    )
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=NOTE_AT_MOST,
        help_text="For hub staff. For example when to ring again.",
        error_messages={"max_length": TOO_LONG},
        widget=forms.Textarea(attrs={"rows": "3"}),
    )

    @property
    def has_reached(self) -> bool:
        return bool(self.cleaned_data["reached"] == "yes")


class StopAskingForm(PortalForm, forms.Form):
    """Why the hub stops asking for a sheet."""

    reason = forms.CharField(
        label="Why do we stop asking?",
        max_length=REASON_AT_MOST,
        help_text="For hub staff; the school does not read it.",
        error_messages={
            "required": "Say why: whoever looks after this school next will want to know.",
            "max_length": TOO_LONG,
        },
        widget=forms.Textarea(attrs={"rows": "3"}),
    )
