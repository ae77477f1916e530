"""A reflection sheet, behind a contact's personal link."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView

from awards.forms import ReflectionForm
from awards.models import Reflection, ReflectionResponse
from awards.queries import responses_to
from awards.services import answer_reflection, can_be_answered
from schools.permissions import ContactRequiredMixin


class ReflectionView(ContactRequiredMixin, FormView):
    """The sheet 12 or 24 months later: the three priorities, and how far the school has got with each."""

    template_name = "awards/reflection_form.html"
    form_class = ReflectionForm

    @cached_property
    def reflection(self) -> Reflection:
        mine = Reflection.objects.open_to_school().filter(audit__meeting__school=self.school)
        return get_object_or_404(mine.select_related("audit__meeting", "answered_by"), pk=self.kwargs["pk"])

    @cached_property
    def response(self) -> ReflectionResponse | None:
        """What this person has said already."""
        return self.reflection.responses.filter(contact=self.contact).first()

    def get_form_kwargs(self) -> dict[str, Any]:
        priorities = list(self.reflection.audit.priorities.select_related("criterion", "hub_owner"))
        return super().get_form_kwargs() | {"response": self.response, "priorities": priorities}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        sheet = self.reflection
        extra = {
            "reflection": sheet,
            "response": self.response,
            "is_open": can_be_answered(self.response, at=timezone.now()),
            "responses": responses_to(sheet),
            "caption": f"{sheet.month} months after our meeting on {sheet.audit.meeting.held_on:%-d %B %Y}",
        }
        return super().get_context_data(**kwargs) | extra

    def form_valid(self, form: ReflectionForm) -> HttpResponse:
        words = form.cleaned_data["anything_else"]
        try:
            answer_reflection(reflection=self.reflection, answers=form.answers(), anything_else=words, by=self.contact)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        return redirect("reflection_thanks", self.reflection.pk)


class ReflectionThanksView(ContactRequiredMixin, TemplateView):
    template_name = "awards/reflection_thanks.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        answered = Reflection.objects.filter(audit__meeting__school=self.school, answered_at__isnull=False)
        reflection = get_object_or_404(answered, pk=kwargs["pk"])
        return super().get_context_data(**kwargs) | {"reflection": reflection, "responses": responses_to(reflection)}
