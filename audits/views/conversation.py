"""Conversation mode: the page that is filled in together at the school."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View

from audits.forms import SheetForm
from audits.models import Audit
from audits.queries import sheet_of
from audits.services import apply_changes
from audits.views.pages import get_audit
from audits.views.requests import StaffRequest
from hubportal.accounts.permissions import OfficerRequiredMixin


class ConversationView(OfficerRequiredMixin, View):
    """The whole audit on one page. Without scripts, its Save buttons send it as a form."""

    def get(self, request: StaffRequest, pk: int) -> HttpResponse:
        sheet = sheet_of(get_audit(request, pk))
        if not sheet.audit.is_open:
            return redirect("audit_detail", pk)
        return self.show(request, SheetForm(sheet=sheet))

    def post(self, request: StaffRequest, pk: int) -> HttpResponse:
        audit = get_audit(request, pk)
        form = SheetForm(sheet=sheet_of(audit), data=request.POST)
        if not form.is_valid():
            return self.show(request, form, status=422)
        try:
            outcome = apply_changes(audit=audit, changes=form.changes(), by=request.user)
        except ValidationError as error:
            return self.refuse(request, form, error)
        if not outcome.is_complete:
            fresh = form.after(sheet=sheet_of(get_audit(request, pk)), outcome=outcome)
            return self.show(request, fresh, status=409)
        messages.success(request, f"Saved {timezone.localtime():%H:%M}.")
        return redirect(next_page(audit, request.POST.get("then", "")))

    def show(self, request: StaffRequest, form: SheetForm, status: int = 200) -> HttpResponse:
        has_errors = form.errors or form.has_conflicts
        context = {"sheet_form": form, "sheet": form.sheet, "audit": form.sheet.audit, "has_errors": has_errors}
        return render(request, "audits/conversation.html", context, status=status)

    def refuse(self, request: StaffRequest, form: SheetForm, error: ValidationError) -> HttpResponse:
        """Nothing could be saved (somebody agreed the audit meanwhile): show why, with everything typed."""
        for sentence in error.messages:
            messages.error(request, sentence)
        return self.show(request, form, status=409)


def next_page(audit: Audit, then: str) -> str:
    """Where the pressed button leads: the priorities, or the section it stood in."""
    if then == "priorities":
        return reverse("audit_priorities", args=[audit.pk])
    page = reverse("audit_conversation", args=[audit.pk])
    return f"{page}#section-{then}" if then.isalnum() else page
