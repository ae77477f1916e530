"""An officer's own diary: hours, time off and the calendar subscription. Administrators open those of colleagues."""

from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.generic import FormView, TemplateView, View

from hubportal.accounts.models import User
from hubportal.accounts.permissions import OfficerRequiredMixin
from meetings.forms.diaries import TimeOffForm, WorkingWeekForm
from meetings.models import Weekday
from meetings.queries.diaries import DiaryPage, diary_owners, diary_page
from meetings.services.diaries import delete_time_off, set_working_week, take_time_off
from meetings.services.feeds import close_feed, open_feed
from meetings.views.staff import StaffRequest

BOOKED_NEVERTHELESS = "Meetings are booked in that time. They stay booked: move or cancel those that cannot be held."


class DiaryMixin(OfficerRequiredMixin):
    """The diary this person may open: the own one, or an administrator that of any officer. Others are a 404."""

    request: Any
    kwargs: dict[str, Any]

    @cached_property
    def officer(self) -> User:
        return get_object_or_404(diary_owners(self.request.user), pk=self.kwargs.get("pk", self.request.user.pk))

    @cached_property
    def diary(self) -> DiaryPage:
        return diary_page(officer=self.officer, now=timezone.now())

    @property
    def diary_url(self) -> str:
        is_own = self.officer == self.request.user
        return reverse("diary") if is_own else reverse("diary_of", args=[self.officer.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        extra = {"officer": self.officer, "is_own": self.officer == self.request.user, "diary_url": self.diary_url}
        return super().get_context_data(**kwargs) | extra  # type: ignore[misc]


class DiaryView(DiaryMixin, TemplateView):
    template_name = "meetings/diary.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        week = [{"name": day.label, "hours": self.diary.week.get(day)} for day in Weekday]
        return super().get_context_data(**kwargs) | {"diary": self.diary, "week": week}


class DiaryFormView(DiaryMixin, FormView):
    """A form that ends in one service and leads back to the diary."""

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            self.change(form)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        return redirect(self.diary_url)

    def change(self, form: Any) -> None:
        raise NotImplementedError


class WorkingWeekView(DiaryFormView):
    template_name = "meetings/diary_hours.html"
    form_class = WorkingWeekForm

    def get_form_kwargs(self) -> dict[str, Any]:
        page = self.diary
        return super().get_form_kwargs() | {"week": dict(page.week), "travel_minutes": page.travel_minutes}

    def change(self, form: WorkingWeekForm) -> None:
        minutes = form.cleaned_data["travel_minutes"]
        set_working_week(officer=self.officer, week=form.week, travel_minutes=minutes, by=self.request.user)
        messages.success(self.request, "The hours are saved. Times are checked against them from now on.")


class TimeOffView(DiaryFormView):
    template_name = "meetings/diary_time_off.html"
    form_class = TimeOffForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"today": timezone.localdate()}

    def change(self, form: TimeOffForm) -> None:
        assert form.slot
        off = take_time_off(officer=self.officer, slot=form.slot, by=self.request.user, now=timezone.now())
        messages.success(self.request, "The time off is in the diary.")
        if any(row.meetings for row in self.diary.times_off if row.time_off == off):
            messages.warning(self.request, BOOKED_NEVERTHELESS)


class TimeOffDeleteView(DiaryMixin, View):
    http_method_names = ("post",)

    def post(self, request: StaffRequest, pk: int, time_off: int) -> HttpResponse:
        delete_time_off(time_off=get_object_or_404(self.officer.times_off, pk=time_off), by=request.user)
        messages.success(request, "That time is open for meetings again.")
        return redirect(self.diary_url)


class FeedOpenView(DiaryMixin, View):
    """Makes a new address and shows it, this once: nothing but its hash is kept, so no later page can."""

    http_method_names = ("post",)

    def post(self, request: StaffRequest, pk: int) -> HttpResponse:
        try:
            token = open_feed(officer=self.officer, by=request.user, now=timezone.now())
        except ValidationError as error:
            messages.error(request, error.message)
            return redirect(self.diary_url)
        address = settings.HUB_BASE_URL + reverse("calendar_feed", args=[token])
        context = {"address": address, "webcal": webcal(address), "diary_url": self.diary_url}
        return render(request, "meetings/diary_feed.html", context)


class FeedStopView(DiaryMixin, View):
    http_method_names = ("post",)

    def post(self, request: StaffRequest, pk: int) -> HttpResponse:
        close_feed(officer=self.officer, by=request.user, now=timezone.now())
        messages.success(request, "The subscription has stopped: its address opens nothing any more.")
        return redirect(self.diary_url)


def webcal(address: str) -> str:
    """The same address as calendar programs on a computer or phone open it."""
    return "webcal://" + address.partition("://")[2]
