"""The list of offers, one offer, and the providers."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from support.criteria import published_criteria
from support.models import Offer, OfferPurpose, OfferQuerySet, Provider, ProviderKind
from support.queries.duties import Duty, hub_duties
from support.rules import Criterion

PHASES = {"primary": "Primary", "secondary": "Secondary"}


def offer_rows() -> OfferQuerySet:
    """Offers with provider, purposes and duties, how many criteria each serves (`criteria`) and how often it was
    promised in an agreed priority (`promised`)."""
    criteria = OfferPurpose.objects.filter(offer=OuterRef("pk")).order_by().values("offer")
    agreed = Offer.objects.filter(pk=OuterRef("pk"), priorities__audit__status="agreed").order_by().values("pk")
    return (
        Offer.objects.select_related("provider")
        .prefetch_related("purposes", "duties")
        .annotate(
            criteria=Coalesce(Subquery(criteria.annotate(n=Count("pk")).values("n")), 0),
            promised=Coalesce(Subquery(agreed.annotate(n=Count("priorities")).values("n")), 0),
        )
    )


@dataclass(frozen=True)
class Served:
    """A criterion that an offer serves; `title` is empty where the published framework no longer has it."""

    phase: str
    code: str
    title: str
    section: str
    purpose: OfferPurpose


def served_by(offer: Offer) -> list[Served]:
    """The criteria that an offer of `offer_rows` serves, in the order of the frameworks; those no longer asked last."""
    known = criteria_by_key()
    order = {key: number for number, key in enumerate(known)}
    purposes = sorted(offer.purposes.all(), key=lambda each: order.get((each.phase, each.code), len(order)))
    return [_served(purpose, known.get((purpose.phase, purpose.code))) for purpose in purposes]


def _served(purpose: OfferPurpose, criterion: Criterion | None) -> Served:
    return Served(
        phase=PHASES[purpose.phase],
        code=purpose.code,
        title=criterion.title if criterion else "",
        section=criterion.section if criterion else "",
        purpose=purpose,
    )


def duties_of(offer: Offer) -> list[Duty]:
    """The hub's duties that an offer of `offer_rows` serves, in the order of the file."""
    codes = {duty.code for duty in offer.duties.all()}
    return [duty for duty in hub_duties() if duty.code in codes]


def criteria_by_key() -> Mapping[tuple[str, str], Criterion]:
    """The published criteria by phase and code, in their order."""
    return {(criterion.phase, criterion.code): criterion for criterion in published_criteria()}


@dataclass(frozen=True)
class PromisedTo:
    """One school that was promised an offer in a priority."""

    urn: int
    school: str
    on: datetime


def promised_to(offer: Offer, *, at_most: int) -> list[PromisedTo]:
    """The schools that were promised this offer last, newest meeting first."""
    agreed = Offer.objects.filter(pk=offer.pk, priorities__audit__status="agreed").order_by(
        "-priorities__audit__meeting__period", "-priorities__pk"
    )
    rows = agreed.values_list(
        "priorities__audit__meeting__school__urn",
        "priorities__audit__meeting__school__name",
        "priorities__audit__meeting__period",
    )
    return [PromisedTo(urn, name, period.lower) for urn, name, period in rows[:at_most]]


def provider_rows() -> QuerySet[Provider]:
    """Providers, the hub first, each with its number of current offers (`current_offers`) and of withdrawn ones."""
    return Provider.objects.annotate(
        current_offers=Count("offers", filter=Q(offers__withdrawn_at__isnull=True)),
        withdrawn_offers=Count("offers", filter=Q(offers__withdrawn_at__isnull=False)),
    ).order_by(Case(When(kind=ProviderKind.HUB, then=0), default=1), "name")
