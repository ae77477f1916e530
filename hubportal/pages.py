"""Public pages that say things and change nothing."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.generic import TemplateView

from hubportal.retention import RETENTION
from hubportal.theme import readable_accent
from schools.queries import hub_profile


class HomeView(TemplateView):
    """The front door: what the award is, and the things the public can do."""

    template_name = "home.html"


class AccessibilityView(TemplateView):
    template_name = "accessibility.html"


class PrivacyView(TemplateView):
    template_name = "privacy.html"
    extra_context = {"retention_rows": [(group.what, group.how_long) for group in RETENTION]}


@cache_control(max_age=300, public=True)
def hub_stylesheet(request: HttpRequest) -> HttpResponse:
    """The hub's own accent colour as a stylesheet: a page may hold no inline style."""
    accent = readable_accent(hub_profile().accent_colour)
    style = f":root {{ --hub-accent-light: {accent.light}; --hub-accent-dark: {accent.dark}; }}\n"
    return HttpResponse(style, content_type="text/css")
