"""Where a device sends each change of an audit, and asks what others have changed. Every answer is JSON."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views import View

from audits.forms import ChangeForm
from audits.models import Audit, AuditChange
from audits.queries import changes_since
from audits.services import Change, ChangeConflict, Stored, apply_change
from audits.services.changes import author_of
from audits.views.requests import StaffRequest
from hubportal.accounts.permissions import OfficerRequiredMixin

SIGNED_OUT = "You are signed out. Sign in again: nothing is lost."
OTHER_ACCOUNT = "These changes were made under another account. Sign in with that one to send them."


class AuditChangesView(OfficerRequiredMixin, View):
    """POST stores one change: 200 with what is stored now, 409 with what somebody else left there.

    GET with `after` lists what has been stored since that line of the history, and brings the token that a POST needs:
    whoever has signed in again has a new one. `author` is the account under which the device works.
    """

    def handle_no_permission(self) -> HttpResponse:  # type: ignore[override]
        if self.request.user.is_authenticated:
            return super().handle_no_permission()
        return JsonResponse({"error": SIGNED_OUT}, status=401)

    def get(self, request: StaffRequest, pk: int) -> HttpResponse:
        audit = get_object_or_404(Audit.objects.visible_to(request.user), pk=pk)
        if request.GET.get("author", str(request.user.pk)) != str(request.user.pk):
            return JsonResponse({"error": OTHER_ACCOUNT}, status=403)
        news = changes_since(audit, after=line_number(request.GET.get("after", "")), now=timezone.now())
        get_token(request)
        lines = [change_line(change) for change in news.changes]
        return JsonResponse({"status": audit.status, "last": news.last, "changes": lines})

    def post(self, request: StaffRequest, pk: int) -> HttpResponse:
        audit = get_object_or_404(Audit.objects.visible_to(request.user).only("pk"), pk=pk)
        form = ChangeForm(request.POST)
        is_valid = form.is_valid()
        if form.cleaned_data.get("author") not in (None, request.user.pk):
            return JsonResponse({"error": OTHER_ACCOUNT}, status=403)
        if not is_valid:
            return refused([str(sentence) for errors in form.errors.values() for sentence in errors])
        change = form.change()
        try:
            return answer(change, apply_change(audit=audit, change=change, by=request.user))
        except ChangeConflict as conflict:
            return answer(change, conflict.stored, status=409)
        except ValidationError as error:
            return refused(error.messages)


def line_number(text: str) -> int:
    """A line of the history as a device names it; anything else is the beginning."""
    return int(text) if text.isdecimal() and len(text) < 19 else 0


def answer(change: Change, stored: Stored, status: int = 200) -> JsonResponse:
    """What the device is told about its change: how the field stands now."""
    about = {"id": str(change.change_id), "code": change.code, "field": change.field}
    return JsonResponse(about | _in_words(stored), status=status)


def change_line(change: AuditChange) -> dict[str, Any]:
    """One line of the history, as a device that looks for others' changes is told it."""
    about = {"code": change.criterion.code if change.criterion else "", "field": change.field}
    stored = Stored(value=change.after, version=change.version, by=author_of(change), at=change.saved_at)
    return about | _in_words(stored)


def refused(sentences: list[str]) -> JsonResponse:
    return JsonResponse({"error": " ".join(sentences)}, status=400)


def _in_words(stored: Stored) -> dict[str, Any]:
    at = f"{timezone.localtime(stored.at):%H:%M}" if stored.at else ""
    return {"value": stored.value, "version": stored.version, "by": stored.by, "at": at}
