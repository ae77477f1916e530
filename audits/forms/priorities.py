"""The three priorities as a form that never loses a word: it is saved complete or not."""

from collections.abc import Mapping, Sequence
from typing import Any

from dateutil.relativedelta import relativedelta
from django import forms
from django.http import QueryDict
from django.utils.formats import date_format

from audits.forms.sheet import ProseField
from audits.models import PRIORITIES_OF_A_CONVERSATION, Audit, RatingValue
from audits.queries import AuditSheet, RatingRow
from audits.rules import propose_priorities, suggest_words
from audits.services import PriorityWords
from hubportal.forms import PortalForm
from hubportal.problems import Problem, problems_of

# The first reflection sheet asks then how far the school has got.
MONTHS_TO_ACT = 12
FIELDS = ("criterion", "action", "support", "owner", "due_on")
MISSING = {
    "criterion": "Choose what this priority is about.",
    "action": "Say what the school will do.",
    "owner": "Name who at the school will see to it.",
    "due_on": "Give a date by when.",
}


class PriorityForm(PortalForm, forms.Form):
    """One priority. Its fields may stay empty while it is only saved for now."""

    marks_optional = False

    criterion = forms.ChoiceField(label="Criterion", required=False)
    action = ProseField(label="Action", help_text="What the school will do.", widget=forms.Textarea(attrs={"rows": 3}))
    support = ProseField(
        label="Support",
        help_text="What the hub or a partner will do to help.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    owner = forms.CharField(label="Who", help_text="Who at the school will see to it.", required=False, max_length=120)
    due_on = forms.DateField(label="By when", required=False)

    def __init__(self, *args: Any, sheet: AuditSheet, number: int, is_strict: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet, self.number, self.is_strict = sheet, number, is_strict
        self.fields["criterion"].choices = [("", "Choose a criterion"), *_criterion_choices(sheet)]  # type: ignore[attr-defined]

    @property
    def title(self) -> str:
        return f"Priority {self.number}"

    @property
    def row(self) -> RatingRow | None:
        """The criterion chosen in it, as it stands in the audit."""
        code = self["criterion"].value()
        return next((row for row in self.sheet.rows if row.criterion.code == code), None)

    @property
    def other_support(self) -> tuple[str, ...]:
        """More that the framework suggests for this criterion."""
        return suggest_words(self.row.criterion, self.row.rating.agreed).other_support if self.row else ()

    @property
    def is_complete(self) -> bool:
        return self.is_valid() and all(self.cleaned_data[name] for name in MISSING)

    @property
    def is_blank(self) -> bool:
        return not any(value.strip() for value in self.as_typed().values())

    def as_typed(self) -> dict[str, str]:
        """Each field word for word, so that nothing is lost however incomplete or wrong it is."""
        return {name: str(self[name].value() or "").replace("\r\n", "\n").replace("\x00", "") for name in FIELDS}

    def words(self) -> PriorityWords:
        """What a complete priority says."""
        data = self.cleaned_data
        return PriorityWords(
            number=self.number,
            code=data["criterion"],
            action=data["action"],
            support=data["support"],
            owner=data["owner"],
            due_on=data["due_on"],
        )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        held_on = self.sheet.audit.meeting.held_on
        due_on = data.get("due_on")
        if due_on and due_on <= held_on:
            day = date_format(held_on, "j F Y")
            self.add_error("due_on", f"The date must be after the day of the meeting, {day}.")
        if self.is_strict and (self.sheet.audit.needs_priorities or not self.is_blank):
            for name, sentence in MISSING.items():
                if name not in self.errors and not data.get(name):
                    self.add_error(name, sentence)
        return data


class PrioritiesForm:
    """The page's three priorities together, and the version it shows."""

    def __init__(
        self,
        *,
        sheet: AuditSheet,
        data: QueryDict | None = None,
        is_strict: bool = False,
        owner: str = "",
        version: int | None = None,
    ) -> None:
        """Filled with `data`; or with what was saved; or, for a quality conversation, with proposals.

        `is_strict` is for agreeing: nothing may be missing then. `owner` is whom a proposal names; `version`
        replaces the one in `data` once the officer has seen what others saved.
        """
        self.sheet, self.data = sheet, data
        starts = [{}] * PRIORITIES_OF_A_CONVERSATION if data is not None else starting_values(sheet, owner=owner)
        self.forms = [
            PriorityForm(
                data,
                prefix=str(number),
                initial=start,
                sheet=sheet,
                number=number,
                is_strict=is_strict,
            )
            for number, start in enumerate(starts, start=1)
        ]
        sent = data.get("version", "") if data is not None else ""
        self.version = (
            version
            if version is not None
            else (int(sent) if sent.isdecimal() and len(sent) < 10 else sheet.audit.priorities_version)
        )

    @property
    def errors(self) -> bool:
        return any(form.errors for form in self.forms)

    @property
    def problems(self) -> list[Problem]:
        """For the error summary: each sentence says which priority it is about."""
        return [
            Problem(f"{form.title}: {problem.sentence}", problem.link)
            for form in self.forms
            for problem in problems_of(form)
        ]

    def is_valid(self) -> bool:
        """Whether nothing is wrong; priorities may still be incomplete unless the form is strict."""
        problems = [form.errors for form in self.forms]
        return self._has_each_criterion_once() and not any(problems)

    def complete(self) -> list[PriorityWords]:
        return [form.words() for form in self.forms if form.is_complete]

    def draft(self) -> list[dict[str, str]]:
        return [form.as_typed() for form in self.forms]

    def incomplete_titles(self) -> list[str]:
        return [form.title for form in self.forms if not form.is_complete]

    def _has_each_criterion_once(self) -> bool:
        first: dict[str, str] = {}
        is_fine = True
        for form in self.forms:
            code = form.cleaned_data.get("criterion")
            if code and code in first:
                form.add_error("criterion", f"This is {first[code]} already. Choose another criterion.")
                is_fine = False
            elif code:
                first[code] = form.title.lower()
        return is_fine


def starting_values(sheet: AuditSheet, *, owner: str) -> list[Mapping[str, Any]]:
    """What the empty form shows: the last save, else the priorities, else proposals where three are needed."""
    audit = sheet.audit
    if audit.priorities_draft:
        return _three(audit.priorities_draft)
    saved = _saved_values(audit)
    if any(saved) or not audit.needs_priorities:
        return saved
    rows = {row.criterion.code: row for row in sheet.rows}
    codes = propose_priorities(sheet.definition, sheet.ratings)
    due_on = audit.meeting.held_on + relativedelta(months=MONTHS_TO_ACT)
    return _three([{**_suggested(rows[code]), "owner": owner, "due_on": due_on.isoformat()} for code in codes])


def with_suggestions(data: QueryDict, *, sheet: AuditSheet, number: str) -> QueryDict:
    """The same form with suggested words for the criterion now chosen in one priority.

    Only empty fields and untouched earlier suggestions are filled: what somebody wrote stays.
    """
    rows = {row.criterion.code: row for row in sheet.rows}
    row = rows.get(data.get(f"{number}-criterion", ""))
    data = data.copy()
    if row is None:
        return data
    earlier = [_suggested(other) for other in rows.values()]
    for name in ("action", "support"):
        key = f"{number}-{name}"
        typed = data.get(key, "").replace("\r\n", "\n").strip()
        if not typed or typed in [suggested[name] for suggested in earlier]:
            data[key] = _suggested(row)[name]
    return data


def _suggested(row: RatingRow) -> dict[str, str]:
    words = suggest_words(row.criterion, row.rating.agreed)
    return {"criterion": row.criterion.code, "action": words.action, "support": words.support}


def _saved_values(audit: Audit) -> list[Mapping[str, Any]]:
    values: list[Mapping[str, Any]] = [{}] * PRIORITIES_OF_A_CONVERSATION
    for priority in audit.priorities.all():
        values[priority.number - 1] = {
            "criterion": priority.criterion.code,
            "action": priority.action,
            "support": priority.support,
            "owner": priority.owner,
            "due_on": priority.due_on,
        }
    return values


def _three(values: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [*values, *[{}] * PRIORITIES_OF_A_CONVERSATION][:PRIORITIES_OF_A_CONVERSATION]


def _criterion_choices(sheet: AuditSheet) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every criterion by section, with its rating in words."""
    return [
        (
            section.title,
            [
                (row.criterion.code, f"{row.criterion.title} ({RatingValue(row.rating.agreed).label.lower()})")
                for row in section.rows
            ],
        )
        for section in sheet.sections
    ]
