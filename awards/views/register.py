"""Who holds an award? The public register of schools that wish to be shown."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.views.generic import ListView

from awards.forms import HolderFilterForm
from awards.models import Award
from awards.queries import HolderFilters, areas_with_holders, award_holders
from hubportal.throttle import throttled

VISITS_AN_HOUR = 600


@method_decorator(throttled(action="register", method="GET", limit=VISITS_AN_HOUR), name="dispatch")
class AwardHoldersView(ListView):
    """The list itself may be found by search engines, as the schools agreed; its searches and further pages not."""

    template_name = "awards/register.html"
    paginate_by = 50

    @cached_property
    def form(self) -> HolderFilterForm:
        return HolderFilterForm(self.request.GET, areas=areas_with_holders(today=timezone.localdate()))

    @cached_property
    def filters(self) -> HolderFilters:
        return self.form.filters()

    def get_queryset(self) -> QuerySet[Award]:
        return award_holders(filters=self.filters, today=timezone.localdate())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filters = self.filters
        is_narrowed = bool(filters.q or filters.level or filters.area)
        extra = {"filters": filters, "filter_form": self.form, "is_narrowed": is_narrowed}
        return super().get_context_data(**kwargs) | extra

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        headers = {"X-Robots-Tag": "noindex, follow"} if self.request.GET else {}
        return super().render_to_response(context, headers=headers, **kwargs)
