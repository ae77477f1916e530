"""Plain made-up providers and offers for tests."""

from typing import Any

import factory

from support.models import Offer, OfferPurpose, Provider, ProviderKind


class ProviderFactory(factory.django.DjangoModelFactory[Provider]):
    class Meta:
        model = Provider

    name = factory.Sequence(lambda number: f"Partner {number}")
    kind = ProviderKind.PARTNER


class OfferFactory(factory.django.DjangoModelFactory[Offer]):
    """An offer; `serves=["P-INT-01"]` are criteria of the primary framework that it serves when red and when amber."""

    class Meta:
        model = Offer
        skip_postgeneration_save = True

    provider = factory.SubFactory(ProviderFactory)
    title = factory.Sequence(lambda number: f"Offer {number}")

    @factory.post_generation
    def serves(self, create: bool, codes: list[str] | None, **kwargs: Any) -> None:
        for code in codes or ():
            serve(self, code)


def serve(offer: Any, code: str, *, phase: str = "primary", red: bool = True, amber: bool = True) -> OfferPurpose:
    """Let an offer serve one criterion."""
    return OfferPurpose.objects.create(offer=offer, phase=phase, code=code, when_red=red, when_amber=amber)
