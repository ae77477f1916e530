"""Ringing schools about sheets that did not come back: the list, one sheet with its calls, the answer taken down."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import FormView, ListView, View

from awards.forms import CallFilterForm, CallForm, StopAskingForm, TakenDownForm
from awards.models import Reflection
from awards.queries import SheetToRing, sheet_page, sheet_to_ring, sheets_to_ring, to_ring
from awards.services import ask_again, record_call, stop_asking, take_down_answer
from hubportal.accounts.models import User
from hubportal.accounts.permissions import OfficerRequiredMixin


class ReflectionsToCallView(OfficerRequiredMixin, ListView):
    """Whom to ring, and what about."""

    template_name = "awards/reflections_to_call.html"
    paginate_by = 25

    @cached_property
    def form(self) -> CallFilterForm:
        return CallFilterForm({"area": "mine"} | self.request.GET.dict())

    def get_queryset(self) -> QuerySet[Reflection]:
        return sheets_to_ring(user=self.request.user, filters=self.form.filters(), as_of=timezone.localdate())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"rows": [to_ring(sheet) for sheet in context["page_obj"]], "filter_form": self.form}


class SheetToRingMixin(OfficerRequiredMixin):
    """One sheet of a school that this person may see; any other is a 404."""

    request: HttpRequest
    kwargs: dict[str, Any]

    @cached_property
    def row(self) -> SheetToRing:
        try:
            return sheet_to_ring(user=self.officer, pk=self.kwargs["pk"])
        except Reflection.DoesNotExist:
            raise Http404("No such sheet.") from None

    @property
    def officer(self) -> User:
        assert isinstance(self.request.user, User)
        return self.request.user

    @property
    def caption(self) -> str:
        sheet = self.row.sheet
        return f"{sheet.month}-month reflection, from our meeting on {sheet.audit.meeting.held_on:%-d %B %Y}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"row": self.row, "caption": self.caption}  # type: ignore[misc]


class ReflectionCallView(SheetToRingMixin, FormView):
    """Whom to ring, the calls so far, and what came of the next."""

    template_name = "awards/reflection_call.html"
    form_class = CallForm

    def form_valid(self, form: CallForm) -> HttpResponse:
        note, who = form.cleaned_data["note"], {"by": self.officer, "now": timezone.now()}
        record_call(reflection=self.row.sheet, has_reached=form.has_reached, note=note, **who)
        messages.success(self.request, "The call is noted.")
        return redirect("reflection_call", self.row.sheet.pk)


class ReflectionTakeDownView(SheetToRingMixin, FormView):
    """The school's sheet, filled in while somebody answers on the telephone."""

    template_name = "awards/reflection_take_down.html"
    form_class = TakenDownForm

    def get_form_kwargs(self) -> dict[str, Any]:
        page = sheet_page(self.row.sheet, contact=None, today=timezone.localdate())
        return super().get_form_kwargs() | {"page": page, "people": list(self.row.school.contacts.all())}

    def form_valid(self, form: TakenDownForm) -> HttpResponse:
        who = {"contact": form.contact, "by": self.officer, "now": timezone.now()}
        try:
            take_down_answer(reflection=self.row.sheet, said=form.said(), **who)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, "The school’s answer is kept.")
        return redirect("reflection_call", self.row.sheet.pk)


class ReflectionStopView(SheetToRingMixin, FormView):
    """Stop asking for a sheet, with the reason."""

    template_name = "awards/reflection_stop.html"
    form_class = StopAskingForm

    def form_valid(self, form: StopAskingForm) -> HttpResponse:
        who = {"by": self.officer, "now": timezone.now()}
        try:
            stop_asking(reflection=self.row.sheet, reason=form.cleaned_data["reason"], **who)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, "We do not ask for this sheet any more.")
        return redirect("reflections_to_call")


class ReflectionAskAgainView(SheetToRingMixin, View):
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        ask_again(reflection=self.row.sheet, by=self.officer, now=timezone.now())
        messages.success(request, "We ask for this sheet again.")
        return redirect("reflection_call", pk)
