"""Choose the term whose certificates are wanted."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from awards.queries import TermCount
from awards.rules.terms import Term
from hubportal.forms import PortalForm


class BatchForm(PortalForm, forms.Form):
    """A term by its first day; each choice says how many certificates it has."""

    term = forms.ChoiceField(
        label="Term",
        help_text="By the date on the certificate. Withdrawn and replaced certificates are left out.",
        error_messages={
            "required": "Choose a term.",
            "invalid_choice": "This term has no certificates any more. Choose another.",
        },
    )

    def __init__(self, *args: Any, terms: Sequence[TermCount], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.terms = {one.term.starts_on: one.term for one in terms}
        field = self.fields["term"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.term.starts_on.isoformat(), one.label) for one in terms]

    def clean_term(self) -> Term:
        return self.terms[date.fromisoformat(self.cleaned_data["term"])]
