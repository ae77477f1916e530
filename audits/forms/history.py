"""Choosing which lines of an audit's history are shown."""

from typing import Any

from django import forms

from audits.models import Audit
from audits.queries.history import OWN_TEXTS, SCHOOL, STAFF, people_of_history
from hubportal.forms import PortalForm


class HistoryFilterForm(PortalForm, forms.Form):
    """The filters of the history; the address bar holds them. A person stands there as a number, never by name."""

    marks_optional = False

    def __init__(self, *args: Any, audit: Audit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        criteria = [(code, f"{code} {title}") for code, title in audit.framework.criteria.values_list("code", "title")]
        codes = [("", "All"), *criteria, (OWN_TEXTS, "Texts about the whole audit")]
        sides = [("", "Everybody"), (STAFF, "Hub staff"), (SCHOOL, "The school")]
        people = [*sides, *people_of_history(audit)]
        self.fields["code"] = forms.ChoiceField(label="Criterion", required=False, choices=codes)
        self.fields["who"] = forms.ChoiceField(label="Changed by", required=False, choices=people)

    def chosen(self, name: str) -> str:
        """What was chosen; a filter that makes no sense counts as none."""
        self.is_valid()
        return str(self.cleaned_data.get(name, ""))
