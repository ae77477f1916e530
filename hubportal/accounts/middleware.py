"""Officers and administrators set up a second factor before they see anything else."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

SESSION_KEY = "has_second_factor"
OPEN_PATHS = ("/account/", "/static/", "/health/", "/hub.css")


class SecondFactorMiddleware:
    """Sends whoever must have a second factor and has none to the page where it is set up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self.must_set_up(request):
            messages.info(
                request,
                "Please set up your second factor first: it protects what schools tell us.",
            )
            return redirect("mfa_activate_totp")
        return self.get_response(request)

    def must_set_up(self, request: HttpRequest) -> bool:
        if not settings.SECOND_FACTOR_REQUIRED or request.path.startswith(OPEN_PATHS):
            return False
        user = request.user
        if not user.is_authenticated or not user.is_officer:
            return False
        if not request.session.get(SESSION_KEY) and is_mfa_enabled(user):
            # Remembered for the session, so that a page costs no extra query.
            request.session[SESSION_KEY] = True
        return not request.session.get(SESSION_KEY)
