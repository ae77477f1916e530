"""The short data form, filled in by the school from its personal link."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import FormView, TemplateView, View

from meetings.forms import DataFormForm
from meetings.models import Meeting
from meetings.queries import data_form_rows, meeting_of_school, questions_left_open, reminders_of
from meetings.services import (
    AnswersCollide,
    data_form_of,
    prefill,
    save_data_form,
    send_data_form,
    stored_data_form,
)
from schools.models import School
from schools.permissions import ContactRequiredMixin


class OwnMeetingMixin(ContactRequiredMixin):
    """A meeting of the contact's own school; any other is a 404."""

    school: School
    kwargs: dict[str, Any]

    @cached_property
    def meeting(self) -> Meeting:
        meeting = meeting_of_school(school=self.school, pk=self.kwargs["pk"])
        if meeting is None:
            raise Http404("No such meeting at this school.")
        return meeting

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"meeting": self.meeting, "contact": self.contact}  # type: ignore[misc]


class DataFormView(OwnMeetingMixin, FormView):
    """Save and come back later, or send. Once the meeting has been it can only be read."""

    template_name = "meetings/data_form.html"
    form_class = DataFormForm

    def get_form_kwargs(self) -> dict[str, Any]:
        data_form = stored_data_form(meeting=self.meeting)
        return super().get_form_kwargs() | {"instance": data_form, "suggested": prefill(data_form=data_form)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"facts": data_form_rows(self.meeting)}

    def form_valid(self, form: DataFormForm) -> HttpResponse:
        try:
            return self.keep(form)
        except AnswersCollide as collision:
            form.offer_choice(collision.saved)
        except ValidationError as error:
            form.add_error(None, error)
        return self.form_invalid(form)

    def keep(self, form: DataFormForm) -> HttpResponse:
        typed = {"data_form": form.instance, "loaded": form.loaded, "only": form.asked, "now": timezone.now()}
        if "send" in self.request.POST:
            send_data_form(**typed, by_contact=self.contact)
            return redirect("data_form_thanks", self.meeting.pk)
        save_data_form(**typed)
        messages.success(self.request, "Saved. Come back by the link in your e-mail whenever you like.")
        return redirect("data_form", self.meeting.pk)


class DataFormSaveView(OwnMeetingMixin, View):
    """Stores one answer as soon as it is given; 409 with both answers when a colleague was first."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        name = request.POST.get("question", "")
        form = DataFormForm(request.POST, instance=data_form_of(meeting=self.meeting), only=(name,))
        if not form.asked:
            raise Http404("No such question.")
        if not form.is_valid():
            return _refused([str(sentence) for sentence in form.errors[name]])
        now = timezone.now()
        try:
            save_data_form(data_form=form.instance, loaded=form.loaded, only=form.asked, now=now)
        except AnswersCollide as collision:
            return JsonResponse({"value": _as_typed(collision.saved[name])}, status=409)
        except ValidationError as error:
            return _refused(error.messages)
        kept = DataFormForm(instance=data_form_of(meeting=self.meeting))
        at, value = f"{timezone.localtime(now):%H:%M}", _as_typed(getattr(kept.instance, name))
        return JsonResponse({"at": at, "value": value, "doubts": kept.doubts})


def _refused(sentences: list[str]) -> JsonResponse:
    return JsonResponse({"error": " ".join(sentences)}, status=400)


def _as_typed(value: object) -> str:
    """An answer as its box holds it."""
    return "" if value is None else str(value)


class DataFormThanksView(OwnMeetingMixin, TemplateView):
    """Thanks for the form, and what happens next."""

    template_name = "meetings/data_form_thanks.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = getattr(self.meeting, "data_form", None)
        if form is None or form.sent_at is None:
            return redirect("data_form", self.meeting.pk)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        reminders = reminders_of(school=self.school, meeting=self.meeting, now=timezone.now())
        extra = {"gaps": questions_left_open(self.meeting.data_form), "reminder": next(iter(reminders), None)}
        return super().get_context_data(**kwargs) | extra
