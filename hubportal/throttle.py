"""Rate limits of the public pages: so many times an hour from one network address, counted in the shared cache."""

import hashlib
import ipaddress
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

HOUR = 60 * 60
IPV6 = 6


def network_address(request: HttpRequest) -> str:
    """The visitor's address, believing only as many proxies as settings.TRUSTED_PROXIES says there are."""
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if settings.TRUSTED_PROXIES and len(forwarded) >= settings.TRUSTED_PROXIES:
        return forwarded[-settings.TRUSTED_PROXIES]
    return request.META.get("REMOTE_ADDR", "")


def household(address: str) -> str:
    """What counts as one visitor: an IPv4 address, or the /64 network that an IPv6 household has to itself."""
    with suppress(ValueError):
        if ipaddress.ip_address(address).version == IPV6:
            return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return address


def is_over_limit(request: HttpRequest, *, action: str, limit: int) -> bool:
    """Count this visit; True once the address has used up its `limit` visits an hour.

    Two visits in the same instant may be counted as one: a limit that is off by one stops a flood all the same.
    """
    visitor = household(network_address(request))
    key = "throttle:" + hashlib.sha256(f"{action}:{visitor}".encode()).hexdigest()
    if cache.add(key, 1, HOUR):
        return limit < 1
    try:
        return cache.incr(key) > limit
    except ValueError:  # It expired between the two questions: a new hour.
        cache.set(key, 1, HOUR)
        return limit < 1


def throttled(*, action: str, method: str = "POST", limit: int | None = None, times: int = 1) -> Callable[..., Any]:
    """Decorates a view's `dispatch` (use with method_decorator): over the limit it answers 429 with a friendly page.

    `limit` is visits an hour from one address, by default settings.PUBLIC_FORM_LIMIT_PER_HOUR, `times` so many of a
    step that is taken several times for each form that is sent.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            allowed = settings.PUBLIC_FORM_LIMIT_PER_HOUR * times if limit is None else limit
            asked = "GET" if request.method == "HEAD" else request.method
            if asked == method and is_over_limit(request, action=action, limit=allowed):
                return render(request, "429.html", status=429)
            return view(request, *args, **kwargs)

        return guarded

    return decorate
