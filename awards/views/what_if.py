"""Trying other ratings during the conversation: what would the level be, and what would reach the next one?"""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views import View

from audits.models import AuditStatus
from audits.views.requests import StaffRequest
from awards.forms.what_if import FRAGMENT, WhatIfForm, tried_steps
from awards.queries.what_if import audits_for_what_if, what_if_start
from hubportal.accounts.permissions import OfficerRequiredMixin


class WhatIfView(OfficerRequiredMixin, View):
    """Begins with the ratings of today; the address bar holds what is tried. Nothing is stored.

    With `fragment` in the query it gives only the result, for the page's script.
    """

    http_method_names = ("get", "head")

    def get(self, request: StaffRequest, pk: int) -> HttpResponse:
        audit = get_object_or_404(audits_for_what_if().visible_to(request.user), pk=pk)
        if audit.status == AuditStatus.CARRIED_OVER:
            messages.info(request, "This audit went on under a newer version of its framework. Here it is as it was.")
            return redirect("audit_detail", pk)
        form = WhatIfForm(start=what_if_start(audit), data=request.GET)
        result = form.result
        steps = tried_steps(result) if result else []
        template = "awards/_what_if_result.html" if FRAGMENT in request.GET else "awards/what_if.html"
        context = {"form": form, "audit": audit, "result": result, "steps": steps}
        return render(request, template, context)
