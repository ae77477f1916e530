"""Proposing another level than the rules give, and answering such a proposal."""

from typing import Any

from django import forms

from awards.models import AwardLevel
from awards.queries.overrides import second_officers
from awards.services.overriding import LONGEST_WORDS
from hubportal.accounts.models import User
from hubportal.forms import PortalForm

TOO_LONG = "This may have at most %(limit_value)d characters; it has %(show_value)d. Please shorten it."


def words_field(*, label: str, help_text: str, rows: int, required: str = "") -> forms.CharField:
    """A few words; `required` is the sentence for when there are none."""
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=bool(required),
        max_length=LONGEST_WORDS,
        error_messages={"required": required, "max_length": TOO_LONG},
        widget=forms.Textarea(attrs={"rows": str(rows)}),
    )


class ProposeLevelForm(PortalForm, forms.Form):
    """Which level, why, and who is asked to agree."""

    level = forms.ChoiceField(
        label="Which level fits this school better?",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose the level that you propose.",
            "invalid_choice": "Choose the level that you propose.",
        },
    )
    reason = words_field(
        label="Why?",
        help_text="The school reads this beside its level, so write it for the school. Name no pupil, and nothing that "
        "is for the hub only.",
        rows=5,
        required="Say why in at least a sentence: the school reads it beside its level.",
    )
    reader = forms.ModelChoiceField(
        User.objects.none(),
        label="Whom do you ask for a second opinion?",
        help_text="They get an e-mail. Any other officer may answer as well.",
        required=False,
        empty_label="Whoever leads the area, or else the administrators",
    )

    def __init__(self, *args: Any, rules_level: str, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = [(value, label) for value, label in AwardLevel.choices if value != rules_level]
        self.fields["level"].choices = levels  # type: ignore[attr-defined]
        self.fields["reader"].queryset = second_officers(proposed_by=by)  # type: ignore[attr-defined]


class AgreeToLevelForm(PortalForm, forms.Form):
    """The second officer agrees."""

    note = words_field(label="A note for your colleague", help_text="For hub staff only.", rows=3)


class DeclineLevelForm(PortalForm, forms.Form):
    """The second officer does not agree."""

    note = words_field(
        label="Why do you not agree?",
        help_text="For hub staff only. Your colleague gets it by e-mail.",
        rows=3,
        required="Say in a few words why you do not agree, so that your colleague can go on.",
    )
