"""Officers and administrators use a second factor before they see anything else."""

from collections.abc import Callable
from datetime import UTC, datetime

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

SESSION_KEY = "used_second_factor"
OPEN_PATHS = ("/account/", "/static/", "/health/", "/hub.css")


class SecondFactorMiddleware:
    """Lets nobody with a duty to use a second factor past a session that has not used one.

    Who has none yet is led to the page where it is set up; setting it up counts as using it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not self.has_duty(request) or self.has_used(request):
            return self.get_response(request)
        if Authenticator.objects.filter(user_id=request.user.pk).exists():
            # A session that began without the code: whatever let it in, it begins again.
            logout(request)
            return redirect("account_login")
        messages.info(request, "Please set up your second factor first: it protects what schools tell us.")
        return redirect("mfa_activate_totp")

    def has_duty(self, request: HttpRequest) -> bool:
        if not settings.SECOND_FACTOR_REQUIRED or request.path.startswith(OPEN_PATHS):
            return False
        return request.user.is_authenticated and request.user.is_officer

    def has_used(self, request: HttpRequest) -> bool:
        if request.session.get(SESSION_KEY):
            return True
        records = get_authentication_records(request, request.user)
        has_used = any(record["method"] == "mfa" for record in records) or self.has_just_set_up(request, records)
        if has_used:
            # Remembered for the session, so that a page costs no extra query.
            request.session[SESSION_KEY] = True
        return has_used

    def has_just_set_up(self, request: HttpRequest, records: list[dict]) -> bool:
        """Whether the factor was set up after this session signed in."""
        if not records:
            return False
        signed_in_at = datetime.fromtimestamp(min(record["at"] for record in records), tz=UTC)
        authenticators = Authenticator.objects.filter(user_id=request.user.pk, type=Authenticator.Type.TOTP)
        return authenticators.filter(created_at__gte=signed_in_at).exists()
