"""Triage: the requests of schools, and the answers to one (book, pass on, ask for other times, decline, call off)."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import ListView, TemplateView

from hubportal.accounts.permissions import OfficerRequiredMixin
from hubportal.spreadsheets import csv_response
from hubportal.templatetags.components import with_query
from meetings.forms import AskForm, BookForm, DeclineForm, ReassignForm, RequestFilterForm, WithdrawForm
from meetings.models import MeetingRequest, RequestStatus
from meetings.queries import RequestPage, request_list, request_page, waiting_days
from meetings.rules import STANDS_OUT_AFTER_DAYS, long_date, waiting_words
from meetings.services import (
    ask_for_other_times,
    book_meeting,
    decline_request,
    reassign_request,
    withdraw_request,
)
from meetings.views.staff import StaffRequest, invited

COLUMNS = ("Reference", "Asked on", "School", "URN", "Area", "Kind", "Offered times", "Officer", "Status")


class RequestListView(OfficerRequiredMixin, ListView):
    """What schools ask. `?format=csv` gives the same rows in the same order as a file, all pages of it."""

    request: StaffRequest
    template_name = "meetings/request_list.html"
    paginate_by = 25

    @cached_property
    def filter_form(self) -> RequestFilterForm:
        return RequestFilterForm(self.request.GET)

    @property
    def sort(self) -> str:
        return self.request.GET.get("sort", "")

    def get_queryset(self) -> QuerySet[MeetingRequest]:
        filters = self.filter_form.filters(sort=self.sort)
        return request_list(user=self.request.user, filters=filters, today=timezone.localdate())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {
            "rows": _rows(context["page_obj"].object_list),
            "filter_form": self.filter_form,
            "sort": self.sort,
            "csv_url": with_query(self.request.GET, format="csv", page=None),
        }

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        if self.request.GET.get("format") == "csv":
            rows = (_cells(asked) for asked in self.get_queryset())
            return csv_response(filename="requests.csv", columns=COLUMNS, rows=rows)
        return super().render_to_response(context, **kwargs)


def _rows(requests: Sequence[MeetingRequest]) -> list[dict[str, Any]]:
    """The requests of one page of the list, each with how long it has waited where that stands out."""
    days = waiting_days(requests, today=timezone.localdate())
    return [{"asked": one, "waiting": _stands_out(one, number)} for one, number in zip(requests, days, strict=True)]


def _stands_out(asked: MeetingRequest, days: int) -> str:
    if asked.status == RequestStatus.NEW and days > STANDS_OUT_AFTER_DAYS:
        return waiting_words(days)
    return ""


def _cells(asked: MeetingRequest) -> tuple[object, ...]:
    return (
        asked.reference,
        timezone.localtime(asked.created_at).date().isoformat(),
        asked.school.name,
        asked.school.urn,
        asked.school.area.name if asked.school.area else "",
        asked.get_kind_display(),
        "; ".join(str(time) for time in asked.offered_times.all()),
        asked.assigned_to.name if asked.assigned_to else "",
        asked.get_status_display(),
    )


class RequestDetailView(OfficerRequiredMixin, TemplateView):
    """One request as it was typed, with the forms that answer it."""

    request: StaffRequest
    template_name = "meetings/request_detail.html"

    FORMS = ("book_form", "reassign_form", "ask_form", "decline_form", "withdraw_form")

    @cached_property
    def page(self) -> RequestPage:
        return request_page(
            user=self.request.user,
            reference=self.kwargs["reference"],
            today=timezone.localdate(),
            officer=self.request.POST.get("book-officer", ""),
        )

    def book_form(self, *args: Any, **kwargs: Any) -> BookForm:
        return BookForm(*args, page=self.page, today=timezone.localdate(), **kwargs)

    def reassign_form(self, *args: Any) -> ReassignForm:
        initial = {"officer": self.page.request.assigned_to_id}
        return ReassignForm(*args, initial=initial, officers=self.page.officers)

    def ask_form(self, *args: Any) -> AskForm:
        return AskForm(*args)

    def decline_form(self, *args: Any) -> DeclineForm:
        return DeclineForm(*args)

    def withdraw_form(self, *args: Any) -> WithdrawForm:
        return WithdrawForm(*args)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        forms = {name: getattr(self, name)() for name in self.FORMS if name not in kwargs}
        waiting = _stands_out(self.page.request, self.page.waiting_days)
        return super().get_context_data(**kwargs) | {"page": self.page, "waiting": waiting} | forms | kwargs


class AnswerView(RequestDetailView):
    """An answer to a request. What goes wrong is said on the request's page, with everything that was typed."""

    http_method_names = ("post",)
    form_name = ""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = getattr(self, self.form_name)(request.POST)
        if form.is_valid():
            try:
                return self.answer(form)
            except ValidationError as error:
                form.add_error(None, error)
        return self.render_to_response(self.get_context_data(**{self.form_name: form, "form": form}))

    def answer(self, form: Any) -> HttpResponse:
        raise NotImplementedError


class RequestBookView(AnswerView):
    """Books the meeting; with `look` it only shows whether the officer who was chosen is free at the offered times."""

    form_name = "book_form"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "look" not in request.POST:
            return super().post(request, *args, **kwargs)
        typed = {name: request.POST.get(f"book-{name}", "") for name in ("on", "start", "officer")}
        form = self.book_form(initial=typed | {"attendees": request.POST.getlist("book-attendees")})
        return self.render_to_response(self.get_context_data(book_form=form))

    def answer(self, form: BookForm) -> HttpResponse:
        assert form.starts_at
        meeting = book_meeting(
            request=self.page.request,
            officer=form.cleaned_data["officer"],
            starts_at=form.starts_at,
            attendees=form.cleaned_data["attendees"],
            by=self.request.user,
            now=timezone.now(),
        )
        when = f"{long_date(meeting.held_on)}, {meeting.start_clock:%H:%M}"
        messages.success(self.request, f"Booked for {when}. {invited(form.cleaned_data['attendees'])}")
        return redirect("meeting_detail", meeting.pk)


class RequestReassignView(AnswerView):
    form_name = "reassign_form"

    def answer(self, form: ReassignForm) -> HttpResponse:
        officer = form.cleaned_data["officer"]
        reassign_request(request=self.page.request, officer=officer, by=self.request.user, now=timezone.now())
        messages.success(self.request, f"{officer.name} now answers this request.")
        return redirect("request_detail", self.page.request.reference)


class RequestAskView(AnswerView):
    form_name = "ask_form"

    def answer(self, form: AskForm) -> HttpResponse:
        message = form.cleaned_data["message"]
        ask_for_other_times(request=self.page.request, message=message, by=self.request.user, now=timezone.now())
        messages.success(self.request, "The school gets a mail that asks for other times.")
        return redirect("request_detail", self.page.request.reference)


class RequestWithdrawView(AnswerView):
    form_name = "withdraw_form"

    def answer(self, form: WithdrawForm) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        withdraw_request(request=self.page.request, reason=reason, by=self.request.user, now=timezone.now())
        messages.success(self.request, "Closed. Whoever asked gets a mail that says so.")
        return redirect("request_list")


class RequestDeclineView(AnswerView):
    form_name = "decline_form"

    def answer(self, form: DeclineForm) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        decline_request(request=self.page.request, reason=reason, by=self.request.user, now=timezone.now())
        messages.success(self.request, "Declined. The school gets a mail with your reason.")
        return redirect("request_list")
