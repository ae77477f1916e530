"""The reminder contract: what mail a school will still get, for the school itself and for staff."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.generic import TemplateView, View

from awards.queries import reminder_contract
from hubportal.accounts.permissions import OfficerRequiredMixin
from meetings.queries import next_term_of
from meetings.rules import long_date
from schools.models import School
from schools.permissions import ContactRequiredMixin
from schools.services import let_mail_flow, pause_mail


class MyRemindersView(ContactRequiredMixin, TemplateView):
    """Every mail that the school will get, with its day, to whom and why."""

    template_name = "awards/my_reminders.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = reminder_contract(self.school, now=timezone.now())
        return super().get_context_data(**kwargs) | {"page": page, "contact": self.contact}


class PauseMailView(ContactRequiredMixin, View):
    """Holds mail that can wait back until the next term begins."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now()
        until = next_term_of(school=self.school, today=timezone.localdate(now))
        try:
            pause_mail(school=self.school, until=until, by_contact=self.contact, now=now)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, f"Mail that can wait is paused until {long_date(until)}.")
        return redirect("my_reminders")


class LetMailFlowView(ContactRequiredMixin, View):
    """Ends the pause before its day."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        let_mail_flow(school=self.school, by_contact=self.contact, now=timezone.now())
        messages.success(request, "Mail comes again.")
        return redirect("my_reminders")


class SchoolRemindersView(OfficerRequiredMixin, TemplateView):
    """The same list for staff, with the mails for which there is nobody to write to."""

    template_name = "awards/school_reminders.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        schools = School.objects.visible_to(self.request.user).select_related("area")
        school = get_object_or_404(schools, urn=self.kwargs["urn"])
        return super().get_context_data(**kwargs) | {"page": reminder_contract(school, now=timezone.now())}
