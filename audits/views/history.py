"""Who changed what in an audit."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import ListView

from audits.forms.history import HistoryFilterForm
from audits.models import Audit, AuditChange
from audits.queries.history import HistoryLine, history_of, lines_of
from audits.views.pages import get_audit
from audits.views.requests import StaffRequest
from hubportal.accounts.permissions import OfficerRequiredMixin
from hubportal.spreadsheets import csv_response
from hubportal.templatetags.components import with_query

COLUMNS = ("Saved", "Made on the device", "Who", "Side", "Criterion", "What", "Before", "After")


class AuditHistoryView(OfficerRequiredMixin, ListView):
    """Every change of one audit, the newest first. `?format=csv` gives the same lines as a file, all pages of it."""

    request: StaffRequest
    template_name = "audits/history.html"
    paginate_by = 50

    @cached_property
    def audit(self) -> Audit:
        return get_audit(self.request, self.kwargs["pk"])

    @cached_property
    def filter_form(self) -> HistoryFilterForm:
        return HistoryFilterForm(self.request.GET, audit=self.audit)

    def get_queryset(self) -> QuerySet[AuditChange]:
        chosen = self.filter_form.chosen
        return history_of(self.audit, code=chosen("code"), who=chosen("who"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {
            "audit": self.audit,
            "lines": lines_of(self.audit, context["object_list"]),
            "filter_form": self.filter_form,
            "is_filtered": any(self.filter_form.chosen(name) for name in self.filter_form.fields),
            "csv_url": with_query(self.request.GET, format="csv", page=None),
        }

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        if self.request.GET.get("format") == "csv":
            rows = [_cells(line) for line in lines_of(self.audit, self.get_queryset())]
            return csv_response(filename=f"audit-{self.audit.pk}-history.csv", columns=COLUMNS, rows=rows)
        return super().render_to_response(context, **kwargs)


def _cells(line: HistoryLine) -> tuple[object, ...]:
    change = line.change
    saved_at, made_at = timezone.localtime(change.saved_at), timezone.localtime(change.made_at)
    return (
        f"{saved_at:%Y-%m-%d %H:%M:%S}",
        f"{made_at:%Y-%m-%d %H:%M:%S}",
        line.who,
        line.side,
        line.code,
        change.get_field_display(),
        change.before,
        change.after,
    )
