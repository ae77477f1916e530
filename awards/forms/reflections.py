"""Answer a reflection sheet, write down what is heard on the telephone, hand it to a colleague, stop asking."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from awards.models import Progress, ReflectionResponse, SelfRating
from awards.queries import SheetPage, SheetPriority
from awards.services import PriorityProgress, Sayings
from hubportal.form_fields import PersonAddress, PersonName
from hubportal.forms import PortalForm, dress_fields
from schools.models import Contact

LONGEST_ANSWER = 2000
TOO_LONG = "This may have at most %(limit_value)d characters; it has %(show_value)d. Please shorten it."
AS_IT_IS = "Leave it as it is"
SOMEBODY_ELSE = "new"
SOMEBODY_ELSES = {"autocomplete": "off"}


@dataclass(frozen=True)
class RatingOption:
    """One of the answers to "how would you rate it now?"; `value` is empty for leaving it as it was agreed."""

    value: str
    word: str
    descriptor: str
    is_chosen: bool

    @property
    def shape(self) -> str:
        return f"components/icons/rag-{self.value or 'not_discussed'}.svg"


@dataclass(frozen=True)
class SheetRow:
    """One priority on the page, with its fields."""

    item: SheetPriority
    progress: forms.BoundField
    helped: forms.BoundField
    next: forms.BoundField
    rating: forms.BoundField

    @property
    def rating_options(self) -> list[RatingOption]:
        """Leaving it as it was, and the framework's three descriptors in words."""
        criterion, chosen = self.item.priority.criterion, str(self.rating.value() or "")
        words = {SelfRating.RED: criterion.red, SelfRating.AMBER: criterion.amber, SelfRating.GREEN: criterion.green}
        options = [RatingOption("", AS_IT_IS, "", chosen == "")]
        return options + [RatingOption(one.value, one.label, text, chosen == one) for one, text in words.items()]


class ReflectionForm(PortalForm, forms.Form):
    """For each priority how far the school has got, what helped, what comes next and, if it likes, a new rating."""

    anything_else = forms.CharField(
        label="Anything else you would like us to know?",
        required=False,
        max_length=LONGEST_ANSWER,
        error_messages={"max_length": TOO_LONG},
        widget=forms.Textarea(attrs={"rows": "4"}),
    )

    def __init__(self, *args: Any, page: SheetPage, **kwargs: Any) -> None:
        self.page = page
        super().__init__(*args, **{**kwargs, "initial": _given(page.mine)})
        for item in page.priorities:
            self._add_fields(item.text.number)
        self.order_fields([name for item in page.priorities for name in _names(item)])
        dress_fields(self)

    def _add_fields(self, number: int) -> None:
        self.fields[f"progress_{number}"] = forms.ChoiceField(
            label=f"Priority {number}: how far have you got?",
            choices=Progress.choices,
            widget=forms.RadioSelect,
            error_messages={"required": f"Say how far you have got with priority {number}."},
        )
        self.fields[f"helped_{number}"] = _words(f"Priority {number}: what helped, or stood in the way?")
        self.fields[f"next_{number}"] = _words(f"Priority {number}: what comes next?")
        self.fields[f"rating_{number}"] = forms.ChoiceField(
            label=f"Priority {number}: how would you rate this now?",
            required=False,
            choices=[("", AS_IT_IS), *SelfRating.choices],
            widget=forms.RadioSelect,
        )

    @property
    def rows(self) -> list[SheetRow]:
        """Each priority with its fields, as the page shows them."""
        return [SheetRow(item, *(self[name] for name in _names(item))) for item in self.page.priorities]

    def said(self) -> Sayings:
        """What was said, ready to be kept."""
        data = self.cleaned_data
        answers, ratings = [], {}
        for item in self.page.priorities:
            progress, helped, comes_next, rating = (data[name] for name in _names(item))
            answers.append(PriorityProgress(item.priority.pk, progress, helped, comes_next))
            if rating:
                ratings[item.priority.criterion_id] = rating
        return Sayings(answers, ratings, data["anything_else"])


class TakenDownForm(ReflectionForm):
    """The same sheet, filled in by staff who hear the answer on the telephone."""

    person = forms.ChoiceField(label="Who answers?", error_messages={"required": "Choose who answers."})

    def __init__(self, *args: Any, page: SheetPage, people: Sequence[Contact], **kwargs: Any) -> None:
        self.people = {str(person.pk): person for person in people}
        super().__init__(*args, page=page, **kwargs)
        named = [(key, described(person)) for key, person in self.people.items()]
        choices = [("", "Choose a person"), *named, (SOMEBODY_ELSE, "Somebody else of the school")]
        self.fields["person"].choices = choices  # type: ignore[attr-defined]
        self.order_fields(["person"])

    @property
    def contact(self) -> Contact | None:
        """Who answers; None where it is none of the contacts."""
        return self.people.get(self.cleaned_data["person"])


def _words(label: str) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=LONGEST_ANSWER,
        error_messages={"max_length": TOO_LONG},
        widget=forms.Textarea(attrs={"rows": "3"}),
    )


def _names(item: SheetPriority) -> list[str]:
    return [f"{name}_{item.text.number}" for name in ("progress", "helped", "next", "rating")]


def _given(response: ReflectionResponse | None) -> dict[str, str]:
    """What this person answered before, to go on from."""
    if response is None:
        return {}
    initial = {"anything_else": response.anything_else}
    for answer in response.answers.all():
        number = answer.priority.number
        initial[f"progress_{number}"] = answer.progress
        initial[f"helped_{number}"] = answer.what_helped
        initial[f"next_{number}"] = answer.what_next
        initial[f"rating_{number}"] = answer.new_rating
    return initial


class ReflectionColleagueForm(PortalForm, forms.Form):
    """Whom a sheet is handed to: somebody the hub knows, or a colleague who is named here."""

    # Name and address are wanted for somebody else, and for nobody besides.
    marks_optional = False

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
        choices = [(key, described(person)) for key, person in self.colleagues.items()]
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


def described(person: Contact) -> str:
    """A person as a list of people names them."""
    role = "" if person.role == "other" else f", {person.get_role_display().lower()}"
    return f"{person.name}{role}{'' if person.is_confirmed else ' (waits for an officer of the hub to confirm them)'}"
