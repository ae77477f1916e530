"""What would change if a draft of a framework were published."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views import View

from audits.queries.drafts import draft_page, open_drafts
from audits.views.drafts import with_urls
from audits.views.requests import StaffRequest
from awards.queries.framework_effects import framework_effects
from hubportal.accounts.permissions import AdministratorRequiredMixin

AWARDS_A_PAGE = 25
MOST_AUDITS = 50


class FrameworkEffectsView(AdministratorRequiredMixin, View):
    """The dry run before publishing: open audits, and awards that would be another level by the new rules."""

    def get(self, request: StaffRequest, pk: int) -> HttpResponse:
        page = draft_page(get_object_or_404(open_drafts(), pk=pk))
        context = {"page": page, "draft": page.draft, "mends": with_urls(page.draft, page.mends)}
        if page.definition and page.is_ready:
            effects = framework_effects(definition=page.definition, user=request.user)
            changed = Paginator(effects.changed_awards, AWARDS_A_PAGE).get_page(request.GET.get("page"))
            shown = effects.open_audits[:MOST_AUDITS]
            context |= {"effects": effects, "changed": changed, "shown_audits": shown}
        return render(request, "awards/framework_effects.html", context)
