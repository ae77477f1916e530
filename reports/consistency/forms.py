"""Choosing the school year of the page about consistency."""

from datetime import date
from typing import Any

from django import forms

from hubportal.forms import PortalForm

from .queries import days_of, years_to_choose


class PeriodForm(PortalForm, forms.Form):
    """Which school years count. What is not a choice counts as no choice: an old bookmark still opens the page."""

    marks_optional = False

    year = forms.ChoiceField(label="School years", required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["year"].choices = years_to_choose(today=today)  # type: ignore[attr-defined]

    def days(self) -> tuple[date, date]:
        """The first and the last day that count."""
        self.is_valid()
        return days_of(self.cleaned_data.get("year", ""), today=self.today)
