"""The outcome pack for hub staff: look at exactly what will go, have it read, send it, and see it as it went."""

from datetime import datetime
from typing import Any

from csp.decorators import csp_replace
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.generic import FormView, TemplateView, View

from awards.forms import PackReadingForm, SecondReaderForm
from awards.models import Award, OutcomePack, PackReading
from awards.queries import pack_file, packs_to_read, sent_pack
from awards.services import (
    answer_reading,
    ask_second_reader,
    preview_outcome_mail,
    preview_outcome_pack,
    send_outcome_pack,
)
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
# A drawing may hold scripts: whoever opens one gets it in a box that runs and loads nothing.
DRAWING_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"


@method_decorator(csp_replace(MAIL_POLICY), name="dispatch")
class OutcomePackPreviewView(OfficerRequiredMixin, View):
    """The HTML of a mail that is about to go, as a mail program shows it."""

    def get(self, request: HttpRequest, pk: int, contact: int) -> HttpResponse:
        award = get_object_or_404(Award.objects.visible_to(request.user), pk=pk)
        mail = preview_outcome_mail(award, contact_id=contact)
        if mail is None:
            raise Http404("No mail to this person.")
        return HttpResponse(mail.body_html)


class PackFileView(OfficerRequiredMixin, View):
    """A file of a pack, opened in the browser: as it will go or, once it has gone, as it went."""

    def get(self, request: HttpRequest, pk: int, filename: str) -> HttpResponse:
        award = get_object_or_404(Award.objects.visible_to(request.user), pk=pk)
        file = pack_file(award, filename)
        if file is None:
            raise Http404("No such file.")
        headers = {"Content-Disposition": f'inline; filename="{file.filename}"'}
        # Browsers show no PDF in such a box, so the certificate keeps the policy of our pages.
        if file.content_type != "application/pdf":
            headers["Content-Security-Policy"] = DRAWING_POLICY
        return HttpResponse(file.content, content_type=file.content_type, headers=headers)


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


class SentPackView(OfficerRequiredMixin, TemplateView):
    """A pack as it went: its mails, and its files with their fingerprints, checked again at each look."""

    template_name = "awards/pack_sent.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        award = get_object_or_404(Award.objects.visible_to(self.request.user).select_related("school"), pk=kwargs["pk"])
        try:
            sent = sent_pack(award)
        except OutcomePack.DoesNotExist as error:
            raise Http404("It has not gone yet.") from error
        return super().get_context_data(**kwargs) | {"award": award, "sent": sent, "sent_at": moment(sent.pack.sent_at)}


class UnsentPackMixin(OfficerRequiredMixin):
    """For pages about a pack that waits to go. What is over leads back to the award."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        caption = f"{self.award.get_level_display()}, {self.award.awarded_on:%-d %B %Y}"
        return super().get_context_data(**kwargs) | {"award": self.award, "caption": caption}  # type: ignore[misc]

    @cached_property
    def award(self) -> Award:
        awards = Award.objects.visible_to(self.request.user).select_related("school")  # type: ignore[attr-defined]
        return get_object_or_404(awards, pk=self.kwargs["pk"])  # type: ignore[attr-defined]


class AskSecondReaderView(UnsentPackMixin, FormView):
    """Choose the colleague who reads the pack before it goes."""

    template_name = "awards/pack_ask.html"
    form_class = SecondReaderForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"by": self.request.user}

    def form_valid(self, form: SecondReaderForm) -> HttpResponse:
        try:
            reading = ask_second_reader(award=self.award, reader=form.cleaned_data["reader"], by=self.request.user)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, f"{reading.reader.name} is asked to read the outcome pack.")
        return redirect("award_detail", self.award.pk)


class PackReadingView(UnsentPackMixin, FormView):
    """For the colleague who was asked: the pack as it will go, and below it what they say of it."""

    template_name = "awards/pack_reading.html"
    form_class = PackReadingForm

    @cached_property
    def reading(self) -> PackReading | None:
        return packs_to_read(self.request.user).filter(award=self.award).first()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and request.user.is_officer and self.reading is None:
            messages.info(request, "There is nothing here for you to read: it is answered, or a colleague was asked.")
            return redirect("award_detail", self.award.pk)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        preview = preview_outcome_pack(self.award)
        extra = {"preview": preview, "reading": self.reading, "seen": preview.fingerprint}
        return super().get_context_data(**kwargs) | extra

    def form_valid(self, form: PackReadingForm) -> HttpResponse:
        said = {"is_fine": form.is_fine, "note": form.cleaned_data["note"], "seen": form.cleaned_data["seen"]}
        try:
            answer_reading(reading=self.reading, by=self.request.user, **said)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, "Thank you. Your colleague has been told.")
        return redirect("award_detail", self.award.pk)
