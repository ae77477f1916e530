"""A paper audit as a form to type in fast: three letters a criterion, a note, and a reason where ratings differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.http import QueryDict

from audits.models import Audit, ChangedField, Rating, RatingValue
from audits.queries import AuditSheet
from audits.rules import CriterionDefinition
from audits.rules import Rating as RatingWord
from audits.rules.letters import letter_for, rating_typed
from audits.services import Change, PageOutcome, Stored
from audits.services.changes import read_field
from hubportal.problems import Problem, problems_of

from .sheet import BEFORE, FieldsForm, HiddenText, ProseField

RATINGS = (ChangedField.SCHOOL, ChangedField.OFFICER, ChangedField.AGREED)
NOT_A_RATING = "Type r, a, g, n or x (or 1, 2, 3, 0)."
NO_SUCH_LINE = "This one applies to every school: type r, a, g or n."


class LetterField(forms.CharField):
    """A rating as one letter; what is stored is the word."""

    may_not_apply = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=30, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return letter_for(value) if value in RatingValue.values else value

    def clean(self, value: Any) -> str:
        rating = rating_typed(super().clean(value))
        if rating is None:
            raise ValidationError(NOT_A_RATING)
        if rating == RatingWord.NOT_APPLICABLE and not self.may_not_apply:
            raise ValidationError(NO_SUCH_LINE)
        return rating.value


class PaperRatingForm(FieldsForm):
    """One line of the paper form."""

    school = LetterField(label="School")
    officer = LetterField(label="Hub")
    agreed = LetterField(label="Agreed")
    note = ProseField(label="What we saw and heard")
    reason = ProseField(label="Why School and Agreed differ")
    school_before = HiddenText()
    officer_before = HiddenText()
    agreed_before = HiddenText()
    note_before = HiddenText()
    reason_before = HiddenText()

    def __init__(self, *args: Any, may_not_apply: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, LetterField):
                field.may_not_apply = may_not_apply


class PaperStrengthsForm(FieldsForm):
    """What to celebrate: the one text of the audit that stands on the paper form."""

    strengths = ProseField(
        label="What to celebrate",
        help_text="Goes to the school in the outcome e-mail.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    strengths_before = HiddenText()


@dataclass(frozen=True)
class PaperField:
    """One box of a line, and what somebody else saved there while this page was open."""

    bound: BoundField
    before: BoundField
    shown: RatingWord | None
    theirs: Stored | None


@dataclass(frozen=True)
class PaperLine:
    """One criterion: its words, its form, and others' changes."""

    criterion: CriterionDefinition
    form: PaperRatingForm
    theirs: Mapping[str, Stored]

    @property
    def ratings(self) -> list[PaperField]:
        """The three letters, each with the rating it stands for (None where the box is empty, or it is no rating)."""
        return [self._field(name) for name in RATINGS]

    @property
    def texts(self) -> list[PaperField]:
        """The note, and the reason."""
        return [self._field(name) for name in (ChangedField.NOTE, ChangedField.REASON)]

    def _field(self, name: str) -> PaperField:
        bound = self.form[name]
        typed = str(bound.value() or "")
        shown = rating_typed(typed) if typed and name in RATINGS else None
        return PaperField(bound=bound, before=self.form[name + BEFORE], shown=shown, theirs=self.theirs.get(name))


class PaperForm:
    """The whole paper audit on one page, in the order of the paper."""

    def __init__(
        self,
        *,
        sheet: AuditSheet,
        data: QueryDict | None = None,
        outcome: PageOutcome | None = None,
        typed: "PaperForm | None" = None,
    ) -> None:
        """As stored, or filled with `data`; after a conflict (`outcome`), with what was `typed` where others saved."""
        self.sheet, self.outcome = sheet, outcome or PageOutcome()
        self.lines: dict[str, PaperLine] = {
            row.criterion.code: PaperLine(
                criterion=row.criterion,
                form=PaperRatingForm(
                    data,
                    prefix=row.criterion.code,
                    may_not_apply=row.criterion.allow_not_applicable,
                    initial=_initial(
                        PaperRatingForm, row.rating, typed.lines[row.criterion.code].form if typed else None
                    ),
                ),
                theirs=self.outcome.conflicts_of(row.criterion.code),
            )
            for row in sheet.rows
        }
        self.their_strengths = self.outcome.conflicts_of("").get(ChangedField.STRENGTHS)
        self.strengths_form: PaperStrengthsForm = PaperStrengthsForm(
            data,
            prefix="audit",
            initial=_initial(PaperStrengthsForm, sheet.audit, typed.strengths_form if typed else None),
        )

    def after(self, *, sheet: AuditSheet, outcome: PageOutcome) -> "PaperForm":
        """The form to show when others have saved in the meantime: theirs beside what was typed here."""
        return PaperForm(sheet=sheet, outcome=outcome, typed=self)

    @property
    def sections(self) -> list[tuple[str, list[PaperLine]]]:
        """The lines under the headings of the paper."""
        return [
            (section.title, [self.lines[row.criterion.code] for row in section.rows]) for section in self.sheet.sections
        ]

    @property
    def problems(self) -> list[Problem]:
        """For the error summary: each sentence says which criterion and which box it is about."""
        return [
            Problem(f"{code}, {line.form.fields[name].label}: {sentence}", f"#{line.form[name].auto_id}")
            for code, line in self.lines.items()
            for name, sentences in line.form.errors.items()
            for sentence in sentences
        ] + problems_of(self.strengths_form)

    @property
    def has_conflicts(self) -> bool:
        return not self.outcome.is_complete

    @property
    def conflicting(self) -> list[PaperLine]:
        """The lines in which somebody else saved the same boxes."""
        return [line for line in self.lines.values() if line.theirs]

    @property
    def has_typed(self) -> bool:
        """Whether the page came back with something that is not stored."""
        return bool(self.problems) or self.has_conflicts

    def is_valid(self) -> bool:
        return not self.problems

    def changes(self) -> list[Change]:
        """Everything that was changed on this page."""
        rated = [change for code, line in self.lines.items() for change in line.form.changes(code)]
        return rated + self.strengths_form.changes("")


def _initial(form: type[FieldsForm], stored: Rating | Audit, typed: FieldsForm | None) -> dict[str, str]:
    """What is stored, with each hidden copy of it; in place of a value that was changed here, what was typed."""
    values = {name: read_field(stored, name) for name in form.base_fields if not name.endswith(BEFORE)}
    mine = {change.field: change.value for change in typed.changes("")} if typed else {}
    return values | mine | {name + BEFORE: value for name, value in values.items()}
