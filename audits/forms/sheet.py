"""An audit as a form: one small form for each criterion, and one for the audit's own texts."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from audits.models import Audit, Rating, RatingValue
from audits.queries import AuditSheet, Figure, RatingRow, SectionRows
from audits.rules import CriterionDefinition
from audits.services import Change, PageOutcome, Stored
from audits.services.changes import YES, read_field
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


class TickField(forms.ChoiceField):
    """A tick as the history keeps it: "yes", or nothing."""

    def __init__(self, label: str) -> None:
        super().__init__(label=label, required=False, choices=[(YES, label)])


class SheetRatingForm(FieldsForm):
    """What is said of one criterion at the table: two ratings, the words, and whether it is put aside."""

    officer = forms.ChoiceField(label="The hub's own rating", choices=RatingValue.choices)
    agreed = forms.ChoiceField(label="Agreed rating", choices=RatingValue.choices)
    reason = ProseField(label="Why the agreed rating differs from the school's own")
    note = ProseField(label="What we saw and heard")
    is_parked = TickField("Park as a possible priority")
    officer_before = HiddenText()
    agreed_before = HiddenText()
    reason_before = HiddenText()
    note_before = HiddenText()
    is_parked_before = HiddenText()


class NotesForm(FieldsForm):
    """What to celebrate, ideas for priorities, and the hub's private note."""

    strengths = ProseField(
        label="What to celebrate",
        help_text="Goes to the school in the outcome e-mail.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    parking_note = ProseField(
        label="Other ideas for priorities",
        help_text="Whatever came up that belongs to no single criterion. For hub staff only.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    private_note = ProseField(
        label="Private note",
        help_text="For hub staff only: no school ever sees it. Name no pupil.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    strengths_before = HiddenText()
    parking_note_before = HiddenText()
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
    figures: Sequence[Figure] = ()

    @property
    def criterion(self) -> CriterionDefinition:
        return self.row.criterion

    @property
    def options(self) -> list[RatingOption]:
        """Red, amber and green with their descriptors; "not applicable" only where the framework allows it."""
        criterion = self.criterion
        words = {
            RatingValue.RED: criterion.red,
            RatingValue.AMBER: criterion.amber,
            RatingValue.GREEN: criterion.green,
            RatingValue.NOT_DISCUSSED: "",
        }
        if criterion.allow_not_applicable:
            words[RatingValue.NOT_APPLICABLE] = criterion.not_applicable_when
        return _options("agreed", self.form, words)

    @property
    def officer_options(self) -> list[RatingOption]:
        """The hub's own rating, in words only: the descriptors stand beside the agreed one."""
        values = [RatingValue.RED, RatingValue.AMBER, RatingValue.GREEN, RatingValue.NOT_DISCUSSED]
        if self.criterion.allow_not_applicable:
            values.append(RatingValue.NOT_APPLICABLE)
        return _options("officer", self.form, dict.fromkeys(values, ""))

    @property
    def is_parked(self) -> bool:
        return self.form["is_parked"].value() == YES

    @property
    def agreed(self) -> str:
        """The agreed rating as this page shows it, typed or stored."""
        return str(self.form["agreed"].value())

    @property
    def wants_reason(self) -> bool:
        """Whether the school rated itself, and something else is agreed on this page."""
        school, unsettled = self.row.rating.school, RatingValue.NOT_DISCUSSED
        return school != unsettled and self.agreed != unsettled and school != self.agreed

    @property
    def their_words(self) -> list[tuple[str, Stored]]:
        """What others saved in the same fields meanwhile: the field's label, and what is stored there now."""
        return [(str(self.form.fields[name].label), stored) for name, stored in self.theirs.items()]


def _options(name: str, form: SheetRatingForm, words: Mapping[RatingValue, str]) -> list[RatingOption]:
    chosen = form[name].value()
    return [
        RatingOption(value=value.value, word=value.label, descriptor=text, is_chosen=chosen == value)
        for value, text in words.items()
    ]


class SheetForm:
    """An audit as a page to fill in: the whole of it, or only some criteria, sent at once by a plain Save button."""

    def __init__(
        self,
        *,
        sheet: AuditSheet,
        data: QueryDict | None = None,
        only: Collection[str] | None = None,
        figures: Mapping[str, Sequence[Figure]] | None = None,
        outcome: PageOutcome | None = None,
        typed: "SheetForm | None" = None,
    ) -> None:
        """Empty, or filled with `data`; after a conflict (`outcome`), with what was `typed` where others saved too.

        `only` are the codes of the criteria that stand on this page, "" for the audit's own texts; `figures` are
        the data form's, by criterion.
        """
        self.sheet = sheet
        self.only, self.figures = only, figures or {}
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
                figures=self.figures.get(row.criterion.code, ()),
            )
            for row in sheet.rows
            if only is None or row.criterion.code in only
        }
        self.their_notes = self.outcome.conflicts_of("")
        self.notes_form: NotesForm | None = None
        if only is None or "" in only:
            notes = _initial(NotesForm, sheet.audit, typed.notes_form if typed else None)
            self.notes_form = NotesForm(data, prefix="notes", initial=notes)

    def after(self, *, sheet: AuditSheet, outcome: PageOutcome) -> "SheetForm":
        """The form to show when others have saved in the meantime: theirs beside what was typed here."""
        return SheetForm(sheet=sheet, only=self.only, figures=self.figures, outcome=outcome, typed=self)

    @property
    def forms(self) -> list[FieldsForm]:
        """Every part, for the error summary."""
        return [*(item.form for item in self.items.values()), *filter(None, [self.notes_form])]

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
        return rated + (problems_of(self.notes_form) if self.notes_form else [])

    @property
    def has_conflicts(self) -> bool:
        return not self.outcome.is_complete

    @property
    def their_notes_in_words(self) -> list[tuple[str, Stored]]:
        """What others saved in the audit's own texts meanwhile, with each one's label."""
        return [(str(NotesForm.base_fields[name].label), stored) for name, stored in self.their_notes.items()]

    @property
    def has_typed(self) -> bool:
        """Whether the page came back with something that is not stored."""
        return self.errors or self.has_conflicts

    @property
    def sections(self) -> list[tuple[SectionRows, list[SheetItem]]]:
        """Each section with those of its criteria that stand on this page."""
        return [
            (section, [self.items[row.criterion.code] for row in section.rows if row.criterion.code in self.items])
            for section in self.sheet.sections
        ]

    def is_valid(self) -> bool:
        problems = [form.errors for form in self.forms]
        return not any(problems)

    def changes(self) -> list[Change]:
        """Everything that was changed on this page."""
        rated = [change for code, item in self.items.items() for change in item.form.changes(code)]
        return rated + (self.notes_form.changes("") if self.notes_form else [])


def _initial(form: type[FieldsForm], stored: Rating | Audit, typed: FieldsForm | None) -> dict[str, str]:
    """What is stored, with each copy of it; in place of a value that was changed on the page, what was typed."""
    names = [name for name in form.base_fields if not name.endswith(BEFORE)]
    values = {name: read_field(stored, name) for name in names}
    mine = {change.field: change.value for change in typed.changes("")} if typed else {}
    return values | mine | {name + BEFORE: value for name, value in values.items()}
