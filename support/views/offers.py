"""The list of offers, and one offer: to read, to add, to change, to withdraw."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import DetailView, ListView, TemplateView, View

from hubportal.accounts.permissions import OfficerRequiredMixin, StaffRequiredMixin
from hubportal.spreadsheets import csv_response
from hubportal.templatetags.components import with_query
from support import services
from support.forms import OfferFilter, OfferForm
from support.forms.offers import seen_of
from support.models import Offer
from support.queries import duties_of, hub_duties, offer_rows, promised_to, served_by, untaken_suggestions
from support.services import AlreadyOffered, StaleOffer

COLUMNS = (
    "Offer",
    "Provider",
    "Kind",
    "What it is",
    "Web page",
    "Serves when red",
    "Serves when amber",
    "Duties of the hub",
    "Promised",
    "Withdrawn",
)
# Schools named on an offer's page; the number says how many there are.
PROMISED_AT_MOST = 10


class OfferListView(StaffRequiredMixin, ListView):
    """`?format=csv` gives exactly what the filters show, all pages of it."""

    template_name = "support/offer_list.html"
    paginate_by = 50

    @cached_property
    def filter(self) -> OfferFilter:
        return OfferFilter(self.request.GET, queryset=offer_rows())

    def get_queryset(self) -> QuerySet[Offer]:
        return self.filter.qs

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("format") == "csv":
            rows = (_cells(offer) for offer in self.get_queryset())
            return csv_response(filename="support.csv", columns=COLUMNS, rows=rows)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        extra = {
            "filter_form": self.filter.form,
            "sort": self.request.GET.get("sort", "title"),
            "csv_query": with_query(self.request.GET, format="csv", page=None),
            "suggestions": len(untaken_suggestions()),
        }
        return super().get_context_data(**kwargs) | extra


def _cells(offer: Any) -> list[object]:
    """One line of the file, from a row of `offer_rows`."""
    purposes = offer.purposes.all()
    titles = {duty.code: duty.title for duty in hub_duties()}
    return [
        offer.title,
        offer.provider.name,
        offer.get_kind_display(),
        offer.description,
        offer.website,
        ", ".join(purpose.code for purpose in purposes if purpose.when_red),
        ", ".join(purpose.code for purpose in purposes if purpose.when_amber),
        ", ".join(titles.get(duty.code, duty.code) for duty in offer.duties.all()),
        offer.promised,
        timezone.localdate(offer.withdrawn_at) if offer.withdrawn_at else None,
    ]


class OfferDetailView(StaffRequiredMixin, DetailView):
    """What it is, which criteria and duties it serves, and for officers whom it was promised to."""

    template_name = "support/offer_detail.html"

    def get_queryset(self) -> QuerySet[Offer]:
        return offer_rows().select_related("provider", "created_by", "changed_by", "withdrawn_by")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        offer = self.object
        promised = promised_to(offer, at_most=PROMISED_AT_MOST) if self.request.user.is_officer else []
        extra = {"served": served_by(offer), "duties": duties_of(offer), "promised": promised}
        return super().get_context_data(**kwargs) | extra


class OfferNewView(OfficerRequiredMixin, TemplateView):
    """`?serves=primary:P-INT-01:red` ticks a box from the start."""

    template_name = "support/offer_form.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", OfferForm(serves=self.request.GET.getlist("serves")))
        return super().get_context_data(**kwargs)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = OfferForm(request.POST)
        try:
            if form.is_valid():
                offer = services.add_offer(words=form.words(), by=request.user, now=timezone.now())
                messages.success(request, f"“{offer.title}” is offered now.")
                return redirect("offer_detail", offer.pk)
        except AlreadyOffered as error:
            form.add_error("title", error)
            return self.render_to_response(self.get_context_data(form=form, already=error.offer))
        return self.render_to_response(self.get_context_data(form=form))


class OfferChangeView(OfficerRequiredMixin, TemplateView):
    template_name = "support/offer_form.html"

    @cached_property
    def offer(self) -> Offer:
        return get_object_or_404(offer_rows(), pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", OfferForm(offer=self.offer))
        return super().get_context_data(**kwargs) | {"offer": self.offer}

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        form = OfferForm(request.POST, offer=self.offer)
        if not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        try:
            services.change_offer(
                offer=self.offer, words=form.words(), seen=form.seen_at, by=request.user, now=timezone.now()
            )
        except ValidationError as error:
            return self.render_to_response(self.get_context_data(**refused(request, self.offer, error)))
        messages.success(request, "The offer is saved.")
        return redirect("offer_detail", pk)


def refused(request: HttpRequest, offer: Offer, error: ValidationError) -> dict[str, Any]:
    """The form as it was typed, with what is wrong; whoever has read that it was stale may save it over the other."""
    data = request.POST.copy()
    if isinstance(error, StaleOffer):
        data["seen"] = seen_of(offer)
    form = OfferForm(data, offer=offer)
    form.add_error("title" if isinstance(error, AlreadyOffered) else None, error)
    return {"form": form, "already": getattr(error, "offer", None), "is_stale": isinstance(error, StaleOffer)}


class OfferWithdrawView(OfficerRequiredMixin, View):
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        offer = get_object_or_404(Offer, pk=pk)
        services.withdraw_offer(offer=offer, by=request.user, now=timezone.now())
        messages.success(request, f"“{offer.title}” is withdrawn. What was promised of it stays.")
        return redirect("offer_detail", pk)


class OfferAgainView(OfficerRequiredMixin, View):
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        offer = get_object_or_404(Offer, pk=pk)
        services.offer_again(offer=offer, by=request.user, now=timezone.now())
        messages.success(request, f"“{offer.title}” is offered again.")
        return redirect("offer_detail", pk)
