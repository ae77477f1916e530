"""Offers made of the support that the published frameworks suggest, so that nobody starts from an empty list."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from hubportal.accounts.models import User
from schools.models import HubProfile
from schools.queries import hub_profile
from support.models import Offer, OfferPurpose, Provider, ProviderKind, TakenSuggestion
from support.queries import untaken_suggestions
from support.rules import Suggestion, guess_kind, tidy, title_key, title_of
from support.services.providers import wait_for_other_providers


@dataclass(frozen=True)
class Seeded:
    """What seeding did: offers that are new, and suggested lines taken altogether."""

    offers: int
    suggestions: int


@transaction.atomic
def seed_offers(*, by: User | None, now: datetime) -> Seeded:
    """Take each line of support that the published frameworks suggest and that was not taken before.

    A line becomes an offer of the hub itself, or one more criterion of its offer of the same words. What staff wrote,
    unticked or withdrew since stays as it is: no line is taken twice. `by` is None for the command line.
    """
    wait_for_other_providers()
    suggestions = untaken_suggestions()
    if not suggestions:
        return Seeded(offers=0, suggestions=0)
    hub = _hub_itself()
    offers = _offers_by_key(hub)
    new = _new_offers(hub, offers, suggestions, by=by, now=now)
    offers |= new
    _add_purposes(offers, suggestions)
    TakenSuggestion.objects.bulk_create(
        TakenSuggestion(
            offer=offers[title_key(each.text)],
            phase=each.phase,
            code=each.code,
            when=each.when,
            text=each.text,
            taken_at=now,
            taken_by=by,
        )
        for each in suggestions
    )
    return Seeded(offers=len(new), suggestions=len(suggestions))


def _hub_itself() -> Provider:
    """The provider that stands for the hub, under the name in the hub's profile when it is made.

    A hub that has named itself since the first offers were made is called by its name now.
    """
    name, unnamed = tidy(hub_profile().name), HubProfile().name
    # Locked: somebody who adds an offer to the hub at the same moment comes before or after all of this.
    locked = Provider.objects.select_for_update()
    provider = locked.filter(kind=ProviderKind.HUB).first()
    is_taken = locked.filter(name__iexact=name)
    if provider is None:
        return is_taken.first() or Provider.objects.create(name=name, kind=ProviderKind.HUB)
    if provider.name == unnamed and provider.changed_at is None and not is_taken.exists():
        provider.name = name
        provider.save(update_fields=["name"])
    return provider


def _offers_by_key(hub: Provider) -> dict[str, Offer]:
    """The hub's offers by their titles, and by the lines they were made of: a renamed one is known by those."""
    by_title = {title_key(offer.title): offer for offer in Offer.objects.filter(provider=hub)}
    taken = TakenSuggestion.objects.select_related("offer").order_by("pk")
    return by_title | {title_key(each.text): each.offer for each in taken}


def _new_offers(
    hub: Provider, known: Collection[str], suggestions: Iterable[Suggestion], *, by: User | None, now: datetime
) -> dict[str, Offer]:
    texts = {title_key(each.text): each.text for each in suggestions if title_key(each.text) not in known}
    made = Offer.objects.bulk_create(
        Offer(
            provider=hub,
            title=title_of(text),
            kind=guess_kind(text),
            description=text if title_of(text) != text else "",
            created_at=now,
            created_by=by,
        )
        for text in texts.values()
    )
    return dict(zip(texts, made, strict=True))


def _add_purposes(offers: Mapping[str, Offer], suggestions: Iterable[Suggestion]) -> None:
    """A current offer serves the criteria of its new lines too; one that was withdrawn stays as it was left."""
    ids = {offer.pk for offer in offers.values() if offer.is_current}
    known = {
        (purpose.offer_id, purpose.phase, purpose.code): purpose
        for purpose in OfferPurpose.objects.filter(offer__in=ids)
    }
    touched: dict[tuple[int, str, str], OfferPurpose] = {}
    for each in suggestions:
        offer = offers[title_key(each.text)]
        if offer.is_current:
            key = (offer.pk, each.phase, each.code)
            fresh = OfferPurpose(offer=offer, phase=each.phase, code=each.code, when_red=False, when_amber=False)
            touched[key] = known.setdefault(key, fresh)
            setattr(touched[key], f"when_{each.when}", True)
    new = [purpose for purpose in touched.values() if purpose.pk is None]
    changed = [purpose for purpose in touched.values() if purpose.pk is not None]
    OfferPurpose.objects.bulk_create(new)
    OfferPurpose.objects.bulk_update(changed, ["when_red", "when_amber"])
