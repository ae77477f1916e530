"""What production must not start with; `manage.py check --deploy` says it in a sentence."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register


@register(Tags.security, deploy=True)
def check_secret_key(**kwargs: Any) -> list[Error]:
    if settings.SECRET_KEY == settings.INSECURE_KEY:
        return [Error("SECRET_KEY is not set. Set it to a long random text; see .env.example.", id="hubportal.E001")]
    return []


@register(Tags.security, deploy=True)
def check_demo_is_off(**kwargs: Any) -> list[Error]:
    if settings.DEMO:
        return [Error("DEMO is on: everybody knows the demo passwords. Turn it off.", id="hubportal.E002")]
    return []
