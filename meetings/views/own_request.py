"""The page by which a school that we know asks for its next meeting, its follow-up visit most of all."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import FormView

from meetings.forms import OwnRequestForm
from meetings.models import MeetingKind
from meetings.rules import consent_wording
from meetings.services import request_meeting
from schools.permissions import ContactRequiredMixin
from schools.queries import hub_profile


class OwnRequestView(ContactRequiredMixin, FormView):
    """No name, no address, no school to find: the link says who asks."""

    template_name = "meetings/own_request.html"
    form_class = OwnRequestForm

    @cached_property
    def kind(self) -> MeetingKind:
        try:
            return MeetingKind(self.kwargs["kind"])
        except ValueError as error:
            raise Http404("No such kind of meeting.") from error

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        waiting = self.school.meeting_requests.open().filter(kind=self.kind, contact=self.contact).first()
        if waiting:
            messages.info(request, "You have asked already. Here is your request.")
            return redirect("request_times", waiting.reference)
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        hub = hub_profile()
        consent = consent_wording(hub=hub.name, award=hub.award_name, address=hub.contact_email)
        return super().get_form_kwargs() | {"contact": self.contact, "consent": consent, "today": timezone.localdate()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"kind": self.kind, "school": self.school, "contact": self.contact}

    def form_valid(self, form: OwnRequestForm) -> HttpResponse:
        person = {name: getattr(self.contact, name) for name in ("school", "name", "role", "email", "phone")}
        try:
            asked, _ = request_meeting(
                **person,
                kind=self.kind,
                notes=form.cleaned_data["notes"],
                offered=form.offered,
                consent_wording=form.agreed_to,
                submission_key=form.submission_key,
                now=timezone.now(),
            )
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, "Thank you. Your request is with us.")
        return redirect("request_times", asked.reference)
