"""The list of audits, beginning one, and the audit page."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views import View
from django.views.generic import ListView

from audits.forms import AuditFilterForm, SheetForm
from audits.models import Audit
from audits.queries import audit_list, audits_for_page, sheet_of
from audits.services import save_sheet, start_audit
from audits.views.requests import StaffRequest
from hubportal.accounts.permissions import OfficerRequiredMixin
from meetings.models import Meeting
from schools.models import School


class AuditListView(OfficerRequiredMixin, ListView):
    """Open and agreed audits, filtered by the address bar."""

    request: StaffRequest
    template_name = "audits/audit_list.html"
    paginate_by = 25

    def get_queryset(self) -> QuerySet[Audit]:
        self.filter_form = AuditFilterForm(self.request.GET)
        audits = audit_list().visible_to(self.request.user)
        return self.filter_form.narrow(audits, user=self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_filtered = any(self.request.GET.get(name) for name in self.filter_form.fields)
        return super().get_context_data(**kwargs) | {"filter_form": self.filter_form, "is_filtered": is_filtered}


class AuditStartView(OfficerRequiredMixin, View):
    """Begins the audit of a meeting, or goes to the one that is open."""

    http_method_names = ["post"]

    def post(self, request: StaffRequest, pk: int) -> HttpResponse:
        schools = School.objects.visible_to(request.user)
        meeting = get_object_or_404(Meeting, pk=pk, school__in=schools)
        try:
            audit = start_audit(meeting=meeting, phase=request.POST.get("phase", ""), by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("meeting_detail", pk)
        return redirect("audit_detail", audit.pk)


def get_audit(request: StaffRequest, pk: int) -> Audit:
    """The audit with what its page needs, or a 404 when it is not for this person."""
    return get_object_or_404(audits_for_page().visible_to(request.user), pk=pk)


class AuditDetailView(OfficerRequiredMixin, View):
    """While open, the page an officer fills in; once agreed, what was agreed."""

    def get(self, request: StaffRequest, pk: int) -> HttpResponse:
        sheet = sheet_of(get_audit(request, pk))
        if not sheet.audit.is_open:
            return render(request, "audits/audit_agreed.html", {"sheet": sheet, "audit": sheet.audit})
        return self.show(request, SheetForm(sheet=sheet))

    def post(self, request: StaffRequest, pk: int) -> HttpResponse:
        audit = get_audit(request, pk)
        form = SheetForm(sheet=sheet_of(audit), data=request.POST)
        if not form.is_valid():
            return self.show(request, form, status=422)
        try:
            outcome = save_sheet(audit=audit, changes=form.changes(), notes=form.notes(), by=request.user)
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
        return render(request, "audits/audit_open.html", context, status=status)

    def refuse(self, request: StaffRequest, form: SheetForm, error: ValidationError) -> HttpResponse:
        """Nothing could be saved (somebody agreed the audit meanwhile): show why, with everything typed."""
        for sentence in error.messages:
            messages.error(request, sentence)
        return self.show(request, form, status=409)


def next_page(audit: Audit, then: str) -> str:
    """Where the pressed button leads: the priorities, or the section it stood in."""
    if then == "priorities":
        return reverse("audit_priorities", args=[audit.pk])
    page = reverse("audit_detail", args=[audit.pk])
    return f"{page}#section-{then}" if then.isalnum() else page
