"""Small guards for every request: what is personal is not kept by browsers, and no address holds a NUL."""

from collections.abc import Callable
from urllib.parse import unquote

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest

from schools.permissions import SESSION_KEY

GetResponse = Callable[[HttpRequest], HttpResponse]


class PrivateResponseMiddleware:
    """Whoever presses Back on a shared computer after signing out sees nothing of what was there."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_personal = request.user.is_authenticated or SESSION_KEY in request.session
        if is_personal and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response


class NulCharacterMiddleware:
    """PostgreSQL stores no NUL character, and no browser sends one: such an address is answered with a 400."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or "\0" in unquote(request.META.get("QUERY_STRING", "")):
            return HttpResponseBadRequest("This address holds a character that no address may hold.")
        return self.get_response(request)
