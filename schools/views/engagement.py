"""Whether the hub is in conversation with a school."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.views.generic import FormView, View

from hubportal.accounts.permissions import OfficerRequiredMixin
from schools.forms import EngagementForm
from schools.models import Engagement, School
from schools.services import set_engagement, take_part_again


class EngagementView(OfficerRequiredMixin, FormView):
    """Pauses the conversation with a school, or notes that it does not want one."""

    template_name = "schools/engagement.html"
    form_class = EngagementForm

    @cached_property
    def school(self) -> School:
        return get_object_or_404(School.objects.visible_to(self.request.user).open(), urn=self.kwargs["urn"])

    def get_initial(self) -> dict[str, Any]:
        school = self.school
        if school.engagement == Engagement.TAKING_PART:
            return {}
        return {
            "engagement": school.engagement,
            "reason": school.engagement_reason,
            "until": school.engagement_until,
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"school": self.school}

    def form_valid(self, form: EngagementForm) -> HttpResponse:
        try:
            school = set_engagement(school=self.school, **form.cleaned_data, by=self.request.user, now=timezone.now())
        except ValidationError as error:
            form.add_error(None, error)
            return self.form_invalid(form)
        messages.success(self.request, f"Noted: {school.get_engagement_display().lower()}.")
        return redirect("school_detail", school.urn)


class TakePartAgainView(OfficerRequiredMixin, View):
    http_method_names = ("post",)

    def post(self, request: HttpRequest, urn: int) -> HttpResponse:
        school = get_object_or_404(School.objects.visible_to(request.user), urn=urn)
        take_part_again(school=school, by=request.user, now=timezone.now())
        messages.success(request, "The school takes part again.")
        return redirect("school_detail", urn)
