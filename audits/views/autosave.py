"""Where the audit page sends each change as it is made. Every answer is JSON that says what is stored."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views import View

from audits.forms import NotesForm, RatingForm
from audits.models import Audit, Rating
from audits.services import NotesChange, StaleRating, rate_criterion, save_notes
from audits.views.requests import StaffRequest
from hubportal.accounts.permissions import OfficerRequiredMixin


class RatingSaveView(OfficerRequiredMixin, View):
    """Stores one criterion's rating and note; 409 with both sides when somebody else was first."""

    http_method_names = ["post"]

    def post(self, request: StaffRequest, pk: int, code: str) -> HttpResponse:
        audit = get_object_or_404(Audit.objects.visible_to(request.user), pk=pk)
        form = RatingForm(request.POST)
        if not form.is_valid():
            return refused(form)
        try:
            rating = rate_criterion(audit=audit, code=code, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            return JsonResponse({"error": " ".join(error.messages)}, status=400)
        except StaleRating as stale:
            return JsonResponse(rating_as_stored(stale.current), status=409)
        return JsonResponse(rating_as_stored(rating))


class NotesSaveView(OfficerRequiredMixin, View):
    """Stores the audit's two texts in the same way."""

    http_method_names = ["post"]

    def post(self, request: StaffRequest, pk: int) -> HttpResponse:
        audit = get_object_or_404(Audit.objects.visible_to(request.user), pk=pk)
        form = NotesForm(request.POST)
        if not form.is_valid():
            return refused(form)
        data = {name: form.cleaned_data[name] for name in ("strengths", "private_note", "version")}
        try:
            outcome = save_notes(audit=audit, change=NotesChange(**data), by=request.user)
        except ValidationError as error:
            return JsonResponse({"error": " ".join(error.messages)}, status=400)
        audit.refresh_from_db()
        return JsonResponse(notes_as_stored(audit), status=409 if outcome.notes_conflict else 200)


def refused(form: forms.Form) -> JsonResponse:
    sentences = [str(sentence) for errors in form.errors.values() for sentence in errors]
    return JsonResponse({"error": " ".join(sentences)}, status=400)


def rating_as_stored(rating: Rating) -> dict[str, Any]:
    return {
        "version": rating.version,
        "values": {"agreed": rating.agreed, "note": rating.note},
        "at": f"{timezone.localtime(rating.updated_at):%H:%M}",
        "by": rating.updated_by.name if rating.updated_by else "",
    }


def notes_as_stored(audit: Audit) -> dict[str, Any]:
    return {
        "version": audit.notes_version,
        "values": {"strengths": audit.strengths, "private_note": audit.private_note},
        "at": f"{timezone.localtime():%H:%M}",
        "by": "",
    }
