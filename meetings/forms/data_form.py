"""The short data form, filled in by the school. Every question may stay empty."""

from typing import Any

from django import forms

from hubportal.forms import PortalForm
from meetings.models import DATA_FORM_FIELDS, DataForm
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


class DataFormForm(PortalForm, forms.ModelForm):
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
