"""Forms about awards: check a certificate, look through the list, answer a reflection sheet."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from audits.models import Priority
from awards.models import AwardLevel, Progress, Reflection, ShownStatus
from awards.queries import AwardFilters, find_certificate
from awards.services import PriorityProgress
from hubportal.forms import PortalForm, dress_fields
from schools.models import Area

LONGEST_ANSWER = 2000
EVERY = ("", "All")


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


class AwardFilterForm(PortalForm, forms.Form):
    """The list's filters. Whatever is not a choice counts as no choice: an old bookmark still opens the list."""

    marks_optional = False

    q = forms.CharField(
        label="School, URN or certificate", required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    level = forms.ChoiceField(label="Level", required=False, choices=[EVERY, *AwardLevel.choices])
    status = forms.ChoiceField(
        label="Status", required=False, choices=[EVERY, *ShownStatus.choices, ("renewal", "Due for renewal")]
    )
    area = forms.ModelChoiceField(Area.objects.all(), label="Area", required=False, empty_label="All")
    pack = forms.ChoiceField(label="Outcome pack", required=False, choices=[EVERY, ("unsent", "Not sent yet")])
    reflection = forms.ChoiceField(
        label="Reflection",
        required=False,
        choices=[EVERY, ("unanswered", "Not answered for three weeks"), ("nobody", "Due, but nobody to write to")],
    )
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def filters(self) -> AwardFilters:
        """What was asked for and makes sense."""
        self.is_valid()
        given = {name: value for name, value in self.cleaned_data.items() if value}
        if area := given.pop("area", None):
            given["area"] = area.pk
        return AwardFilters(**given)


class ReflectionForm(PortalForm, forms.Form):
    """For each priority how far the school has got and what helped; and what comes next."""

    what_next = forms.CharField(
        label="What comes next for music at your school?",
        required=False,
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": "4"}),
    )

    def __init__(self, *args: Any, reflection: Reflection, priorities: list[Priority], **kwargs: Any) -> None:
        self.priorities = priorities
        super().__init__(*args, **{**kwargs, "initial": _given(reflection)})
        for priority in priorities:
            number = priority.number
            self.fields[f"progress_{number}"] = forms.ChoiceField(
                label=f"Priority {number}: how far have you got?",
                choices=Progress.choices,
                widget=forms.RadioSelect,
                error_messages={"required": f"Say how far you have got with priority {number}."},
            )
            self.fields[f"helped_{number}"] = forms.CharField(
                label=f"Priority {number}: what helped, or stood in the way?",
                required=False,
                max_length=LONGEST_ANSWER,
                widget=forms.Textarea(attrs={"rows": "3"}),
            )
        self.order_fields([name for row in self.rows for name in (row[1].name, row[2].name)])
        dress_fields(self)

    @property
    def rows(self) -> list[tuple[Priority, forms.BoundField, forms.BoundField]]:
        """Each priority with its two fields, as the page shows them."""
        return [(one, self[f"progress_{one.number}"], self[f"helped_{one.number}"]) for one in self.priorities]

    def answers(self) -> list[PriorityProgress]:
        """What was said, ready to be kept."""
        data = self.cleaned_data
        return [
            PriorityProgress(one.pk, data[f"progress_{one.number}"], data[f"helped_{one.number}"])
            for one in self.priorities
        ]


def _given(reflection: Reflection) -> dict[str, str]:
    """What the school answered before, to go on from."""
    initial = {"what_next": reflection.what_next}
    for answer in reflection.answers.select_related("priority"):
        initial[f"progress_{answer.priority.number}"] = answer.progress
        initial[f"helped_{answer.priority.number}"] = answer.what_helped
    return initial
