"""What the hub offers to schools: adding, changing, withdrawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import time_format

from hubportal.accounts.models import User
from support.models import Offer, OfferDuty, OfferKind, OfferPurpose, Provider
from support.rules import Purpose, tidy


@dataclass(frozen=True)
class OfferWords:
    """All that is said of an offer: who gives what, which criteria it serves and which duties of the hub, by code."""

    provider: Provider
    title: str
    kind: str = OfferKind.OTHER
    description: str = ""
    website: str = ""
    purposes: Sequence[Purpose] = ()
    duties: Sequence[str] = ()


class AlreadyOffered(ValidationError):
    """The provider offers this already; `offer` is the one to open."""

    def __init__(self, offer: Offer) -> None:
        self.offer = offer
        mend = "Open it to change it" if offer.is_current else "It was withdrawn; open it to offer it again"
        super().__init__(
            f"{offer.provider.name} offers “{offer.title}” already. {mend}, or give this one another title."
        )


class StaleOffer(ValidationError):
    """Somebody else changed the offer after the page was opened."""


@transaction.atomic
def add_offer(*, words: OfferWords, by: User, now: datetime) -> Offer:
    """Add something to what the hub and its partners offer.

    Raises:
        AlreadyOffered: the provider has an offer of this title.
    """
    _check_title_is_free(words)
    offer = Offer.objects.create(**_columns(words), created_at=now, created_by=by)
    _write_purposes(offer, words)
    return offer


@transaction.atomic
def change_offer(*, offer: Offer, words: OfferWords, seen: datetime | None, by: User, now: datetime) -> Offer:
    """Say something else of an offer. Priorities that were agreed keep the words they were agreed with.

    `seen` is the offer's `changed_at` as the page showed it.

    Raises:
        AlreadyOffered: the provider has another offer of this title.
        StaleOffer: somebody else changed it meanwhile.
    """
    _check_title_is_free(words, apart_from=offer)
    offer = Offer.objects.select_for_update(of=("self",)).select_related("changed_by").get(pk=offer.pk)
    if offer.changed_at != seen:
        raise StaleOffer(_stale_sentence(offer))
    for name, value in _columns(words).items():
        setattr(offer, name, value)
    offer.changed_at, offer.changed_by = now, by
    offer.save()
    offer.purposes.all().delete()
    offer.duties.all().delete()
    _write_purposes(offer, words)
    return offer


@transaction.atomic
def withdraw_offer(*, offer: Offer, by: User, now: datetime) -> Offer:
    """No longer offer it: it cannot be promised any more, what was promised stays. A second time changes nothing."""
    offer = Offer.objects.select_for_update().get(pk=offer.pk)
    if offer.is_current:
        offer.withdrawn_at, offer.withdrawn_by = now, by
        offer.save(update_fields=["withdrawn_at", "withdrawn_by"])
    return offer


@transaction.atomic
def offer_again(*, offer: Offer, by: User, now: datetime) -> Offer:
    """Offer again what was withdrawn."""
    offer = Offer.objects.select_for_update().get(pk=offer.pk)
    if not offer.is_current:
        offer.withdrawn_at = offer.withdrawn_by = None
        offer.changed_at, offer.changed_by = now, by
        offer.save(update_fields=["withdrawn_at", "withdrawn_by", "changed_at", "changed_by"])
    return offer


def _check_title_is_free(words: OfferWords, *, apart_from: Offer | None = None) -> None:
    # Two people who add the same to one provider come one after the other.
    Provider.objects.select_for_update().get(pk=words.provider.pk)
    same = Offer.objects.filter(provider=words.provider, title__iexact=tidy(words.title)).select_related("provider")
    if found := (same.exclude(pk=apart_from.pk) if apart_from else same).first():
        raise AlreadyOffered(found)


def _stale_sentence(offer: Offer) -> str:
    who = offer.changed_by.name if offer.changed_by else "Somebody"
    at = time_format(timezone.localtime(offer.changed_at), "H:i") if offer.changed_at else "just now"
    return (
        f"{who} changed this offer at {at}, after you opened this page. Below is what you wrote. Look at the offer as "
        "it is now, then save again if yours should stand."
    )


def _columns(words: OfferWords) -> dict[str, object]:
    return {
        "provider": words.provider,
        "title": tidy(words.title),
        "kind": words.kind,
        "description": words.description.strip(),
        "website": words.website,
    }


def _write_purposes(offer: Offer, words: OfferWords) -> None:
    OfferPurpose.objects.bulk_create(
        OfferPurpose(
            offer=offer,
            phase=purpose.phase,
            code=purpose.code,
            when_red=purpose.when_red,
            when_amber=purpose.when_amber,
        )
        for purpose in words.purposes
    )
    OfferDuty.objects.bulk_create(OfferDuty(offer=offer, code=code) for code in words.duties)
