"""All certificates of a term as one file, packed in the background."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.generic import FormView, TemplateView, View

from awards.forms import BatchForm
from awards.queries import BatchProgress, batch_progress, batch_zip, batches, terms_with_certificates, zip_name
from awards.services import KEPT, ask_for_batch
from hubportal.accounts.permissions import OfficerRequiredMixin


class BatchListView(OfficerRequiredMixin, FormView):
    """Choose a term; and what was asked for lately."""

    template_name = "awards/batch_list.html"
    form_class = BatchForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"terms": terms_with_certificates()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        extra = {"batches": batches(self.request.user), "days": KEPT.days}
        return super().get_context_data(**kwargs) | extra

    def form_valid(self, form: BatchForm) -> HttpResponse:
        try:
            batch = ask_for_batch(term=form.cleaned_data["term"], by=self.request.user)
        except ValidationError as error:
            form.add_error("term", error)
            return self.form_invalid(form)
        return redirect("batch_detail", batch.pk)


class BatchDetailView(OfficerRequiredMixin, TemplateView):
    """How far it is; a script that asks for JSON gets the same as data."""

    template_name = "awards/batch_detail.html"

    @property
    def progress(self) -> BatchProgress:
        return batch_progress(get_object_or_404(batches(self.request.user), pk=self.kwargs["pk"]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        progress = self.progress
        gone_on = timezone.localdate(progress.batch.asked_at + KEPT)
        return super().get_context_data(**kwargs) | {"progress": progress, "batch": progress.batch, "gone_on": gone_on}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.accepts("text/html"):
            now = self.progress
            data = {"packed": now.packed, "words": now.words, "isGoingOn": now.is_going_on}
            return JsonResponse(data, headers={"Cache-Control": "no-store"})
        return super().get(request, *args, **kwargs)


class BatchDownloadView(OfficerRequiredMixin, View):
    """The ZIP file, sent as it is put together."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        batch = get_object_or_404(batches(request.user), pk=pk)
        if not batch_progress(batch).is_ready:
            raise Http404("It is not packed yet.")
        headers = {"Content-Disposition": f'attachment; filename="{zip_name(batch)}"', "Cache-Control": "no-store"}
        pieces = batch_zip(batch, today=timezone.localdate())
        return StreamingHttpResponse(pieces, content_type="application/zip", headers=headers)
