"""What every page knows about the hub."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from schools.queries import hub_on_pages


def hub(request: HttpRequest) -> dict[str, object]:
    """The hub's profile with its logo, read once a request and only if the page shows it."""
    return {"hub": SimpleLazyObject(hub_on_pages)}
