"""A reflection sheet, behind a contact's personal link."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView

from audits.queries import colleagues_of
from awards.forms import ReflectionColleagueForm, ReflectionForm, kept_answers, posted_fields
from awards.models import Reflection
from awards.queries import SheetPage, sheet_page, with_responses
from awards.services import (
    answer_reflection,
    can_be_answered,
    hand_sheet_to_colleague,
    hand_sheet_to_somebody,
)
from hubportal.throttle import is_over_limit
from schools.models import Contact
from schools.permissions import ContactRequiredMixin, contact_of

HAND_OVERS_AN_HOUR = 10
TOO_MANY = "You have handed over many times within an hour. Please wait a while, or write to us."


class OwnSheetMixin(ContactRequiredMixin):
    """A sheet of the contact's own school that it may open; any other is a 404."""

    kwargs: dict[str, Any]

    @cached_property
    def reflection(self) -> Reflection:
        mine = Reflection.objects.open_to_school(day=timezone.localdate()).filter(audit__meeting__school=self.school)
        return get_object_or_404(mine.select_related("audit__meeting__school", "email"), pk=self.kwargs["pk"])


class ReflectionView(OwnSheetMixin, FormView):
    """The sheet 12 or 24 months later: the three priorities, and how far the school has got with each."""

    template_name = "awards/reflection_form.html"
    form_class = ReflectionForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What somebody has typed stays with them, also when their visit or their link has ended meanwhile."""
        if request.method == "POST" and contact_of(request) is None:
            context = {"kept": kept_answers(request.POST), "posted": list(posted_fields(request.POST))}
            return render(request, "awards/reflection_kept.html", context, status=403)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def page(self) -> SheetPage:
        return sheet_page(self.reflection, contact=self.contact, today=timezone.localdate())

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"page": self.page}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        is_open = self.page.state.asks and can_be_answered(self.page.mine, at=timezone.now())
        due_on = f"{self.reflection.due_on:%-d %B %Y}"
        return context | {
            "page": self.page,
            "is_open": is_open,
            "caption": caption_of(self.reflection),
            "due_on": due_on,
        }

    def form_valid(self, form: ReflectionForm) -> HttpResponse:
        said = form.said()
        try:
            answer_reflection(reflection=self.reflection, **vars(said), by=self.contact)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        return redirect("reflection_thanks", self.reflection.pk)


class ReflectionThanksView(ContactRequiredMixin, TemplateView):
    template_name = "awards/reflection_thanks.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        answered = Reflection.objects.filter(audit__meeting__school=self.school, answered_at__isnull=False)
        reflection = get_object_or_404(with_responses(answered), pk=kwargs["pk"])
        return super().get_context_data(**kwargs) | {"reflection": reflection}


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
