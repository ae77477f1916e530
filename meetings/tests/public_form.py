"""The public request form as somebody fills it in."""

from typing import Any
from uuid import uuid4

from django.test import Client

from schools.models import School

URL = "/request-a-meeting/"


def answers(school: School | None, /, **changes: Any) -> dict[str, Any]:
    typed = {
        "school": school.urn if school else "",
        "submission_key": str(uuid4()),
        "name": "Cara Coordinator",
        "role": "music_coordinator",
        "email": "cara@school.example.org",
        "phone": "0116 496 0001",
        "head_name": "Hilary Teacher",
        "head_email": "hilary@school.example.org",
        "kind": "quality_conversation",
        "day_1": "2027-03-02",
        "part_1": "morning",
        "day_2": "",
        "part_2": "any",
        "notes": "The hall is being painted.",
        "consent": "on",
    }
    return {name: value for name, value in (typed | changes).items() if value is not None}


def send(client: Client, typed: dict[str, Any]):
    return client.post(URL, typed)


def problems(response) -> list[str]:
    """The sentences beside the fields and for the whole form, in the order of the page."""
    form = response.context["form"]
    return [*form.non_field_errors(), *(error for name in form.fields for error in form.errors.get(name, []))]
