"""The audit page as a form: one small form for each criterion, and one for the audit's two texts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from audits.models import Audit, Rating, RatingValue
from audits.queries import AuditSheet, RatingRow, SectionRows
from audits.rules import CriterionDefinition
from audits.services import NotesChange, RatingChange, SheetOutcome, merge
from hubportal.forms import PortalForm
from hubportal.problems import Problem, problems_of

LONGEST_NOTE = 5000
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


def hidden_version() -> forms.IntegerField:
    return forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class RatingForm(PortalForm, forms.Form):
    """The agreed rating and note of one criterion, from the version that the page shows."""

    agreed = forms.ChoiceField(label="Agreed rating", choices=RatingValue.choices, widget=forms.RadioSelect)
    note = ProseField(label="Note", widget=forms.Textarea(attrs={"rows": 2}))
    version = hidden_version()


class SheetRatingForm(RatingForm):
    """The same inside the whole page, which also says what it showed when it was loaded."""

    agreed_before = HiddenText()
    note_before = HiddenText()

    def change(self, code: str) -> RatingChange:
        return RatingChange(code=code, **self.cleaned_data)


class NotesForm(PortalForm, forms.Form):
    """What to celebrate, and the hub's private note."""

    marks_optional = False

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
    version = hidden_version()
    strengths_before = HiddenText()
    private_note_before = HiddenText()

    def change(self) -> NotesChange:
        return NotesChange(**self.cleaned_data)


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
    theirs: Rating | None

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
        conflicts: Mapping[str, Rating] | None = None,
        notes_conflict: Audit | None = None,
        typed: "SheetForm | None" = None,
    ) -> None:
        """Empty, or filled with `data`; after a conflict, with what was `typed` where others saved too."""
        self.sheet = sheet
        self.conflicts = dict(conflicts or {})
        self.notes_conflict = notes_conflict
        changes = {change.code: change for change in typed.changes() if change.code in self.conflicts} if typed else {}
        self.items = {
            row.criterion.code: SheetItem(
                row=row,
                form=SheetRatingForm(
                    data,
                    prefix=row.criterion.code,
                    initial=_rating_initial(row.rating, changes.get(row.criterion.code)),
                ),
                theirs=self.conflicts.get(row.criterion.code),
            )
            for row in sheet.rows
        }
        mine = typed.notes() if typed and notes_conflict else None
        self.notes_form = NotesForm(data, prefix="notes", initial=_notes_initial(sheet.audit, mine))

    def after(self, *, sheet: AuditSheet, outcome: SheetOutcome) -> "SheetForm":
        """The form to show when others have saved in the meantime: theirs beside what was typed here."""
        return SheetForm(sheet=sheet, conflicts=outcome.conflicts, notes_conflict=outcome.notes_conflict, typed=self)

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
        return bool(self.conflicts or self.notes_conflict)

    @property
    def sections(self) -> list[tuple[SectionRows, list[SheetItem]]]:
        return [(section, [self.items[row.criterion.code] for row in section.rows]) for section in self.sheet.sections]

    def is_valid(self) -> bool:
        problems = [form.errors for form in self.forms]
        return not any(problems)

    def changes(self) -> list[RatingChange]:
        return [item.form.change(code) for code, item in self.items.items()]

    def notes(self) -> NotesChange:
        return self.notes_form.change()


def _mine(mine: str, theirs: str, before: str | None) -> str:
    """What was typed here, unless only the others changed this one."""
    merged = merge(mine, theirs, before=before)
    return mine if merged is None else merged


def _rating_initial(rating: Rating, typed: RatingChange | None) -> dict[str, Any]:
    return {
        "agreed": _mine(typed.agreed, rating.agreed, typed.agreed_before) if typed else rating.agreed,
        "note": _mine(typed.note, rating.note, typed.note_before) if typed else rating.note,
        "version": rating.version,
        "agreed_before": rating.agreed,
        "note_before": rating.note,
    }


def _notes_initial(audit: Audit, typed: NotesChange | None) -> dict[str, Any]:
    return {
        "strengths": _mine(typed.strengths, audit.strengths, typed.strengths_before) if typed else audit.strengths,
        "private_note": _mine(typed.private_note, audit.private_note, typed.private_note_before)
        if typed
        else audit.private_note,
        "version": audit.notes_version,
        "strengths_before": audit.strengths,
        "private_note_before": audit.private_note,
    }
