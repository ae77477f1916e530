"""Settling what was promised, moving it, and choosing which promises a list shows."""

from typing import Any

from django import forms

from audits.models import Promise
from audits.queries import PromiseFilters, owner_in_words
from audits.services.promises import LONGEST_NOTE
from hubportal.accounts.models import User
from hubportal.forms import PortalForm

TOO_LONG = "This may have at most %(limit_value)d characters; it has %(show_value)d. Please shorten it."


def words_field(*, label: str, help_text: str, required: str = "") -> forms.CharField:
    """A few words; `required` is the sentence for when there are none."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=bool(required),
        max_length=LONGEST_NOTE,
        error_messages={"required": required, "max_length": TOO_LONG},
        widget=forms.Textarea(attrs={"rows": "3"}),
    )


class KeepPromiseForm(PortalForm, forms.Form):
    """It was done."""

    note = words_field(label="What was done", help_text="For the record of the hub; a few words are enough.")


class OwnPromiseForm(PortalForm, forms.Form):
    """A school says that its own side is done."""

    note = words_field(label="What did you do?", help_text="A few words, if you like. The hub reads them.")


class GiveUpPromiseForm(PortalForm, forms.Form):
    """It will not be done."""

    reason = words_field(
        label="Why it was given up",
        help_text="It stays with the promise, and in the school’s timeline.",
        required="Say in a few words why it was given up.",
    )


class MovePromiseForm(PortalForm, forms.Form):
    """Another day; for what the hub promised perhaps another person."""

    due_on = forms.DateField(label="By when")
    owner = forms.ModelChoiceField(
        User.objects.none(),
        label="Who at the hub",
        empty_label="Choose a person",
        error_messages={"required": "Choose who at the hub sees to it."},
    )

    def __init__(self, *args: Any, promise: Promise, **kwargs: Any) -> None:
        is_owned = bool(owner_in_words(promise))
        kwargs["initial"] = {"due_on": promise.due_on, "owner": promise.owner_id if is_owned else None}
        super().__init__(*args, **kwargs)
        if promise.is_of_hub:
            self.fields["owner"].queryset = User.objects.officers()  # type: ignore[attr-defined]
        else:
            del self.fields["owner"]


class PromiseFilterForm(PortalForm, forms.Form):
    """The list's filters. Whatever is not a choice counts as no choice: an old bookmark still opens the list."""

    marks_optional = False

    q = forms.CharField(label="School or URN", required=False, widget=forms.TextInput(attrs={"type": "search"}))
    whose = forms.ChoiceField(
        label="Whose",
        required=False,
        choices=[("", "Everybody’s"), ("mine", "Mine"), ("nobody", "Without an owner at the hub")],
    )
    status = forms.ChoiceField(
        label="State",
        required=False,
        choices=[("", "Open"), ("late", "Late"), ("kept", "Done"), ("given_up", "Given up"), ("all", "All")],
    )

    def filters(self) -> PromiseFilters:
        """What was asked for and makes sense."""
        self.is_valid()
        return PromiseFilters(**{name: value for name, value in self.cleaned_data.items() if value})
