"""The public request form as somebody fills it in."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.test import Client
from django.utils import timezone

from meetings.forms.request import opened_now
from schools.models import School

URL = "/request-a-meeting/"


def answers(school: School | None, /, *, key: UUID | None = None, **changes: Any) -> dict[str, Any]:
    """What somebody types into the form with this key, which they opened a minute ago."""
    key = key or uuid4()
    typed = {
        "key": str(key),
        "opened": opened_now(key, now=timezone.now() - timedelta(minutes=1)),
        "school": school.urn if school else "",
        "name": "Cara Coordinator",
        "role": "music_coordinator",
        "email": "cara@school.example.org",
        "phone": "0116 496 0001",
        "head_name": "Hilary Teacher",
        "head_email": "hilary@school.example.org",
        "kind": "quality_conversation",
        "day_1": "2027-03-02",
        "part_1": "morning",
        "start_1": "",
        "day_2": "",
        "part_2": "any",
        "notes": "The hall is being painted.",
        "consent": "on",
    }
    return {name: value for name, value in (typed | changes).items() if value is not None}


def address(step: str, typed: dict[str, Any]) -> str:
    return f"{URL}{step}/{typed['key']}/"


def go_on(client: Client, typed: dict[str, Any]):
    """Press Continue on the form."""
    return client.post(address("form", typed), typed)


def send(client: Client, typed: dict[str, Any]):
    """Press Continue on the form and, if it leads to the page to check the answers, Send request there."""
    response = go_on(client, typed)
    if response.status_code == 200:
        return response
    form = client.get(response.url).context["form"]
    return client.post(response.url, form.typed)


def problems(response) -> list[str]:
    """The sentences beside the fields and for the whole form, in the order of the page."""
    form = response.context["form"]
    return [*form.non_field_errors(), *(error for name in form.fields for error in form.errors.get(name, []))]
