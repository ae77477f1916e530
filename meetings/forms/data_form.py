"""The short data form, filled in by the school. Every question may stay empty."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.html import format_html

from hubportal.forms import PortalForm
from meetings.models import DATA_FORM_FIELDS, DataForm
from meetings.queries import Suggestion, answer_words, asked_questions, facts_of
from meetings.rules import doubtful_facts

HINTS = {
    "pupils": "All pupils on roll.",
    "classes_with_weekly_music": "Classes that have a curriculum music lesson every week of the year.",
    "minutes_a_week": "Music lessons for the whole class, without assemblies and clubs.",
    "whole_class_pupils": (
        "Whole-class ensemble teaching: a class learns an instrument together, such as a term of ukulele or brass."
    ),
    "singing": "For example: singing assembly every Monday, each class ten minutes a day.",
    "instrumental_pupils": "One to one or in small groups, in school, whoever teaches them.",
    "instrumental_pupil_premium": "How many of the pupils in the question above.",
    "ensembles": "Name of the group, about how many pupils, how often it meets.",
    "ks4_pupils": "GCSE, BTEC or another course in Years 10 and 11. 0 if nobody takes one.",
    "ks5_pupils": "A level, BTEC or another course in Years 12 and 13. 0 if nobody takes one.",
    "specialist_staff": "Who teaches music and how often they are in school. Posts are enough, no names.",
    "partners": "For example the music service, a local orchestra, a choir, another school.",
    "has_published_plan": "The summary of the music development plan that the Department for Education asks for.",
    "anything_else": "Please name no pupils.",
}
PLAN_CHOICES = (("True", "Yes"), ("False", "No"), ("unknown", "Not sure"))
SECTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Your school", ("pupils", "classes")),
    ("Music in lessons", ("classes_with_weekly_music", "minutes_a_week", "whole_class_pupils")),
    ("Singing, playing and groups", ("singing", "instrumental_pupils", "instrumental_pupil_premium", "ensembles")),
    ("Examination courses", ("ks4_pupils", "ks5_pupils")),
    ("People and plans", ("specialist_staff", "partners", "has_published_plan")),
    ("Anything else", ("anything_else",)),
)


COLLISION = (
    "Choose which answer stays: somebody else changed “{question}” while you had the form open. Nothing is saved yet."
)
SOURCE = '{} <span class="question-source" data-source>{}. Not your answer until you save or send.</span>'
YOURS, THEIRS = "yours", "theirs"


@dataclass(frozen=True)
class Question:
    """One question as the page shows it."""

    box: BoundField
    # Asked only after two people changed the same answer.
    choice: BoundField | None
    # Where a prefilled answer comes from; "" for the school's own.
    source: str
    doubt: str


class DataFormForm(PortalForm, forms.ModelForm):
    """The questions. The page brings along what it was opened with (`loaded`), so that two people may fill it in at
    once; an answer that both changed comes back with both to choose from.

    `suggested` are the answers on it that the school has not given itself; `only` keeps these questions alone.
    """

    marks_optional = False

    has_published_plan = forms.NullBooleanField(
        label="Is a summary of your music development plan on the school’s website?",
        widget=forms.RadioSelect(choices=PLAN_CHOICES),
    )

    class Meta:
        model = DataForm
        fields = DATA_FORM_FIELDS
        help_texts = HINTS
        widgets = {
            name: forms.Textarea(attrs={"rows": "3"})
            for name in ("singing", "ensembles", "specialist_staff", "partners")
        }

    def __init__(
        self, *args: Any, suggested: Collection[Suggestion] = (), only: Collection[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.suggested = {suggestion.name: suggestion for suggestion in suggested}
        self.asked = tuple(name for name in asked_questions(self.instance) if not only or name in only)
        for name in set(DATA_FORM_FIELDS) - set(self.asked):
            del self.fields[name]
        for field in self.fields.values():
            if isinstance(field, forms.IntegerField):
                field.error_messages["min_value"] = "Enter 0 or a larger number."
                field.error_messages["max_value"] = "That number is too large to be right: check it."
        if "has_published_plan" in self.fields:
            self.fields["has_published_plan"].help_text = HINTS["has_published_plan"]
        self.loaded: dict[str, object] = {name: self._loaded(name) for name in self.asked}
        for name in self.asked:
            if f"stays_{name}" in self.data:
                self._add_choice(name)

    def _loaded(self, name: str) -> object:
        """What the page was opened with: what it brings along or, on a first visit, what is stored or suggested."""
        with suppress(KeyError, forms.ValidationError):
            return self.fields[name].clean(self.data[f"loaded_{name}"])
        return getattr(self.instance, name)

    @property
    def loaded_inputs(self) -> list[tuple[str, str]]:
        """Names and values of the hidden inputs by which the page brings along what it was opened with."""
        return [(f"loaded_{name}", "" if value is None else str(value)) for name, value in self.loaded.items()]

    @property
    def sections(self) -> list[tuple[str, list[Question]]]:
        """The questions under short headings; a heading without a question is left out."""
        doubts = self.doubts
        return [
            (title, [self._question(name, doubts) for name in asked])
            for title, names in SECTIONS
            if (asked := [name for name in names if name in self.asked])
        ]

    def _question(self, name: str, doubts: Mapping[str, str]) -> Question:
        box, choice = self[name], self[f"stays_{name}"] if f"stays_{name}" in self.fields else None
        suggestion = self.suggested.get(name)
        is_untouched = suggestion is not None and str(box.value()) == str(suggestion.answer)
        source = suggestion.source if suggestion and is_untouched else ""
        if source:
            # In the hint, so that a screen reader reads it with the box.
            box.help_text = format_html(SOURCE, box.help_text, source)
        return Question(box, choice, source=source, doubt=doubts.get(name, ""))

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
        """Answers that can hardly be right, by field: shown beside it, never refused. None before the school has
        answered anything: what is suggested is nobody's mistake."""
        if self.instance.saved_at is None:
            return {}
        found = doubtful_facts(facts_of(self.instance, school=self.instance.meeting.school))
        return {name: sentence for name, sentence in found.items() if name in self.asked}
