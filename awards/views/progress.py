"""The school's own notes on its priorities."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import cached_property
from django.views.generic import FormView

from audits.models import Priority
from awards.forms import ProgressNoteForm
from awards.queries import priorities_to_note
from awards.services import add_progress_note
from hubportal.throttle import is_over_limit
from schools.permissions import ContactRequiredMixin

NOTES_AN_HOUR = 30
TOO_MANY = "You have sent many notes within an hour. Please wait a while, or write to us."


class MyProgressView(ContactRequiredMixin, FormView):
    """All notes on one priority, and room for another. The form on the school's page posts here too."""

    template_name = "awards/my_progress.html"
    form_class = ProgressNoteForm

    @cached_property
    def priority(self) -> Priority:
        return get_object_or_404(priorities_to_note(self.school), pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        extra = {"priority": self.priority, "notes": self.priority.progress_notes.all()}
        return super().get_context_data(**kwargs) | extra

    def form_valid(self, form: ProgressNoteForm) -> HttpResponse:
        if is_over_limit(self.request, action=f"note_{self.contact.pk}", limit=NOTES_AN_HOUR):
            form.add_error(None, TOO_MANY)
            return self.form_invalid(form)
        try:
            add_progress_note(priority=self.priority, text=form.cleaned_data["text"], by_contact=self.contact)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, "Thank you. Your note stands with the priority, for your school and the hub.")
        return redirect("my_school")
