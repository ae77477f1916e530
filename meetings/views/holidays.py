"""The hub's holidays by school year: officers read them, administrators keep them."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView, UpdateView, View

from hubportal.accounts.permissions import AdministratorRequiredMixin, OfficerRequiredMixin
from meetings.forms.holidays import HolidayForm
from meetings.models import HubHoliday
from meetings.queries.school_years import holiday_page
from meetings.rules.weeks import EARLIEST_DAY, LATEST_DAY, school_year_name, school_year_of


class HolidayListView(OfficerRequiredMixin, TemplateView):
    """One school year with its holidays; `?year=2026` is the one that begins in September 2026."""

    template_name = "meetings/holidays.html"

    @property
    def year(self) -> int:
        given = self.request.GET.get("year", "")
        year = int(given) if given.isascii() and given.isdigit() and len(given) == 4 else 0
        return year if EARLIEST_DAY.year <= year < LATEST_DAY.year else school_year_of(timezone.localdate())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        years = [{"year": year, "name": school_year_name(year)} for year in (self.year - 1, self.year + 1)]
        page = holiday_page(year=self.year)
        extra = {"page": page, "has_own": any(row.holiday for row in page.rows)}
        return super().get_context_data(**kwargs) | extra | {"before": years[0], "after": years[1]}


class HolidayEditView(AdministratorRequiredMixin, UpdateView):
    model = HubHoliday
    form_class = HolidayForm
    template_name = "meetings/holiday_form.html"

    def get_success_url(self) -> str:
        return holidays_url(self.object)

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, f"{form.instance.name} is saved.")
        return super().form_valid(form)


class HolidayCreateView(HolidayEditView):
    """The same page for a holiday that does not exist yet."""

    def get_object(self, queryset: QuerySet[HubHoliday] | None = None) -> None:
        return None


class HolidayDeleteView(AdministratorRequiredMixin, View):
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        holiday = get_object_or_404(HubHoliday, pk=pk)
        holiday.delete()
        messages.success(request, f"{holiday.name} is deleted. Mail goes out on those days again.")
        return redirect(holidays_url(holiday))


def holidays_url(holiday: HubHoliday) -> str:
    """The list, turned to the school year of this holiday."""
    return f"{reverse('holidays')}?year={school_year_of(holiday.first_on)}"
