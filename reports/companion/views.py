"""The companion and the plan's draft, on the school's own pages."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.generic import TemplateView, View

from hubportal.throttle import throttled
from schools.permissions import ContactRequiredMixin

from .queries import inspection_companion, music_plan
from .rules import PUBLICATIONS

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class CompanionView(ContactRequiredMixin, TemplateView):
    """What inspectors may ask, and what the school has said itself."""

    template_name = "reports/companion/companion.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        companion = inspection_companion(self.school, today=timezone.localdate())
        return super().get_context_data(**kwargs) | {"companion": companion, "publications": PUBLICATIONS}


@method_decorator(throttled(action="companion_file", method="GET", times=3), name="dispatch")
class CompanionFileView(ContactRequiredMixin, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        # WeasyPrint takes a second to load, and only who sets a file should wait for it.
        from .pdf import companion_pdf

        content = companion_pdf(inspection_companion(self.school, today=timezone.localdate()))
        return _download(content, "application/pdf", f"music-at-inspection-{self.school.urn}.pdf")


class MusicPlanView(ContactRequiredMixin, TemplateView):
    """The draft of the summary, to read before it is taken as a Word file."""

    template_name = "reports/companion/music_plan.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"plan": music_plan(self.school, today=timezone.localdate())}


@method_decorator(throttled(action="music_plan_file", method="GET", times=3), name="dispatch")
class MusicPlanFileView(ContactRequiredMixin, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        from .word import music_plan_word

        content = music_plan_word(music_plan(self.school, today=timezone.localdate()))
        return _download(content, WORD, f"music-plan-summary-{self.school.urn}.docx")


def _download(content: bytes, content_type: str, filename: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{filename}"'}
    return HttpResponse(content, content_type=content_type, headers=headers)
