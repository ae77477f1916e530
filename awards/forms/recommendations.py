"""The hand-over to a national scheme."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet

from awards.models import Recommendation, RecommendationState
from awards.queries.recommendations import TO_HAND_OVER, RecommendationFilters
from awards.rules.recommendations import OF_SCHOOL, Verb
from awards.services.recommendations import LONGEST_NOTE
from hubportal.form_fields import TypedText
from hubportal.forms import PortalForm

TOO_LONG = "This may have at most %(limit_value)d characters; it has %(show_value)d. Please shorten it."


class RecommendationFilterForm(PortalForm, forms.Form):
    """The list's filters. Whatever is not a choice counts as no choice: an old bookmark still opens the list."""

    marks_optional = False

    q = forms.CharField(label="School or URN", required=False, widget=forms.TextInput(attrs={"type": "search"}))
    state = forms.ChoiceField(
        label="State",
        required=False,
        choices=[
            (TO_HAND_OVER, "To hand over"),
            ("", "All"),
            *RecommendationState.choices[2:],
            ("withheld", "Not recommended"),
        ],
    )
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any], *args: Any, **kwargs: Any) -> None:
        given = {name: data.get(name, "") for name in ("q", "sort")}
        # With nothing asked, or nonsense, it is what is to be handed over; empty means all.
        known = ("", *RecommendationState.values)
        given["state"] = asked if (asked := data.get("state")) in known else TO_HAND_OVER
        super().__init__(given, *args, **kwargs)

    def filters(self) -> RecommendationFilters:
        """What was asked for and makes sense."""
        self.is_valid()
        asked = self.cleaned_data
        return RecommendationFilters(
            q=asked.get("q", ""), state=asked.get("state", TO_HAND_OVER), sort=asked.get("sort") or "since"
        )


class HandOverListForm(forms.Form):
    """Which of the schools on the page have been handed over; `among` are those this person may see."""

    chosen = forms.ModelMultipleChoiceField(
        Recommendation.objects.none(),
        error_messages={
            "required": "Tick the schools that you have handed over.",
            "invalid_choice": "One of these schools is no longer in the list. Look at it again, then mark the rest.",
            "invalid_pk_value": "One of these schools is no longer in the list. Look at it again, then mark the rest.",
        },
    )

    def __init__(self, *args: Any, among: QuerySet[Recommendation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["chosen"]
        assert isinstance(chosen, forms.ModelMultipleChoiceField)
        chosen.queryset = among


class SchoolStepForm(forms.Form):
    """A step that is the school's to say."""

    verb = forms.TypedChoiceField(choices=[(verb, verb) for verb in OF_SCHOOL], coerce=Verb)


class RecommendationNoteForm(PortalForm, forms.Form):
    """A few words with a step."""

    note = TypedText(
        label="Why",
        help_text="For hub staff. It stays with the award.",
        max_length=LONGEST_NOTE,
        error_messages={"required": "Say in a few words why.", "max_length": TOO_LONG},
    )
