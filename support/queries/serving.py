"""Which offers serve a criterion, the best first."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.db.models.functions import Lower

from support.models import Offer, OfferPurpose, ProviderKind

NO_RATINGS: Mapping[str, str] = MappingProxyType({})
# What the hub gives itself comes before what it sends a school to others for.
NEAREST_FIRST = Case(
    When(offer__provider__kind=ProviderKind.HUB, then=Value(0)),
    When(offer__provider__kind=ProviderKind.PARTNER, then=Value(1)),
    default=Value(2),
    output_field=IntegerField(),
)


def offers_for(phase: str, code: str, rating: str = "") -> list[Offer]:
    """Current offers that serve this criterion: those meant for its rating ("red", "amber") first, then the hub's own
    before partners' and national ones, then by title. Each with its provider; one query."""
    purposes = _purposes(phase).filter(code=code)
    return [purpose.offer for purpose in _fitting_first(purposes, rating)]


def offers_for_many(
    phase: str, codes: Iterable[str], ratings: Mapping[str, str] = NO_RATINGS
) -> dict[str, list[Offer]]:
    """For each of these criteria what `offers_for` gives, in one query for all of them; `ratings` by code.

    A criterion that nobody serves has an empty list.
    """
    found: dict[str, list[OfferPurpose]] = {code: [] for code in codes}
    for purpose in _purposes(phase).filter(code__in=list(found)):
        found[purpose.code].append(purpose)
    return {
        code: [purpose.offer for purpose in _fitting_first(purposes, ratings.get(code, ""))]
        for code, purposes in found.items()
    }


def _purposes(phase: str) -> QuerySet[OfferPurpose]:
    return (
        OfferPurpose.objects.filter(phase=phase, offer__withdrawn_at__isnull=True)
        .select_related("offer__provider")
        .order_by(NEAREST_FIRST, Lower("offer__title"), "offer_id")
    )


def _fitting_first(purposes: Iterable[OfferPurpose], rating: str) -> list[OfferPurpose]:
    """Sorting keeps the order of those that fit alike."""
    return sorted(purposes, key=lambda purpose: not getattr(purpose, f"when_{rating}", False))
