"""The staff's outbox: what waits, what went (as it went), what failed and why."""

from typing import Any

from csp.decorators import csp_replace
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.generic import DetailView, ListView, View

from hubportal.access.rules import withhold_placeholders
from hubportal.accounts.permissions import OfficerRequiredMixin
from hubportal.mail.editing import readable_text
from hubportal.mail.forms import OutboxFilterForm
from hubportal.mail.models import Email, EmailAttachment, EmailStatus
from hubportal.mail.queries import (
    OUTBOX_COLUMNS,
    EmailPage,
    OutboxRow,
    count_by_status,
    email_page,
    outbox,
    readable_emails,
)
from hubportal.spreadsheets import csv_response
from hubportal.templatetags.components import with_query

# A mail within our own page: its styles stand inline, as mail programs want them; it may load and run nothing.
MAIL_POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["'none'"],
    "form-action": ["'none'"],
    "frame-ancestors": ["'self'"],
    "sandbox": [],
}
in_our_frame = [csp_replace(MAIL_POLICY), xframe_options_sameorigin]


class OutboxView(OfficerRequiredMixin, ListView):
    """`?format=csv` gives exactly what the filters show, all pages of it."""

    template_name = "mail/outbox.html"
    paginate_by = 50

    @cached_property
    def form(self) -> OutboxFilterForm:
        return OutboxFilterForm(self.request.GET)

    def get_queryset(self) -> QuerySet[Email]:
        return outbox(self.form.filters())

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("format") == "csv":
            rows = (OutboxRow(email).cells for email in self.get_queryset().iterator(chunk_size=500))
            return csv_response(filename="e-mails.csv", columns=OUTBOX_COLUMNS, rows=rows)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        filters, counts = self.form.filters(), count_by_status()
        extra = {
            "rows": [OutboxRow(email) for email in context["page_obj"]],
            "statuses": [(status, counts[status], with_query({"status": status})) for status in EmailStatus],
            "actions": [{"label": "E-mails we send", "url": reverse("mail_kinds")}],
            "filters": filters,
            "filter_form": self.form,
            "csv_query": with_query(self.request.GET, format="csv", page=None),
        }
        return context | extra


class EmailView(OfficerRequiredMixin, DetailView):
    """One mail as it went or will go, personal links withheld."""

    template_name = "mail/email.html"
    context_object_name = "page"

    def get_object(self, queryset: QuerySet[Email] | None = None) -> EmailPage:
        try:
            return email_page(self.kwargs["pk"])
        except Email.DoesNotExist as error:
            raise Http404("No such mail.") from error

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        email = self.object.email
        extra = {
            "email": email,
            "body": readable_text(email.body_text),
            "earlier": [(one, readable_text(one.body_text)) for one in self.object.earlier],
        }
        return super().get_context_data(**kwargs) | extra


@method_decorator(in_our_frame, name="dispatch")
class EmailHtmlView(OfficerRequiredMixin, View):
    """The HTML of one mail as a mail program shows it, for the frame on its page."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        email = get_object_or_404(readable_emails(), pk=pk)
        return HttpResponse(withhold_placeholders(email.body_html))


class EmailAttachmentView(OfficerRequiredMixin, View):
    """A file as it was sent, always as a download."""

    def get(self, request: HttpRequest, pk: int, position: int) -> HttpResponse:
        file = get_object_or_404(EmailAttachment, email__in=readable_emails(), email=pk, position=position)
        headers = {"Content-Disposition": f'attachment; filename="{file.filename}"'}
        return HttpResponse(bytes(file.content), content_type=file.content_type, headers=headers)
