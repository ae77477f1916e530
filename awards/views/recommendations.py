"""The hand-over to a national scheme: the list for staff, the steps on an award's page, the school's own answers."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import FormView, ListView, View

from awards.forms import HandOverListForm, RecommendationFilterForm, RecommendationNoteForm, SchoolStepForm
from awards.models import Award, Recommendation, RecommendationState
from awards.queries import RECOMMENDATION_COLUMNS, recommendation_cells, recommendation_rows
from awards.rules.recommendations import Verb
from awards.services import (
    mark_sent,
    note_recommendation_step,
    recommend,
    take_back_step,
    withhold_recommendation,
)
from hubportal.accounts.permissions import OfficerRequiredMixin
from hubportal.spreadsheets import csv_response
from hubportal.templatetags.components import with_query
from schools.permissions import ContactRequiredMixin

THANKS = {
    Verb.ACCEPT: "Thank you. We have noted that you accepted.",
    Verb.DOWNLOAD: "Thank you. We have noted that you have the certificate.",
    Verb.DECLINE: "Thank you for telling us. We leave it at that.",
}


class RecommendationListView(OfficerRequiredMixin, ListView):
    """`?format=csv` gives the same rows in the same order as a file for the scheme, all pages of it."""

    template_name = "awards/recommendation_list.html"
    paginate_by = 50

    @cached_property
    def form(self) -> RecommendationFilterForm:
        return RecommendationFilterForm(self.request.GET)

    def get_queryset(self) -> QuerySet[Recommendation]:
        return recommendation_rows(user=self.request.user, filters=self.form.filters(), today=timezone.localdate())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        csv_query = with_query(self.request.GET, format="csv", page=None).removeprefix("?")
        extra = {"filters": self.form.filters(), "filter_form": self.form, "csv_query": csv_query}
        context = super().get_context_data(**kwargs) | extra
        return context | {
            "has_waiting": any(row.state == RecommendationState.RECOMMENDED for row in context["page_obj"])
        }

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("format") == "csv":
            rows = (recommendation_cells(each) for each in self.get_queryset().iterator(chunk_size=500))
            return csv_response(filename="recommendations.csv", columns=RECOMMENDATION_COLUMNS, rows=rows)
        return super().get(request, *args, **kwargs)


class MarkSentView(OfficerRequiredMixin, View):
    """These schools have been handed over to the scheme."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = HandOverListForm(request.POST, among=Recommendation.objects.visible_to(request.user))
        if form.is_valid():
            number = mark_sent(recommendations=list(form.cleaned_data["chosen"]), by=request.user)
            schools = "1 school is" if number == 1 else f"{number} schools are"
            messages.success(request, f"{schools} marked as handed over.")
        else:
            messages.error(request, " ".join(form.errors["chosen"]))
        return redirect("recommendation_list")


class AwardDecisionView(OfficerRequiredMixin, View):
    """What the two buttons about recommending an award's school share."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        award = get_object_or_404(Award.objects.visible_to(request.user), pk=pk)
        try:
            messages.success(request, self.decide(award))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect(reverse("award_detail", args=[pk]) + "#recommendation-title")

    def decide(self, award: Award) -> str:
        raise NotImplementedError


class RecommendView(AwardDecisionView):
    def decide(self, award: Award) -> str:
        recommendation = recommend(award=award, by=self.request.user)
        return f"The school is recommended to {recommendation.scheme_name}."


class WithholdView(AwardDecisionView):
    def decide(self, award: Award) -> str:
        recommendation = withhold_recommendation(award=award, by=self.request.user)
        return f"The school is not recommended to {recommendation.scheme_name}."


class RecommendationStepView(OfficerRequiredMixin, View):
    """The hub has heard what the school did, or has handed it over."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        recommendation = get_object_or_404(Recommendation.objects.visible_to(request.user), pk=pk)
        form = SchoolStepForm(request.POST)
        try:
            if form.is_valid():
                verb = form.cleaned_data["verb"]
                note_recommendation_step(recommendation=recommendation, verb=verb, by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect(reverse("award_detail", args=[recommendation.award_id]) + "#recommendation-title")


class StepBackView(OfficerRequiredMixin, FormView):
    """The last step was a slip; a note says why it is taken back."""

    template_name = "awards/recommendation_back.html"
    form_class = RecommendationNoteForm

    @cached_property
    def recommendation(self) -> Recommendation:
        found = Recommendation.objects.visible_to(self.request.user).select_related("award__school")
        return get_object_or_404(found, pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"recommendation": self.recommendation}

    def form_valid(self, form: RecommendationNoteForm) -> HttpResponse:
        try:
            take_back_step(recommendation=self.recommendation, note=form.cleaned_data["note"], by=self.request.user)
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, "The last step is taken back.")
        return redirect("award_detail", self.recommendation.award_id)


class OwnRecommendationMixin(ContactRequiredMixin):
    """The recommendation of an award of the contact's own school that it has heard of."""

    def mine(self, pk: int) -> Recommendation:
        released = Award.objects.released().filter(school=self.school)
        return get_object_or_404(Recommendation, pk=pk, award__in=released)


class MyRecommendationView(OwnRecommendationMixin, View):
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        recommendation, form = self.mine(pk), SchoolStepForm(request.POST)
        try:
            if form.is_valid():
                verb = form.cleaned_data["verb"]
                note_recommendation_step(recommendation=recommendation, verb=verb, by_contact=self.contact)
                messages.success(request, THANKS[verb])
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect("my_school")


class MyRecommendationBackView(OwnRecommendationMixin, View):
    http_method_names = ("post",)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        try:
            take_back_step(recommendation=self.mine(pk), by_contact=self.contact)
            messages.success(request, "Taken back. It stands as before.")
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        return redirect("my_school")
