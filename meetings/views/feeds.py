"""The address a calendar program asks for an officer's meetings."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.decorators import method_decorator
from django.utils.http import parse_etags
from django.views.generic import View

from hubportal.throttle import throttled
from meetings.queries.feeds import feed_by_token, feed_file
from meetings.services.feeds import note_feed_used

# From one network address: a calendar provider asks for many officers, and so does an office.
FEED_VISITS_PER_HOUR = 600


@method_decorator(throttled(action="calendar_feed", method="GET", limit=FEED_VISITS_PER_HOUR), name="dispatch")
class CalendarFeedView(View):
    """The meetings of the officer whose address this is. A calendar that has them already gets a 304."""

    http_method_names = ("get", "head", "options")

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        now = timezone.now()
        feed = feed_by_token(token)
        if feed is None:
            raise Http404("No such calendar.")
        note_feed_used(feed=feed, now=now)
        file = feed_file(officer=feed.officer, now=now)
        # Weak: the stamp in the file is that of the moment, and means nothing.
        etag = f'W/"{file.etag}"'
        response: HttpResponse = HttpResponseNotModified()
        if not _has_it(request, etag):
            response = HttpResponse(file.content, content_type="text/calendar; charset=utf-8")
            response["Content-Disposition"] = 'inline; filename="meetings.ics"'
        response["ETag"] = etag
        patch_cache_control(response, private=True, no_cache=True)
        return response


def _has_it(request: HttpRequest, etag: str) -> bool:
    known = parse_etags(request.headers.get("If-None-Match", ""))
    # RFC 9110, 13.1.2: compared weakly, so a proxy that took the mark off does no harm.
    return "*" in known or etag in known or etag.removeprefix("W/") in known
