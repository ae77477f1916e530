"""Typing in an audit that was filled in on paper."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views import View

from audits.forms import PaperForm
from audits.queries import sheet_of
from audits.services import apply_changes
from audits.views.pages import get_audit
from audits.views.requests import StaffRequest
from hubportal.accounts.permissions import OfficerRequiredMixin


class AuditPaperView(OfficerRequiredMixin, View):
    """One line a criterion, in the order of the paper; the Save button sends all of it as one form."""

    def get(self, request: StaffRequest, pk: int) -> HttpResponse:
        sheet = sheet_of(get_audit(request, pk))
        if not sheet.audit.is_open:
            return redirect("audit_detail", pk)
        return self.show(request, PaperForm(sheet=sheet))

    def post(self, request: StaffRequest, pk: int) -> HttpResponse:
        audit = get_audit(request, pk)
        form = PaperForm(sheet=sheet_of(audit), data=request.POST)
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
        return redirect("audit_priorities" if request.POST.get("then") == "priorities" else "audit_paper", pk)

    def show(self, request: StaffRequest, form: PaperForm, status: int = 200) -> HttpResponse:
        context = {"paper_form": form, "sheet": form.sheet, "audit": form.sheet.audit, "has_errors": form.has_typed}
        return render(request, "audits/paper.html", context, status=status)

    def refuse(self, request: StaffRequest, form: PaperForm, error: ValidationError) -> HttpResponse:
        """Nothing could be saved (somebody agreed the audit meanwhile): show why, with everything typed."""
        for sentence in error.messages:
            messages.error(request, sentence)
        return self.show(request, form, status=409)
