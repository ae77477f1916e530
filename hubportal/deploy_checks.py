"""What a public portal must not start with: `check --deploy` says it, and the processes themselves refuse."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register
from django.core.exceptions import ImproperlyConfigured

from hubportal.signing import problems_of_keys


def problems() -> list[tuple[str, str]]:
    """Each thing that makes a public portal unsafe: its code and what to do about it."""
    is_demo = settings.DEMO or settings.DEBUG
    found = [
        ("hubportal.E001", settings.SECRET_KEY == settings.INSECURE_KEY, "Set SECRET_KEY: see .env.example."),
        ("hubportal.E002", settings.IS_HTTPS and is_demo, "Turn DEMO and DEBUG off at a public address."),
        (
            "hubportal.E003",
            settings.IS_HTTPS and not settings.SECOND_FACTOR_REQUIRED,
            "Turn SECOND_FACTOR_REQUIRED on at a public address.",
        ),
    ]
    found += [("hubportal.E004", True, sentence) for sentence in problems_of_keys()]
    return [(code, sentence) for code, is_wrong, sentence in found if is_wrong]


def refuse_unsafe_start() -> None:
    """Called by web, worker and beat before they serve anybody.

    Raises:
        ImproperlyConfigured: a setting makes a public portal unsafe.
    """
    if found := problems():
        raise ImproperlyConfigured(" ".join(sentence for _, sentence in found))


@register(Tags.security, deploy=True)
def check_safe_for_production(**kwargs: Any) -> list[Error]:
    return [Error(sentence, id=code) for code, sentence in problems()]
