"""The hosted badge: a picture that other websites show by its address."""

import hashlib
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.generic import View

from awards.badges import draw_badge
from awards.logos import Ground
from awards.queries import hosted_badge

HEADERS = {
    # An award that is withdrawn, or ends tonight, shows it on every website within ten minutes.
    "Cache-Control": "public, max-age=600",
    # Other sites may show it, as a picture and by a script.
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Access-Control-Allow-Origin": "*",
    # Opened by itself it is a drawing without anything to load or run.
    "Content-Security-Policy": "default-src 'none'",
    "X-Robots-Tag": "noindex",
}


class BadgeView(View):
    """The badge for a light or a dark ground. A browser that has it already is told so (ETag)."""

    ground: Ground = "light"

    def get(self, request: HttpRequest, key: str, **kwargs: Any) -> HttpResponseBase:
        badge = hosted_badge(key, today=timezone.localdate())
        if badge is None:
            raise Http404("No such badge.")
        drawing = draw_badge(badge, self.ground).encode()
        etag = f'"{hashlib.sha256(drawing).hexdigest()[:32]}"'
        response = HttpResponse(drawing, content_type="image/svg+xml", headers={**HEADERS, "ETag": etag})
        return get_conditional_response(request, etag=etag, response=response) or response
