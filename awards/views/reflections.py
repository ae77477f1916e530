"""A reflection sheet, behind a contact's personal link."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView

from audits.queries import colleagues_of
from awards.forms import ReflectionColleagueForm, ReflectionForm
from awards.models import Reflection, ReflectionResponse
from awards.queries import responses_to
from awards.services import (
    answer_reflection,
    can_be_answered,
    hand_sheet_to_colleague,
    hand_sheet_to_somebody,
)
from hubportal.throttle import is_over_limit
from schools.models import Contact
from schools.permissions import ContactRequiredMixin

HAND_OVERS_AN_HOUR = 10
TOO_MANY = "You have handed over many times within an hour. Please wait a while, or write to us."


class OwnSheetMixin(ContactRequiredMixin):
    """A sheet of the contact's own school that it may open; any other is a 404."""

    @cached_property
    def reflection(self) -> Reflection:
        mine = Reflection.objects.open_to_school(day=timezone.localdate()).filter(audit__meeting__school=self.school)
        return get_object_or_404(mine.select_related("audit__meeting", "answered_by"), pk=self.kwargs["pk"])  # type: ignore[attr-defined]


class ReflectionView(OwnSheetMixin, FormView):
    """The sheet 12 or 24 months later: the three priorities, and how far the school has got with each."""

    template_name = "awards/reflection_form.html"
    form_class = ReflectionForm

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
            "caption": caption_of(sheet),
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


class ReflectionColleagueView(OwnSheetMixin, FormView):
    """Hand the sheet to somebody else at the school."""

    template_name = "awards/reflection_colleague.html"
    form_class = ReflectionColleagueForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"colleagues": colleagues_of(self.contact)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "reflection": self.reflection,
            "caption": caption_of(self.reflection),
        }

    def form_valid(self, form: ReflectionColleagueForm) -> HttpResponse:
        if is_over_limit(self.request, action=f"sheet_{self.contact.pk}", limit=HAND_OVERS_AN_HOUR):
            form.add_error(None, TOO_MANY)
            return self.form_invalid(form)
        try:
            colleague = self.hand_over(form)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, _handed_over(colleague))
        return redirect("reflection_form", self.reflection.pk)

    def hand_over(self, form: ReflectionColleagueForm) -> Contact:
        facts = {"reflection": self.reflection, "by_contact": self.contact, "now": timezone.now()}
        if form.chosen:
            return hand_sheet_to_colleague(colleague=form.chosen, **facts)
        return hand_sheet_to_somebody(name=form.cleaned_data["name"], email=form.cleaned_data["email"], **facts)


def caption_of(sheet: Reflection) -> str:
    return f"{sheet.month} months after our meeting on {sheet.audit.meeting.held_on:%-d %B %Y}"


def _handed_over(colleague: Contact) -> str:
    if colleague.is_confirmed:
        return f"{colleague.name} gets an e-mail with a link of their own. You may still answer as well."
    return (
        f"Thank you. An officer of the hub looks at this first, usually within a week; then {colleague.name} gets a "
        "link of their own. You may still answer as well."
    )
