"""The form of a holiday of the hub."""

from datetime import timedelta
from typing import Any

from django import forms

from hubportal.forms import PortalForm
from meetings.models import LONGEST_HUB_HOLIDAY_DAYS, HubHoliday
from meetings.rules.weeks import is_in_reach
from schools.models import Area


class HolidayForm(PortalForm, forms.ModelForm):
    """A stretch of days without school, everywhere or in one area. It may overlap others: areas differ."""

    area = forms.ModelChoiceField(
        Area.objects.all(), label="Where schools are closed", required=False, empty_label="Everywhere"
    )

    class Meta:
        model = HubHoliday
        fields = ("name", "first_on", "last_on", "area", "ends_term")
        labels = {
            "name": "Name",
            "first_on": "First day",
            "last_on": "Last day",
            "ends_term": "A new term begins after it",
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first_on, last_on = cleaned.get("first_on"), cleaned.get("last_on")
        if first_on and not is_in_reach(first_on):
            self.add_error("first_on", "Check the year.")
        elif first_on and last_on and last_on < first_on:
            self.add_error("last_on", "The last day cannot be before the first.")
        elif first_on and last_on and last_on > first_on + timedelta(days=LONGEST_HUB_HOLIDAY_DAYS):
            self.add_error("last_on", "A holiday of the hub is eight weeks at most: check the dates.")
        return cleaned
