"""What nobody offers anything for, and what the frameworks suggest to offer."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.defaultfilters import pluralize
from django.utils import timezone
from django.views.generic import TemplateView

from hubportal.accounts.permissions import OfficerRequiredMixin, StaffRequiredMixin
from hubportal.spreadsheets import csv_response
from support import services
from support.queries import coverage, criteria_by_key, untaken_suggestions


class GapsView(StaffRequiredMixin, TemplateView):
    """`?format=csv` gives the criteria as a file."""

    template_name = "support/gaps.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("format") != "csv":
            return super().get(request, *args, **kwargs)
        columns = ("Phase", "Section", "Code", "Criterion", "Offers when amber")
        rows = (
            (gap.phase, gap.criterion.section, gap.criterion.code, gap.criterion.title, gap.for_amber)
            for gap in coverage().gaps
        )
        return csv_response(filename="support-gaps.csv", columns=columns, rows=rows)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"coverage": coverage()}


class SuggestionsView(OfficerRequiredMixin, TemplateView):
    """The lines of support in the frameworks that nobody has taken yet; the button takes them all."""

    template_name = "support/suggestions.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        criteria = criteria_by_key()
        rows = [{"line": line, "criterion": criteria[line.phase, line.code]} for line in untaken_suggestions()]
        return super().get_context_data(**kwargs) | {"rows": rows}

    def post(self, request: HttpRequest) -> HttpResponse:
        done = services.seed_offers(by=request.user, now=timezone.now())
        offers = f"{done.offers} new offer{pluralize(done.offers)}"
        lines = f"{done.suggestions} line{pluralize(done.suggestions)} of support"
        messages.success(request, f"{offers} from {lines}. Change or withdraw what the hub does not give.")
        return redirect("support")
