"""How alike officers rate, for administrators."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.generic import View

from hubportal.accounts.permissions import AdministratorRequiredMixin
from hubportal.spreadsheets import csv_response
from hubportal.templatetags.components import with_query

from .forms import PeriodForm
from .queries import CRITERION_COLUMNS, OFFICER_COLUMNS, consistency
from .rules import LEAST_AUDITS, LEAST_RATINGS


class ConsistencyView(AdministratorRequiredMixin, View):
    """`?format=csv` gives the criteria as a file, `?format=officers` the officers."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form = PeriodForm(request.GET, today=timezone.localdate())
        first, last = form.days()
        page = consistency(first=first, last=last)
        if request.GET.get("format") == "csv":
            cells = (row.cells for row in page.criteria)
            return csv_response(filename="agreement-on-criteria.csv", columns=CRITERION_COLUMNS, rows=cells)
        if request.GET.get("format") == "officers":
            cells = (row.cells for row in page.officers)
            return csv_response(filename="officers-compared.csv", columns=OFFICER_COLUMNS, rows=cells)
        context = {
            "page": page,
            "period_form": form,
            "first": first,
            "last": last,
            "least_ratings": LEAST_RATINGS,
            "least_audits": LEAST_AUDITS,
            "csv_query": with_query(request.GET, format="csv"),
            "officers_query": with_query(request.GET, format="officers"),
        }
        return render(request, "reports/consistency.html", context)
