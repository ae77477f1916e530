"""The versions of the frameworks, to read, to compare and to download."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views import View
from django.views.generic import ListView

from audits.models import Framework, Phase
from audits.queries import code_map, definition_of
from audits.queries.drafts import discarded_drafts, framework_versions, open_drafts, version_before
from audits.rules import compare_frameworks, levels_in_words
from audits.rules.drafting import file_of_data
from audits.views.requests import StaffRequest
from hubportal.accounts.permissions import OfficerRequiredMixin


class FrameworkListView(OfficerRequiredMixin, ListView):
    """Every version of each phase, and for administrators the drafts."""

    template_name = "audits/framework_list.html"
    queryset = framework_versions()
    paginate_by = 25

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        drafts = {draft.phase: draft for draft in open_drafts().defer("data").select_related("updated_by")}
        phases = [(phase, drafts.get(phase)) for phase in Phase]
        return super().get_context_data(**kwargs) | {"phases": phases, "discarded": discarded_drafts()}


def get_framework(pk: int) -> Framework:
    """A version that is or was published, or a 404."""
    return get_object_or_404(framework_versions().defer(None), pk=pk)


class FrameworkDetailView(OfficerRequiredMixin, View):
    """One version in full."""

    def get(self, request: StaffRequest, pk: int) -> HttpResponse:
        framework = get_framework(pk)
        definition = definition_of(framework)
        context = {"framework": framework, "definition": definition, "before": version_before(framework)}
        return render(
            request, "audits/framework_detail.html", context | {"levels": levels_in_words(definition.scoring)}
        )


class FrameworkCompareView(OfficerRequiredMixin, View):
    """How a version differs from the one before it, and which answers cannot be compared."""

    def get(self, request: StaffRequest, pk: int) -> HttpResponse:
        framework = get_framework(pk)
        before = version_before(framework)
        if before is None:
            raise Http404("There is no version before this one.")
        changes = compare_frameworks(definition_of(before), definition_of(framework))
        context = {"framework": framework, "before": before, "changes": changes, "codes": code_map(before, framework)}
        return render(request, "audits/framework_compare.html", context)


class FrameworkFileView(OfficerRequiredMixin, View):
    """A version as a framework file."""

    def get(self, request: StaffRequest, pk: int) -> HttpResponse:
        framework = get_framework(pk)
        return framework_file(framework.definition, f"{framework.phase}-{framework.version}.yaml")


def framework_file(data: dict[str, Any], name: str) -> HttpResponse:
    """A download of a framework file."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(file_of_data(data), content_type="application/yaml; charset=utf-8", headers=headers)
