"""What anybody may look up: a school, and who leads music in its area."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView

from hubportal.throttle import throttled
from schools.models import School
from schools.queries import search_schools

# Somebody who types slowly asks at every letter.
SEARCHES_AN_HOUR = 600
FOUND_AT_MOST = 20


@method_decorator(throttled(action="search", method="GET", limit=SEARCHES_AN_HOUR), name="dispatch")
class SearchView(TemplateView):
    """Finds open schools by `q`: part of the name, town, postcode or URN."""

    @property
    def text(self) -> str:
        return self.request.GET.get("q", "").strip()[:100]

    def found(self) -> list[School]:
        return search_schools(self.text, limit=FOUND_AT_MOST)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {
            "text": self.text,
            "found": self.found(),
            "limit": FOUND_AT_MOST,
            "is_empty_search": "q" in self.request.GET and not self.text,
        }


class SchoolSearchView(SearchView):
    """A page that leads on to the request form; a script that asks for JSON gets the same schools as data."""

    template_name = "schools/school_search.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.accepts("text/html"):
            schools = [{"urn": s.urn, "name": s.name, "place": s.place} for s in self.found()]
            return JsonResponse({"schools": schools})
        return super().get(request, *args, **kwargs)


class AreaLeadersView(SearchView):
    """Who leads music in my area? Names of hub staff only, no personal address."""

    template_name = "schools/area_leaders.html"
