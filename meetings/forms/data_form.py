"""The short data form, filled in by the school. Every question may stay empty."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django import forms

from hubportal.forms import PortalForm
from meetings.models import DATA_FORM_FIELDS, DataForm
from meetings.queries import answer_words
from meetings.rules import SchoolFacts, doubtful_facts

HINTS = {
    "pupils": "From the Department for Education's register, where you have not changed it.",
    "classes_with_weekly_music": "Classes that have a curriculum music lesson every week of the year.",
    "whole_class_pupils": "For example a term or more of whole-class ukulele or brass.",
    "instrumental_pupils": "One to one or in small groups, in school, whoever teaches them.",
    "ensembles": "Name of the group, about how many pupils, how often it meets.",
    "has_published_plan": "The summary of the school's music development plan that the Department asks for.",
    "anything_else": "Please name no pupils.",
}
PLAN_CHOICES = (("True", "Yes"), ("False", "No"), ("unknown", "Not sure"))


COLLISION = (
    "Choose which answer stays: somebody else changed “{question}” while you had the form open. Nothing is saved yet."
)
YOURS, THEIRS = "yours", "theirs"


class DataFormForm(PortalForm, forms.ModelForm):
    """The questions. The page brings along what it was opened with (`loaded`), so that two people may fill it in at
    once; an answer that both changed comes back with both to choose from."""

    marks_optional = False

    has_published_plan = forms.NullBooleanField(
        label="Is a summary of your music development plan on the school’s website?",
        widget=forms.RadioSelect(choices=PLAN_CHOICES),
    )

    class Meta:
        model = DataForm
        fields = DATA_FORM_FIELDS
        help_texts = HINTS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.IntegerField):
                field.error_messages["min_value"] = "Enter 0 or a larger number."
                field.error_messages["max_value"] = "That number is too large to be right: check it."
        self.fields["has_published_plan"].help_text = HINTS["has_published_plan"]
        self.loaded: dict[str, object] = {name: self._loaded(name) for name in DATA_FORM_FIELDS}
        for name in DATA_FORM_FIELDS:
            if f"stays_{name}" in self.data:
                self._add_choice(name)

    def _loaded(self, name: str) -> object:
        """What the page was opened with: what it brings along or, on a first visit, what is stored."""
        with suppress(KeyError, forms.ValidationError):
            return self.fields[name].clean(self.data[f"loaded_{name}"])
        return getattr(self.instance, name)

    @property
    def loaded_inputs(self) -> list[tuple[str, str]]:
        """Names and values of the hidden inputs by which the page brings along what it was opened with."""
        return [(f"loaded_{name}", "" if value is None else str(value)) for name, value in self.loaded.items()]

    # --- An answer that two people changed --------------------------------------------------------

    def offer_choice(self, saved: Mapping[str, object]) -> None:
        """Show these answers of somebody else (`saved`, by field) beside this person's own, to choose from."""
        self.data = {**dict(self.data.items()), **{f"stays_{name}": YOURS for name in saved}}
        for name, value in saved.items():
            self.loaded[name] = value
            self._add_choice(name)
            self.add_error(f"stays_{name}", COLLISION.format(question=self.fields[name].label))

    def _add_choice(self, name: str) -> None:
        yours, theirs = self._typed_words(name), answer_words(self.loaded[name])
        choices = ((YOURS, f"Yours, as it stands above: {yours}"), (THEIRS, f"The other, saved meanwhile: {theirs}"))
        label = f"Two answers to “{self.fields[name].label}”"
        self.fields[f"stays_{name}"] = forms.ChoiceField(
            label=label, choices=choices, required=False, widget=forms.RadioSelect
        )
        order = [[each, f"stays_{each}"] for each in DATA_FORM_FIELDS]
        self.order_fields([each for pair in order for each in pair])

    def _typed_words(self, name: str) -> str:
        typed = self.data.get(name, "")
        with suppress(forms.ValidationError):
            typed = self.fields[name].clean(typed)
        return answer_words(typed)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, value in self.loaded.items():
            if cleaned.get(f"stays_{name}") == THEIRS:
                self.errors.pop(name, None)
                cleaned[name] = value
        return cleaned

    @property
    def doubts(self) -> dict[str, str]:
        """Answers that can hardly be right, by field: shown beside it, never refused."""
        return doubtful_facts(facts_of(self.instance))


def facts_of(data_form: DataForm) -> SchoolFacts:
    """The numbers of a data form for the rules."""
    return SchoolFacts(
        pupils=data_form.pupils,
        classes=data_form.classes,
        classes_with_weekly_music=data_form.classes_with_weekly_music,
        minutes_a_week=data_form.minutes_a_week,
        whole_class_pupils=data_form.whole_class_pupils,
        instrumental_pupils=data_form.instrumental_pupils,
        instrumental_pupil_premium=data_form.instrumental_pupil_premium,
    )
