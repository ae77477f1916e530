"""The page where whoever asked for a meeting offers other times, if none of the first suited."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import TemplateView

from meetings.forms.other_times import OtherTimesForm
from meetings.queries import own_request
from meetings.services import offer_other_times
from schools.permissions import OwnMatterMixin

THANKS = "Thank you: your other times are with us."


class OtherTimesView(OwnMatterMixin, TemplateView):
    """What was asked of this person and what they offered, and, while the hub waits for it, a form for other times."""

    template_name = "meetings/other_times.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(OtherTimesForm(today=timezone.localdate()))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        own = own_request(contact=self.contact, reference=self.kwargs["reference"])
        form = OtherTimesForm(request.POST, today=timezone.localdate())
        if not form.is_valid():
            return self.show(form)
        try:
            offer_other_times(
                request=own.request,
                offered=form.offered,
                notes=form.cleaned_data["notes"],
                by_contact=self.contact,
                now=timezone.now(),
            )
        except ValidationError as error:
            form.add_error(None, error)
            return self.show(form)
        messages.success(request, THANKS)
        return redirect("request_times", own.request.reference)

    def show(self, form: OtherTimesForm) -> HttpResponse:
        own = own_request(contact=self.contact, reference=self.kwargs["reference"])
        context = {"own": own, "form": form if own.is_asked or form.is_bound else None}
        return self.render_to_response(self.get_context_data(**context))
