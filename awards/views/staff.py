"""Awards for hub staff: one award with exactly what will go, and the list of all awards."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import DetailView, ListView, View

from awards.forms import AwardFilterForm
from awards.models import Award
from awards.queries import COLUMNS, AwardRow, award_page, award_rows, pack_readings, recommendation_standing
from awards.services import preview_outcome_pack
from awards.views.packs import moment
from hubportal.accounts.permissions import OfficerRequiredMixin
from hubportal.spreadsheets import csv_response
from hubportal.templatetags.components import with_query


class AwardListView(OfficerRequiredMixin, ListView):
    """`?format=csv` gives the same rows in the same order as a file, all pages of it."""

    template_name = "awards/award_list.html"
    paginate_by = 50

    @cached_property
    def form(self) -> AwardFilterForm:
        return AwardFilterForm(self.request.GET)

    def get_queryset(self) -> QuerySet[Award]:
        return award_rows(user=self.request.user, filters=self.form.filters(), now=timezone.now())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        extra = {"filters": self.form.filters(), "filter_form": self.form}
        csv_query = with_query(self.request.GET, format="csv", page=None).removeprefix("?")
        return super().get_context_data(**kwargs) | extra | {"csv_query": csv_query}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("format") == "csv":
            rows = (AwardRow.of(award).cells for award in self.get_queryset().iterator(chunk_size=500))
            return csv_response(filename="awards.csv", columns=COLUMNS, rows=rows)
        return super().get(request, *args, **kwargs)


class AwardDetailView(OfficerRequiredMixin, DetailView):
    """Level, reason and next step; and the outcome pack as it will go, or as it went."""

    template_name = "awards/award_detail.html"
    context_object_name = "page"

    def get_object(self, queryset: QuerySet[Award] | None = None) -> Any:
        try:
            return award_page(user=self.request.user, pk=self.kwargs["pk"], today=timezone.localdate())
        except Award.DoesNotExist as error:
            raise Http404("No such award.") from error

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        award, pack = self.object.award, self.object.pack
        preview = None if pack else preview_outcome_pack(award)
        readings = pack_readings(award, fingerprint=preview.fingerprint) if preview else None
        extra = {
            "award": award,
            "caption": f"{award.get_level_display()}, {award.awarded_on:%-d %B %Y}",
            "preview": preview,
            "readings": readings,
            "may_send": readings.let_it_go(self.request.user) if readings else False,
            "is_reader": readings.waits_for(self.request.user) if readings else False,
            "seen": {"seen": preview.fingerprint} if preview else {},
            "recommendation": recommendation_standing(award),
            "sent_text": f"{moment(pack.sent_at)}, by {pack.sent_by.name}." if pack else "",
        }
        return super().get_context_data(**kwargs) | extra


class StaffCertificateView(OfficerRequiredMixin, View):
    """The certificate that counts, opened in the browser."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        award = get_object_or_404(Award.objects.visible_to(request.user), pk=pk)
        certificate = award.certificates.filter(replaced_by__isnull=True).first()
        if certificate is None:
            raise Http404("This award has no certificate.")
        headers = {"Content-Disposition": f'inline; filename="{certificate.number}.pdf"'}
        return HttpResponse(bytes(certificate.pdf), content_type="application/pdf", headers=headers)
