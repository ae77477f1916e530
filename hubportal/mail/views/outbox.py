"""The staff's outbox: what waits, what went (as it went), what failed and why."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import DetailView, ListView, View

from hubportal.access.rules import withhold_placeholders
from hubportal.accounts.permissions import OfficerRequiredMixin
from hubportal.mail.kinds import KINDS
from hubportal.mail.models import Email, EmailAttachment, EmailStatus
from hubportal.mail.queries import count_by_status, outbox, readable_emails
from hubportal.mail.services import send_again


class OutboxView(OfficerRequiredMixin, ListView):
    template_name = "mail/outbox.html"
    paginate_by = 50

    def get_queryset(self) -> QuerySet[Email]:
        return outbox(status=self.request.GET.get("status", ""), text=self.request.GET.get("q", "").strip())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        counts = count_by_status()
        statuses = [(status.value, status.label, counts[status]) for status in EmailStatus]
        chosen = self.request.GET.get("status", "")
        return super().get_context_data(**kwargs) | {"statuses": statuses, "chosen": chosen, "kinds": KINDS}


class EmailView(OfficerRequiredMixin, DetailView):
    """One mail as it went, personal links withheld."""

    template_name = "mail/email.html"

    def get_queryset(self) -> QuerySet[Email]:
        return readable_emails()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kind = KINDS.get(self.object.kind)
        extra = {"body": withhold_placeholders(self.object.body_text), "kind": kind}
        return super().get_context_data(**kwargs) | extra


class EmailAttachmentView(OfficerRequiredMixin, View):
    """A file as it was sent, always as a download."""

    def get(self, request: HttpRequest, pk: int, position: int) -> HttpResponse:
        file = get_object_or_404(EmailAttachment, email__in=readable_emails(), email=pk, position=position)
        headers = {"Content-Disposition": f'attachment; filename="{file.filename}"'}
        return HttpResponse(bytes(file.content), content_type=file.content_type, headers=headers)


class SendAgainView(OfficerRequiredMixin, View):
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        email = get_object_or_404(Email, pk=pk)
        try:
            send_again(email=email)
        except ValidationError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, "The mail is on its way again.")
        return redirect("outbox")
