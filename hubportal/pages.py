"""Public pages that say things and change nothing."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.cache import cache_control
from django.views.generic import TemplateView


class HomeView(TemplateView):
    """The front door: what the award is, and the two things the public can do."""

    template_name = "home.html"


class AccessibilityView(TemplateView):
    template_name = "accessibility.html"


class PrivacyView(TemplateView):
    template_name = "privacy.html"


@cache_control(max_age=300, public=True)
def hub_stylesheet(request: HttpRequest) -> HttpResponse:
    """The hub's own accent colour as a stylesheet: the page itself may hold no inline style."""
    return HttpResponse(render_to_string("hub.css", request=request), content_type="text/css")
