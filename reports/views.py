"""The staff home and the page about one school."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.views.generic import DetailView, TemplateView

from hubportal.accounts.permissions import OfficerRequiredMixin, StaffRequiredMixin
from reports import queries
from reports.rules import Stage, next_step
from schools.models import Area, AuditOffer, School


class StaffHomeView(StaffRequiredMixin, TemplateView):
    """What needs me today? Viewers see the figures alone: they hold no personal data."""

    template_name = "reports/staff_home.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs) | {"reach": queries.reach()}
        if self.request.user.is_officer:
            now = timezone.now()
            context["actions"] = queries.actions_for(self.request.user, now=now)
            context["meetings"] = queries.meetings_this_week(self.request.user, now=now)
        return context


class SchoolPageView(OfficerRequiredMixin, DetailView):
    """The one place about a school."""

    template_name = "reports/school.html"
    slug_field = slug_url_kwarg = "urn"
    context_object_name = "school"

    def get_queryset(self) -> QuerySet[School]:
        return School.objects.visible_to(self.request.user).select_related("area__leader").prefetch_related("links")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = queries.school_page(self.object, page=self.request.GET.get("page", 1))
        step = next_step(page.standing, today=timezone.localdate())
        actions = []
        if step:
            argument = self.object.urn if step.argument is None else step.argument
            actions = [{"label": step.label, "url": reverse(step.url_name, args=[argument]), "tone": "primary"}]
        extra = {"page": page, "step": step, "actions": actions, "stages": list(Stage), "facts": page.facts}
        return (
            super().get_context_data(**kwargs)
            | extra
            | {
                "today": timezone.localdate(),
                "areas": Area.objects.all(),
                "audit_offers": AuditOffer.choices,
            }
        )
