"""Going on with a newer version of the framework."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views import View

from audits.models import Audit
from audits.queries.carrying import CarryingPlan, carrying_plan, plan_between
from audits.services.carrying import carry_over_audit
from audits.views.pages import get_audit
from audits.views.requests import StaffRequest
from hubportal.accounts.permissions import OfficerRequiredMixin


class CarryOverView(OfficerRequiredMixin, View):
    """Before: what would go along, to carry over or to keep. Afterwards: what stayed behind, and where to read it."""

    def get(self, request: StaffRequest, pk: int) -> HttpResponse:
        audit = get_audit(request, pk)
        return self.show(request, audit, self.find_plan(audit))

    def post(self, request: StaffRequest, pk: int) -> HttpResponse:
        audit = get_audit(request, pk)
        try:
            new = carry_over_audit(audit=audit, by=request.user, now=timezone.now())
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect("audit_detail", pk)
        messages.success(request, f"This audit now goes on with version {new.framework.version}.")
        plan = plan_between(audit, new.framework)
        if plan.left_behind or plan.lost_priorities:
            return redirect("audit_carry_over", new.pk)
        return redirect("audit_conversation", new.pk)

    def find_plan(self, audit: Audit) -> CarryingPlan:
        """What would happen to an open audit, or what did happen to the answers this one began with."""
        if audit.carried_from:
            return plan_between(audit.carried_from, audit.framework)
        plan = carrying_plan(audit) if audit.is_open else None
        if plan is None:
            raise Http404("Nothing to carry over.")
        return plan

    def show(self, request: StaffRequest, audit: Audit, plan: CarryingPlan) -> HttpResponse:
        return render(request, "audits/carry_over.html", {"audit": audit, "plan": plan})
