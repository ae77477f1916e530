"""The outcome pack for hub staff: look at exactly what will go, and send it."""

from datetime import datetime

from csp.decorators import csp_replace
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.generic import View

from awards.models import Award
from awards.services import preview_outcome_mail, send_outcome_pack
from hubportal.accounts.permissions import OfficerRequiredMixin


def moment(instant: datetime) -> str:
    """5 November 2026 at 14:10, in the hub's own time."""
    return f"{timezone.localtime(instant):%-d %B %Y at %H:%M}"


# The one page whose styles stand inline, as they do in the mail itself; it may load and run nothing at all.
MAIL_POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
}


@method_decorator(csp_replace(MAIL_POLICY), name="dispatch")
class OutcomePackPreviewView(OfficerRequiredMixin, View):
    """The HTML of a mail that is about to go, as a mail program shows it."""

    def get(self, request: HttpRequest, pk: int, contact: int) -> HttpResponse:
        award = get_object_or_404(Award.objects.visible_to(request.user), pk=pk)
        mail = preview_outcome_mail(award, contact_id=contact)
        if mail is None:
            raise Http404("No mail to this person.")
        return HttpResponse(mail.body_html)


class OutcomePackSendView(OfficerRequiredMixin, View):
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        award = get_object_or_404(Award.objects.visible_to(request.user), pk=pk)
        try:
            pack, is_new = send_outcome_pack(award=award, by=request.user, seen=request.POST.get("seen", ""))
        except ValidationError as error:
            messages.error(request, error.message)
        else:
            text = f"The outcome pack was already sent on {moment(pack.sent_at)}. Nothing went out again."
            messages.info(request, "The outcome pack is on its way to the school." if is_new else text)
        return redirect("award_detail", pk)
