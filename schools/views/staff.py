"""Schools and areas for hub staff."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import ListView, UpdateView, View

from hubportal.accounts.permissions import AdministratorRequiredMixin, OfficerRequiredMixin
from hubportal.spreadsheets import csv_response
from hubportal.templatetags.components import with_query
from schools import services
from schools.forms import AreaForm, AuditOfferForm, SchoolAreaForm, SchoolFilter
from schools.models import Area, School
from schools.queries import area_list, school_rows

COLUMNS = (
    "URN",
    "Name",
    "Town",
    "Postcode",
    "Phase",
    "Audit",
    "Pupils",
    "Status",
    "Conversation",
    "Area",
    "Area Music Leader",
    "Award",
    "Award ends",
    "Last meeting",
)


class SchoolListView(OfficerRequiredMixin, ListView):
    """`?format=csv` gives exactly what the filters show, all pages of it."""

    template_name = "schools/school_list.html"
    paginate_by = 50

    @cached_property
    def filter(self) -> SchoolFilter:
        return SchoolFilter(self.request.GET, queryset=school_rows(self.request.user))

    def get_queryset(self) -> QuerySet[School]:
        return self.filter.qs

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.GET.get("format") == "csv":
            rows = (_cells(school) for school in self.get_queryset())
            return csv_response(filename="schools.csv", columns=COLUMNS, rows=rows)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        extra = {
            "filter_form": self.filter.form,
            "sort": self.request.GET.get("sort", "name"),
            "today": timezone.localdate(),
            "csv_query": with_query(self.request.GET, format="csv", page=None),
        }
        return super().get_context_data(**kwargs) | extra


def _cells(school: Any) -> list[object]:
    """One line of the file, from a row of `school_rows`."""
    area, leader = school.area, school.area.leader if school.area else None
    return [
        school.urn,
        school.name,
        school.town,
        school.postcode,
        school.phase_name,
        school.get_audit_offer_display(),
        school.pupils,
        school.get_status_display(),
        school.get_engagement_display(),
        area.name if area else "",
        leader.name if leader else "",
        _award_words(school),
        # Working towards Bronze is where a school is, not something that ends.
        school.award_ends_on if school.award_level != "working_towards" else None,
        timezone.localdate(school.last_met_at) if school.last_met_at else None,
    ]


def _award_words(school: Any) -> str:
    """Silver, or silver (expired): the file must not say more than the page."""
    level = (school.award_level or "").replace("_", " ")
    has_ended = level and school.award_level != "working_towards" and school.award_ends_on < timezone.localdate()
    return f"{level} (expired)" if has_ended else level


class SchoolChangeView(OfficerRequiredMixin, View):
    """One fact about a school that the hub decides, changed by a small form on the school's page."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, urn: int) -> HttpResponse:
        school = get_object_or_404(School.objects.visible_to(request.user), urn=urn)
        try:
            self.change(school)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, "Changed.")
        return redirect("school_detail", urn)

    def change(self, school: School) -> None:
        raise NotImplementedError


class SchoolAreaView(SchoolChangeView):
    def change(self, school: School) -> None:
        form = SchoolAreaForm(self.request.POST)
        if not form.is_valid():
            raise ValidationError("Choose one of the areas.")
        area = form.cleaned_data["area"]
        services.move_to_area(school=school, area_id=area.pk if area else None, by=self.request.user)


class AuditOfferView(SchoolChangeView):
    def change(self, school: School) -> None:
        form = AuditOfferForm(self.request.POST)
        if not form.is_valid():
            raise ValidationError("Choose one of the audits.")
        services.choose_audit_offer(school=school, audit_offer=form.cleaned_data["audit_offer"], by=self.request.user)


class AreaListView(OfficerRequiredMixin, ListView):
    template_name = "schools/areas.html"
    paginate_by = 50

    def get_queryset(self) -> QuerySet[Area]:
        return area_list()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        without = School.objects.open().filter(area__isnull=True).count()
        return super().get_context_data(**kwargs) | {"without_area": without}


class AreaEditView(AdministratorRequiredMixin, UpdateView):
    model = Area
    form_class = AreaForm
    template_name = "schools/area_form.html"
    success_url = reverse_lazy("areas")


class AreaCreateView(AreaEditView):
    """The same page for an area that does not exist yet."""

    def get_object(self, queryset: QuerySet[Area] | None = None) -> None:
        return None


class AssignAreasView(AdministratorRequiredMixin, View):
    """Schools without an area join the one that names their postcode district."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest) -> HttpResponse:
        number = services.assign_areas_by_postcode(by=request.user)
        messages.success(request, f"{number} school{'' if number == 1 else 's'} found an area.")
        return redirect("areas")
