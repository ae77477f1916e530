"""The list of audits, beginning one, reading one, and comparing it with an earlier one."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views import View
from django.views.generic import ListView

from audits.forms import AuditFilterForm
from audits.models import Audit
from audits.queries import audit_list, audits_for_page
from audits.queries.comparing import comparison_of
from audits.queries.reading import audits_to_read, reading_page
from audits.services import start_audit
from audits.views.requests import StaffRequest
from hubportal.accounts.permissions import OfficerRequiredMixin
from meetings.models import Meeting
from schools.models import School


class AuditListView(OfficerRequiredMixin, ListView):
    """Audits filtered by the address bar; those that went on as another audit only when asked for."""

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
        return redirect("audit_conversation", audit.pk)


def get_audit(request: StaffRequest, pk: int) -> Audit:
    """The audit with what its page needs, or a 404 when it is not for this person."""
    return get_object_or_404(audits_for_page().visible_to(request.user), pk=pk)


class AuditDetailView(OfficerRequiredMixin, View):
    """One audit to read, whatever its state: three views of each criterion, how far it has got, what was agreed."""

    def get(self, request: StaffRequest, pk: int) -> HttpResponse:
        audit = get_object_or_404(audits_to_read().visible_to(request.user), pk=pk)
        page = reading_page(audit, shown=request.GET.get("show", ""))
        return render(request, "audits/audit_detail.html", {"page": page, "sheet": page.sheet, "audit": audit})


class AuditComparisonView(OfficerRequiredMixin, View):
    """One audit beside an earlier one of the same school; `?with=` says which."""

    def get(self, request: StaffRequest, pk: int) -> HttpResponse:
        audit = get_audit(request, pk)
        comparison = comparison_of(audit, other=request.GET.get("with", ""))
        return render(request, "audits/comparison.html", {"comparison": comparison, "audit": audit})
