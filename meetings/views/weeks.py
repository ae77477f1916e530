"""The team's calendar: a week and a month, with the address bar as their only memory."""

from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.views.generic import TemplateView

from hubportal.accounts.models import User
from hubportal.accounts.permissions import OfficerRequiredMixin
from hubportal.templatetags.components import with_query
from meetings.forms.diaries import CalendarFilterForm
from meetings.queries import officers
from meetings.queries.weeks import CalendarDay, calendar_areas, calendar_days, people_on, shown_days
from meetings.rules.weeks import (
    EARLIEST_DAY,
    LATEST_DAY,
    MONDAY_TO_FRIDAY,
    monday_after_weekend,
    month_after,
    month_before,
    month_of,
    week_of,
)
from meetings.views.staff import StaffRequest


class CalendarView(OfficerRequiredMixin, TemplateView):
    """What a week and a month share: whose meetings, which day, and the ways on."""

    request: StaffRequest

    @cached_property
    def officers(self) -> list[User]:
        return officers()

    @cached_property
    def filter_form(self) -> CalendarFilterForm:
        return CalendarFilterForm(self.request.GET, officers=self.officers, areas=calendar_areas())

    @cached_property
    def day(self) -> date:
        return self.filter_form.day_or(timezone.localdate())

    def read(self, days: list[date]) -> dict[date, CalendarDay]:
        return calendar_days(
            user=self.request.user,
            days=days,
            filters=self.filter_form.filters,
            officers=self.officers,
            today=timezone.localdate(),
        )

    def link(self, day: date) -> str:
        """This calendar turned to another day; at either end of time it stays where it is."""
        return with_query(self.request.GET, day=min(max(day, EARLIEST_DAY), LATEST_DAY).isoformat())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "filter_form": self.filter_form,
            "day": self.day,
            "today_url": with_query(self.request.GET, day=None),
            "same_day": self.link(self.day),
        }


class WeekView(CalendarView):
    template_name = "meetings/week.html"

    @cached_property
    def day(self) -> date:
        return self.filter_form.day_or(monday_after_weekend(timezone.localdate()))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        week = week_of(self.day)
        days = self.read(week)
        return super().get_context_data(**kwargs) | {
            "first_on": week[0],
            "days": shown_days([days[day] for day in week]),
            "previous_url": self.link(week[0] - timedelta(days=7)),
            "next_url": self.link(week[0] + timedelta(days=7)),
        }


class MonthView(CalendarView):
    template_name = "meetings/month.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        weeks = month_of(self.day)
        days = self.read([day for week in weeks for day in week])
        # The weekend has columns only when somebody meets on it.
        columns = 7 if any(day.cards for day in days.values() if day.on.weekday() >= MONDAY_TO_FRIDAY) else 5
        shown = [[days[day] for day in week[:columns]] for week in weeks]
        # A month that begins or ends on a weekend would have a row of other months' days only.
        shown = [week for week in shown if any(day.on.month == self.day.month for day in week)]
        return super().get_context_data(**kwargs) | {
            "month": self.day.replace(day=1),
            "weeks": [[{"day": day, "url": self.link(day.on)} for day in week] for week in shown],
            "weekdays": [f"{day:%A}" for day in weeks[0][:columns]],
            "people": people_on(day for week in shown for day in week),
            "previous_url": self.link(month_before(self.day)),
            "next_url": self.link(month_after(self.day)),
        }
