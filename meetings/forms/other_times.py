"""Other times for a request that the hub could not come on."""

from datetime import date
from typing import Any

from django import forms

from hubportal.forms import PortalForm, dress_fields
from meetings.forms.request import NOTES_AT_MOST
from meetings.forms.times import OfferedTimesForm


class OtherTimesForm(PortalForm, OfferedTimesForm):
    """When else a school is free, and a word about it. `today` is the day in Europe/London."""

    notes = forms.CharField(
        label="Anything you would like to tell us",
        required=False,
        max_length=NOTES_AT_MOST,
        help_text="Please name no pupils.",
        widget=forms.Textarea,
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        self.today = today
        super().__init__(*args, **kwargs)
        self.order_fields(self.add_times())
        dress_fields(self)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.check_times()
        return cleaned
