"""One section of a school's own ratings as a form: a small form for each criterion, sent at once by a plain button."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from audits.forms.sheet import BEFORE, FieldsForm, HiddenText, ProseField
from audits.models import RatingValue
from audits.queries import OwnRow, OwnSection
from audits.rules import CriterionDefinition
from audits.services import Change, PageOutcome, Stored
from hubportal.problems import Problem, problems_of

NOT_SURE = "Not sure yet"


class OwnRatingForm(FieldsForm):
    """The school's own rating of one criterion, and its own words."""

    school = forms.ChoiceField(label="Your rating", error_messages={"required": "Choose one of the answers."})
    school_note = ProseField(label="In your own words")
    school_before = HiddenText()
    school_note_before = HiddenText()

    def __init__(self, *args: Any, options: list[RatingValue], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["school"].choices = [(value.value, value.label) for value in options]  # type: ignore[attr-defined]


@dataclass(frozen=True)
class OwnOption:
    """One of the answers to choose from."""

    value: str
    word: str
    descriptor: str
    is_chosen: bool


@dataclass(frozen=True)
class OwnItem:
    """One criterion on the page: what is stored, its form, and what a colleague left in the same fields meanwhile."""

    row: OwnRow
    form: OwnRatingForm
    theirs: dict[str, Stored]

    @property
    def criterion(self) -> CriterionDefinition:
        return self.row.criterion

    @property
    def options(self) -> list[OwnOption]:
        """The three descriptors in words, from red to green, "not sure", and "not applicable" where it is allowed."""
        chosen, criterion = self.form["school"].value(), self.criterion
        words = {
            RatingValue.RED: criterion.red,
            RatingValue.AMBER: criterion.amber,
            RatingValue.GREEN: criterion.green,
            RatingValue.NOT_APPLICABLE: criterion.not_applicable_when,
            RatingValue.NOT_DISCUSSED: "",
        }
        return [
            OwnOption(
                value=value.value,
                word=NOT_SURE if value == RatingValue.NOT_DISCUSSED else value.label,
                descriptor=words[value],
                is_chosen=chosen == value,
            )
            for value in options_of(criterion)
        ]


class OwnSectionForm:
    """All criteria of one section."""

    def __init__(
        self,
        *,
        section: OwnSection,
        data: QueryDict | None = None,
        outcome: PageOutcome | None = None,
        typed: "OwnSectionForm | None" = None,
    ) -> None:
        """Empty, or filled with `data`; after a conflict (`outcome`), with what was `typed` where colleagues saved."""
        self.section = section
        self.outcome = outcome or PageOutcome()
        self.items: dict[str, OwnItem] = {
            row.criterion.code: OwnItem(
                row=row,
                form=OwnRatingForm(
                    data,
                    prefix=row.criterion.code,
                    options=options_of(row.criterion),
                    initial=_initial(row, typed.items[row.criterion.code].form if typed else None),
                ),
                theirs=self.outcome.conflicts_of(row.criterion.code),
            )
            for row in section.rows
        }
        # Why nothing could be saved at all, as sentences.
        self.refused: list[str] = []

    def after(self, *, section: OwnSection, outcome: PageOutcome) -> "OwnSectionForm":
        """The form to show when colleagues have saved in the meantime: theirs beside what was typed here."""
        return OwnSectionForm(section=section, outcome=outcome, typed=self)

    @property
    def has_conflicts(self) -> bool:
        return not self.outcome.is_complete

    @property
    def problems(self) -> list[Problem]:
        """For the error summary: each sentence says which criterion it is about."""
        refused = [Problem(sentence, "") for sentence in self.refused]
        return refused + [
            Problem(f"{item.criterion.title}: {problem.sentence}", problem.link)
            for item in self.items.values()
            for problem in problems_of(item.form)
        ]

    def is_valid(self) -> bool:
        problems = [item.form.errors for item in self.items.values()]
        return not any(problems)

    def changes(self) -> list[Change]:
        """Everything that was changed on this page."""
        return [change for code, item in self.items.items() for change in item.form.changes(code)]


def options_of(criterion: CriterionDefinition) -> list[RatingValue]:
    """The answers to one criterion, in the order of the page."""
    inapplicable = [RatingValue.NOT_APPLICABLE] if criterion.allow_not_applicable else []
    return [RatingValue.RED, RatingValue.AMBER, RatingValue.GREEN, *inapplicable, RatingValue.NOT_DISCUSSED]


def _initial(row: OwnRow, typed: OwnRatingForm | None) -> dict[str, str]:
    """What is stored, with each copy of it; in place of a value that was changed on the page, what was typed."""
    values = {"school": row.rating.school, "school_note": row.rating.school_note}
    mine = {change.field: change.value for change in typed.changes("")} if typed else {}
    return values | mine | {name + BEFORE: value for name, value in values.items()}
