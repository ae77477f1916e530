"""Who gives support: the hub itself, partners, national organisations."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from hubportal.accounts.models import User
from support.models import Provider, ProviderKind
from support.rules import tidy


@transaction.atomic
def add_provider(*, name: str, kind: str, website: str = "", by: User, now: datetime) -> Provider:
    """Add an organisation whose offers the hub passes on.

    Raises:
        ValidationError: there is one of this name, or a second one would be the hub itself.
    """
    _check(Provider(), name=name, kind=kind)
    return Provider.objects.create(name=tidy(name), kind=kind, website=website, changed_at=now, changed_by=by)


@transaction.atomic
def change_provider(*, provider: Provider, name: str, kind: str, website: str, by: User, now: datetime) -> Provider:
    """Put right how an organisation is called or reached; its offers stay its own. Raises as `add_provider`."""
    _check(provider, name=name, kind=kind)
    provider.name, provider.kind, provider.website = tidy(name), kind, website
    provider.changed_at, provider.changed_by = now, by
    provider.save()
    return provider


def wait_for_other_providers() -> None:
    """Two people who name a provider at once come one after the other, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('support_provider'))")


def _check(provider: Provider, *, name: str, kind: str) -> None:
    wait_for_other_providers()
    others = Provider.objects.exclude(pk=provider.pk)
    problems = {}
    if same := others.filter(name__iexact=tidy(name)).first():
        problems["name"] = f"There is a provider called “{same.name}” already. Use that one, or give another name."
    if kind == ProviderKind.HUB and (hub := others.filter(kind=ProviderKind.HUB).first()):
        problems["kind"] = f"“{hub.name}” is the hub itself already. Choose partner or national organisation."
    if problems:
        raise ValidationError(problems)
