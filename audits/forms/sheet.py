"""The audit page as a form: one small form for each criterion, and one for the audit's two texts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from audits.models import Audit, Rating, RatingValue
from audits.queries import AuditSheet, RatingRow, SectionRows
from audits.rules import CriterionDefinition
from audits.services import Change, PageOutcome, Stored
from audits.services.changes import read_field
from hubportal.forms import PortalForm
from hubportal.problems import Problem, problems_of

LONGEST_NOTE = 5000
# What a hidden copy of a field is called.
BEFORE = "_before"
TOO_LONG = "This may have at most %(limit_value)d characters; it has %(show_value)d. Please shorten it."


class ProseField(forms.CharField):
    """Text of several lines that may stay empty, with the line ends that everything else here uses."""

    def __init__(self, *, max_length: int | None = LONGEST_NOTE, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea)
        super().__init__(required=False, max_length=max_length, error_messages={"max_length": TOO_LONG}, **kwargs)

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")


class HiddenText(ProseField):
    """A text as it was when the page was loaded."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput, max_length=None)


class FieldsForm(PortalForm, forms.Form):
    """Fields of a rating or of the audit, each beside a hidden copy of what it held when the page was loaded."""

    marks_optional = False

    @property
    def names(self) -> list[str]:
        """The fields that are asked for, without their hidden copies."""
        return [name for name in self.fields if not name.endswith(BEFORE)]

    def changes(self, code: str) -> list[Change]:
        """What was changed on this page, for a criterion's code or, when empty, the audit."""
        data = self.cleaned_data
        return [
            Change(code=code, field=name, value=data[name], before=data[name + BEFORE])
            for name in self.names
            if data[name] != data[name + BEFORE]
        ]


class SheetRatingForm(FieldsForm):
    """The agreed rating and the note of one criterion."""

    agreed = forms.ChoiceField(label="Agreed rating", choices=RatingValue.choices, widget=forms.RadioSelect)
    note = ProseField(label="Note", widget=forms.Textarea(attrs={"rows": 2}))
    agreed_before = HiddenText()
    note_before = HiddenText()


class NotesForm(FieldsForm):
    """What to celebrate, and the hub's private note."""

    strengths = ProseField(
        label="What to celebrate",
        help_text="Goes to the school in the outcome e-mail.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    private_note = ProseField(
        label="Private note",
        help_text="For hub staff only: no school ever sees it. Name no pupil.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    strengths_before = HiddenText()
    private_note_before = HiddenText()


@dataclass(frozen=True)
class RatingOption:
    """One of the ratings to choose from."""

    value: str
    word: str
    descriptor: str
    is_chosen: bool


@dataclass(frozen=True)
class SheetItem:
    """One criterion on the page: its words, its form, and what somebody else saved while this page was open."""

    row: RatingRow
    form: SheetRatingForm
    theirs: Mapping[str, Stored]

    @property
    def criterion(self) -> CriterionDefinition:
        return self.row.criterion

    @property
    def options(self) -> list[RatingOption]:
        """Red, amber and green with their descriptors; "not applicable" only where the framework allows it."""
        criterion, chosen = self.criterion, self.form["agreed"].value()
        words = {
            RatingValue.RED: criterion.red,
            RatingValue.AMBER: criterion.amber,
            RatingValue.GREEN: criterion.green,
            RatingValue.NOT_DISCUSSED: "",
        }
        if criterion.allow_not_applicable:
            words[RatingValue.NOT_APPLICABLE] = criterion.not_applicable_when
        return [
            RatingOption(value=value.value, word=value.label, descriptor=text, is_chosen=chosen == value)
            for value, text in words.items()
        ]


class SheetForm:
    """The whole audit page: sent at once by the plain Save button."""

    def __init__(
        self,
        *,
        sheet: AuditSheet,
        data: QueryDict | None = None,
        outcome: PageOutcome | None = None,
        typed: "SheetForm | None" = None,
    ) -> None:
        """Empty, or filled with `data`; after a conflict (`outcome`), with what was `typed` where others saved too."""
        self.sheet = sheet
        self.outcome = outcome or PageOutcome()
        self.items: dict[str, SheetItem] = {
            row.criterion.code: SheetItem(
                row=row,
                form=SheetRatingForm(
                    data,
                    prefix=row.criterion.code,
                    initial=_initial(
                        SheetRatingForm, row.rating, typed.items[row.criterion.code].form if typed else None
                    ),
                ),
                theirs=self.outcome.conflicts_of(row.criterion.code),
            )
            for row in sheet.rows
        }
        self.their_notes = self.outcome.conflicts_of("")
        notes = _initial(NotesForm, sheet.audit, typed.notes_form if typed else None)
        self.notes_form: NotesForm = NotesForm(data, prefix="notes", initial=notes)

    def after(self, *, sheet: AuditSheet, outcome: PageOutcome) -> "SheetForm":
        """The form to show when others have saved in the meantime: theirs beside what was typed here."""
        return SheetForm(sheet=sheet, outcome=outcome, typed=self)

    @property
    def forms(self) -> list[forms.Form]:
        """Every part, for the error summary."""
        return [*(item.form for item in self.items.values()), self.notes_form]

    @property
    def errors(self) -> bool:
        return any(form.errors for form in self.forms)

    @property
    def problems(self) -> list[Problem]:
        """For the error summary: each sentence says which criterion it is about."""
        rated = [
            Problem(f"{code}: {problem.sentence}", problem.link)
            for code, item in self.items.items()
            for problem in problems_of(item.form)
        ]
        return rated + problems_of(self.notes_form)

    @property
    def has_conflicts(self) -> bool:
        return not self.outcome.is_complete

    @property
    def sections(self) -> list[tuple[SectionRows, list[SheetItem]]]:
        return [(section, [self.items[row.criterion.code] for row in section.rows]) for section in self.sheet.sections]

    def is_valid(self) -> bool:
        problems = [form.errors for form in self.forms]
        return not any(problems)

    def changes(self) -> list[Change]:
        """Everything that was changed on this page."""
        rated = [change for code, item in self.items.items() for change in item.form.changes(code)]
        return rated + self.notes_form.changes("")


def _initial(form: type[FieldsForm], stored: Rating | Audit, typed: FieldsForm | None) -> dict[str, str]:
    """What is stored, with each copy of it; in place of a value that was changed on the page, what was typed."""
    names = [name for name in form.base_fields if not name.endswith(BEFORE)]
    values = {name: read_field(stored, name) for name in names}
    mine = {change.field: change.value for change in typed.changes("")} if typed else {}
    return values | mine | {name + BEFORE: value for name, value in values.items()}
