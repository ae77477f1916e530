"""The short data form, filled in by the school from its personal link."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import FormView

from meetings.forms import DataFormForm
from meetings.models import Meeting
from meetings.queries import data_form_rows, meeting_of_school
from meetings.services import AnswersCollide, data_form_of, save_data_form, send_data_form
from schools.permissions import ContactRequiredMixin


class DataFormView(ContactRequiredMixin, FormView):
    """Save and come back later, or send. Once the meeting has been it can only be read."""

    template_name = "meetings/data_form.html"
    form_class = DataFormForm

    @cached_property
    def meeting(self) -> Meeting:
        meeting = meeting_of_school(school=self.school, pk=self.kwargs["pk"])
        if meeting is None:
            raise Http404("No such meeting at this school.")
        return meeting

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"instance": data_form_of(meeting=self.meeting)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        extra = {"meeting": self.meeting, "facts": data_form_rows(self.meeting), "contact": self.contact}
        return super().get_context_data(**kwargs) | extra

    def form_valid(self, form: DataFormForm) -> HttpResponse:
        try:
            self.keep(form)
        except AnswersCollide as collision:
            form.offer_choice(collision.saved)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("data_form", self.meeting.pk)
        return self.form_invalid(form)

    def keep(self, form: DataFormForm) -> None:
        typed = {"data_form": form.instance, "loaded": form.loaded, "now": timezone.now()}
        if "send" in self.request.POST:
            send_data_form(**typed, by_contact=self.contact)
            messages.success(self.request, "Thank you: your data form is with us.")
        else:
            save_data_form(**typed)
            messages.success(self.request, "Saved. Come back by the link in your e-mail whenever you like.")
