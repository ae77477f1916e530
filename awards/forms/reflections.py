"""Answer a reflection sheet."""

from typing import Any

from django import forms

from audits.models import Priority
from awards.models import Progress, ReflectionResponse
from awards.services import PriorityProgress
from hubportal.form_fields import PersonAddress, PersonName
from hubportal.forms import PortalForm, dress_fields
from schools.models import Contact

LONGEST_ANSWER = 2000
SOMEBODY_ELSE = "new"
SOMEBODY_ELSES = {"autocomplete": "off"}


class ReflectionForm(PortalForm, forms.Form):
    """For each priority how far the school has got and what helped; and what comes next."""

    anything_else = forms.CharField(
        label="Anything else you would like us to know?",
        required=False,
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": "4"}),
    )

    def __init__(
        self, *args: Any, response: ReflectionResponse | None, priorities: list[Priority], **kwargs: Any
    ) -> None:
        self.priorities = priorities
        super().__init__(*args, **{**kwargs, "initial": _given(response)})
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
            self.fields[f"next_{number}"] = forms.CharField(
                label=f"Priority {number}: what comes next?",
                required=False,
                max_length=LONGEST_ANSWER,
                widget=forms.Textarea(attrs={"rows": "3"}),
            )
        self.order_fields([field.name for row in self.rows for field in row[1:]])
        dress_fields(self)

    @property
    def rows(self) -> list[tuple[Priority, forms.BoundField, forms.BoundField, forms.BoundField]]:
        """Each priority with its three fields, as the page shows them."""
        names = ("progress", "helped", "next")
        return [(one, *(self[f"{name}_{one.number}"] for name in names)) for one in self.priorities]  # type: ignore[misc]

    def answers(self) -> list[PriorityProgress]:
        """What was said, ready to be kept."""
        data = self.cleaned_data
        return [
            PriorityProgress(
                one.pk,
                data[f"progress_{one.number}"],
                data[f"helped_{one.number}"],
                data[f"next_{one.number}"],
            )
            for one in self.priorities
        ]


def _given(response: ReflectionResponse | None) -> dict[str, str]:
    """What this person answered before, to go on from."""
    if response is None:
        return {}
    initial = {"anything_else": response.anything_else}
    for answer in response.answers.select_related("priority"):
        initial[f"progress_{answer.priority.number}"] = answer.progress
        initial[f"helped_{answer.priority.number}"] = answer.what_helped
        initial[f"next_{answer.priority.number}"] = answer.what_next
    return initial


class ReflectionColleagueForm(PortalForm, forms.Form):
    """Whom a sheet is handed to: somebody the hub knows, or a colleague who is named here."""

    colleague = forms.ChoiceField(
        label="Who should answer?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who should answer.", "invalid_choice": "Choose one of these people."},
    )
    name = PersonName(label="Their name", required=False, widget=forms.TextInput(attrs=SOMEBODY_ELSES))
    email = PersonAddress(label="Their e-mail address", required=False, widget=forms.EmailInput(attrs=SOMEBODY_ELSES))

    def __init__(self, *args: Any, colleagues: list[Contact], **kwargs: Any) -> None:
        self.colleagues = {str(person.pk): person for person in colleagues}
        super().__init__(*args, **kwargs)
        choices = [(key, _described(person)) for key, person in self.colleagues.items()]
        field = self.fields["colleague"]
        field.choices = [*choices, (SOMEBODY_ELSE, "Somebody else at our school")]  # type: ignore[attr-defined]
        if not choices:
            field.initial = SOMEBODY_ELSE
        for name in ("name", "email"):
            self.fields[name].help_text = "Only for somebody else." if choices else ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("colleague") == SOMEBODY_ELSE:
            if not data.get("name") and "name" not in self.errors:
                self.add_error("name", "Give your colleague’s name.")
            if not data.get("email") and "email" not in self.errors:
                self.add_error("email", "Give your colleague’s e-mail address.")
        return data

    @property
    def chosen(self) -> Contact | None:
        """Somebody the hub knows; None: the person who is named."""
        return self.colleagues.get(self.cleaned_data["colleague"])


def _described(person: Contact) -> str:
    role = "" if person.role == "other" else f", {person.get_role_display().lower()}"
    return f"{person.name}{role}{'' if person.is_confirmed else ' (waits for an officer of the hub to confirm them)'}"
