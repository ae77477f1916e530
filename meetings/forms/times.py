"""When a school is free: up to six lines, each a day with a part of it or a certain time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms

from meetings.models import DayPart
from meetings.rules import Offer, offered_day_problem, read_time

TIMES_AT_MOST = 6
TIMES_SHOWN_AT_FIRST = 3
WITHOUT_DAY = "Give the day as well, or empty this time."


# As people write a time where their browser has no clock to pick one: 15:45, 15.45, 3.45pm, 4 pm.
TIME_FORMATS = ("%H:%M", "%H:%M:%S", "%H.%M", "%I:%M%p", "%I:%M %p", "%I.%M%p", "%I.%M %p", "%I%p", "%I %p")


class PartOfDayField(forms.ChoiceField):
    """A part of the day; whoever names none is free all day."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=DayPart, **kwargs)

    def clean(self, value: Any) -> str:
        part: str = super().clean(value or DayPart.ANY)
        return part


@dataclass(frozen=True)
class TimeRow:
    """One line of "when we are free": its number and its three fields."""

    number: int
    day: forms.BoundField
    part: forms.BoundField
    start: forms.BoundField

    @property
    def is_in_use(self) -> bool:
        return bool(self.day.value() or self.start.value())


class OfferedTimesForm(forms.Form):
    """What the public form and the page for other times share. `today` is the day in Europe/London."""

    today: date

    def add_times(self) -> list[str]:
        """Add the fields of all lines; returns their names in the order of the page."""
        before = set(self.fields)
        for number in range(1, TIMES_AT_MOST + 1):
            self.fields.update(_time_fields(number))
        return [name for name in self.fields if name not in before]

    @property
    def rows(self) -> list[TimeRow]:
        numbers = range(1, TIMES_AT_MOST + 1)
        return [TimeRow(n, self[f"day_{n}"], self[f"part_{n}"], self[f"start_{n}"]) for n in numbers]

    @property
    def first_rows(self) -> list[TimeRow]:
        return self.rows[:TIMES_SHOWN_AT_FIRST]

    @property
    def more_rows(self) -> list[TimeRow]:
        return self.rows[TIMES_SHOWN_AT_FIRST:]

    @property
    def has_more_rows(self) -> bool:
        return any(row.is_in_use for row in self.more_rows)

    def check_times(self) -> None:
        """Say of each line what is wrong with it and how to mend it. For the form's `clean`."""
        for row in self.rows:
            day, start = self.cleaned_data.get(row.day.name), self.cleaned_data.get(row.start.name)
            if day:
                self._check_day(row, day)
            elif start and not row.day.errors:
                self.add_error(row.day.name, WITHOUT_DAY)
        if self.has_error("day_1", "required") and any(row.is_in_use for row in self.rows[1:]):
            # Any one day will do; it need not be the first.
            del self.errors["day_1"]

    def _check_day(self, row: TimeRow, day: date) -> None:
        if problem := offered_day_problem(day, today=self.today):
            self.add_error(row.day.name, problem)
        part = self.cleaned_data.get(row.part.name)
        if part and not row.start.errors:
            read = read_time(part, self.cleaned_data.get(row.start.name))
            if read.problem:
                self.add_error(row.start.name if read.is_about_start else row.part.name, read.problem)

    @property
    def offered(self) -> list[Offer]:
        """What a form without problems offers, the earliest first."""
        return sorted(set(self._offered()), key=lambda offer: offer.order)

    def _offered(self) -> Iterator[Offer]:
        for row in self.rows:
            if day := self.cleaned_data.get(row.day.name):
                read = read_time(self.cleaned_data[row.part.name], self.cleaned_data[row.start.name])
                yield Offer(day, read.part, read.start)


def _time_fields(number: int) -> dict[str, forms.Field]:
    day = forms.DateField(
        label=f"Day {number}",
        required=number == 1,
        error_messages={"required": "Give at least one day when you could meet."},
    )
    return {
        f"day_{number}": day,
        f"part_{number}": PartOfDayField(label=f"Part of day {number}", initial=DayPart.ANY),
        f"start_{number}": forms.TimeField(label=f"Start on day {number}", required=False, input_formats=TIME_FORMATS),
    }
