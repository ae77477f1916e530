"""The forms of an officer's own diary, and what the team's calendar shows."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from django import forms
from django.http import QueryDict

from hubportal.accounts.models import User
from hubportal.forms import PortalForm, dress_fields
from meetings.forms.booking import StartTime
from meetings.forms.staff import FilterForm
from meetings.models import LONGEST_TRAVEL_MINUTES, Weekday
from meetings.queries.weeks import CalendarFilters
from meetings.rules import Slot
from meetings.rules.diaries import Hours, time_off_slot
from meetings.rules.weeks import is_in_reach
from schools.models import Area


@dataclass(frozen=True)
class HoursRow:
    """A weekday with its two boxes."""

    weekday: Weekday
    opens: forms.BoundField
    closes: forms.BoundField


class WorkingWeekForm(PortalForm, forms.Form):
    """The hours of each weekday, and the way between two schools. `week` is what the page has read."""

    # Eleven boxes, and all but one may be empty: the page says so once.
    marks_optional = False

    travel_minutes = forms.IntegerField(
        label="Minutes of travel before and after a meeting",
        help_text="How long it usually takes from one school to the next. Two meetings at one school need none.",
        min_value=0,
        max_value=LONGEST_TRAVEL_MINUTES,
        error_messages={
            "required": "Give the minutes of travel, such as 30. 0 means none.",
            "min_value": "Give the minutes of travel as a number from 0 to 180.",
            "max_value": "Give the minutes of travel as a number from 0 to 180.",
        },
    )

    def __init__(self, *args: Any, week: dict[int, Hours], travel_minutes: int, **kwargs: Any) -> None:
        kwargs["initial"] = {"travel_minutes": travel_minutes}
        super().__init__(*args, **kwargs)
        for day in Weekday:
            hours = week.get(day)
            for name, label, at in (
                ("opens", "From", hours.opens if hours else None),
                ("closes", "To", hours.closes if hours else None),
            ):
                field = StartTime(label=label, required=False, initial=at)
                field.error_messages["invalid"] = f"{day.label}: enter a time such as 15:30."
                self.fields[f"{name}_{day.value}"] = field
        dress_fields(self)

    @property
    def rows(self) -> list[HoursRow]:
        return [HoursRow(day, self[f"opens_{day.value}"], self[f"closes_{day.value}"]) for day in Weekday]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for day in Weekday:
            self._check(day, cleaned.get(f"opens_{day.value}"), cleaned.get(f"closes_{day.value}"))
        if not self.errors and not self.week:
            sentence = "Give the hours of at least one day. To be away for a while, add time off instead."
            self.add_error("opens_0", sentence)
        return cleaned

    def _check(self, day: Weekday, opens: time | None, closes: time | None) -> None:
        names = f"opens_{day.value}", f"closes_{day.value}"
        if any(name in self.errors for name in names):
            return
        if opens and not closes:
            self.add_error(names[1], f"{day.label}: say when the day ends, or leave both boxes empty.")
        elif closes and not opens:
            self.add_error(names[0], f"{day.label}: say when the day begins, or leave both boxes empty.")
        elif opens and closes and closes <= opens:
            self.add_error(names[1], f"{day.label}: give an end after {opens:%H:%M}.")

    @property
    def week(self) -> dict[int, Hours]:
        """The hours by weekday, as they were given."""
        pairs = {d.value: (self.cleaned_data.get(f"opens_{d}"), self.cleaned_data.get(f"closes_{d}")) for d in Weekday}
        return {day: Hours(opens, closes) for day, (opens, closes) in pairs.items() if opens and closes}


class TimeOffForm(PortalForm, forms.Form):
    """One day or several, or a part of a day. Sets `slot`."""

    first_on = forms.DateField(label="First day")
    last_on = forms.DateField(label="Last day", required=False, help_text="Leave it empty for a single day.")
    starts = StartTime(
        label="From", required=False, help_text="On the first day. Leave it empty to be off from its beginning."
    )
    ends = StartTime(label="Until", required=False, help_text="On the last day. Leave it empty to be off to its end.")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.slot: Slot | None = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first_on, starts, ends = cleaned.get("first_on"), cleaned.get("starts"), cleaned.get("ends")
        last_on = cleaned.get("last_on") or first_on
        if first_on and not is_in_reach(first_on):
            self.add_error("first_on", "Check the year.")
        elif first_on and "last_on" not in self.errors and last_on and last_on < first_on:
            self.add_error("last_on", "The last day cannot be before the first.")
        elif last_on and not is_in_reach(last_on):
            self.add_error("last_on", "Check the year.")
        elif last_on and "last_on" not in self.errors and last_on < self.today:
            self.add_error("last_on" if cleaned.get("last_on") else "first_on", "That has passed: give a day to come.")
        if first_on == last_on and starts and ends and ends <= starts:
            self.add_error("ends", f"Give an end after {starts:%H:%M}.")
        if first_on and last_on and not self.errors:
            self.slot = time_off_slot(first_on, last_on, starts=starts, ends=ends)
        return cleaned


class CalendarFilterForm(FilterForm):
    """Whose meetings, and where. The day stays what it is. The choices are what the page has read already."""

    officer = forms.TypedChoiceField(label="Officer", required=False, coerce=int, empty_value=None)
    area = forms.TypedChoiceField(label="Area", required=False, coerce=int, empty_value=None)
    day = forms.DateField(required=False, widget=forms.HiddenInput)

    def __init__(self, query: QueryDict, *, officers: Collection[User], areas: Collection[Area]) -> None:
        super().__init__(query)
        for name, everything, choices in (("officer", "Everybody", officers), ("area", "All areas", areas)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", everything), *((one.pk, one.name) for one in choices)]
        # Once more, now that it is known what may be chosen.
        self.full_clean()

    @property
    def filters(self) -> CalendarFilters:
        return CalendarFilters(officer=self.cleaned_data.get("officer"), area=self.cleaned_data.get("area"))

    @property
    def is_narrowed(self) -> bool:
        return self.filters != CalendarFilters()

    def day_or(self, today: date) -> date:
        """The day in the address, if there is one and the calendar reaches it."""
        day = self.cleaned_data.get("day")
        return day if day and is_in_reach(day) else today
