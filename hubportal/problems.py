"""What is wrong with a form, as sentences that lead to the fields: the stuff of the error summary."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm, BaseFormSet, BoundField, FileInput, PasswordInput


@dataclass(frozen=True)
class Problem:
    """One sentence, and where on the page to mend it (`#id`, or empty)."""

    sentence: str
    link: str


def problems_of(source: BaseForm | BaseFormSet[Any] | Iterable[Any] | None) -> list[Problem]:
    """The problems of a form, a formset, or several of them, in the order of the page."""
    if source is None:
        return []
    if isinstance(source, BaseForm):
        return _form_problems(source)
    if isinstance(source, BaseFormSet):
        return _formset_problems(source)
    return [problem for each in source for problem in problems_of(each)]


def keeps_what_was_typed(source: BaseForm | BaseFormSet[Any] | Iterable[Any] | None) -> bool:
    """False where a browser has to be told again: it never gets a password or a file back."""
    if source is None:
        return True
    if isinstance(source, BaseForm):
        return not any(isinstance(field.widget, PasswordInput | FileInput) for field in source.fields.values())
    return all(keeps_what_was_typed(each) for each in source)


def _form_problems(form: BaseForm) -> list[Problem]:
    if not form.is_bound:
        return []
    whole = [Problem(str(error), f"#{_errors_id(form)}") for error in form.non_field_errors()]
    each = [Problem(str(error), _field_link(form[name])) for name in form.fields for error in form.errors.get(name, ())]
    return whole + each


def _formset_problems(formset: BaseFormSet[Any]) -> list[Problem]:
    if not formset.is_bound:
        return []
    problems = [Problem(str(error), "") for error in formset.non_form_errors()]
    for number, form in enumerate(formset.forms, start=1):
        title = getattr(form, "title", "") or f"Entry {number}"
        problems += [Problem(f"{title}: {p.sentence}", p.link) for p in _form_problems(form)]
    return problems


def _errors_id(form: BaseForm) -> str:
    """The id that `bootstrap5/errors.html` gives the errors of a whole form."""
    return f"{form.prefix}-errors" if form.prefix else "form-errors"


def _field_link(field: BoundField) -> str:
    """The control itself; of several controls (choices, date and time) the first, which alone can take focus."""
    if field.is_hidden or not field.auto_id:
        return ""
    return f"#{field.id_for_label or f'{field.auto_id}_0'}"
