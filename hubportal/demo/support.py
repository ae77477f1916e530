"""What the demo hub offers: what the frameworks suggest, and what made-up partners give."""

from dataclasses import dataclass
from datetime import datetime

from hubportal.accounts.models import User
from support.models import Offer, OfferKind, Provider, ProviderKind
from support.rules import Purpose
from support.services import OfferWords, add_offer, add_provider, seed_offers, withdraw_offer


@dataclass(frozen=True)
class DemoOffer:
    """Something a partner gives, with the criteria and the duties of the hub it serves."""

    title: str
    kind: str
    description: str
    purposes: tuple[Purpose, ...]
    duties: tuple[str, ...] = ()
    is_withdrawn: bool = False


PARTNERS: dict[tuple[str, str, str], tuple[DemoOffer, ...]] = {
    ("Soar Valley Youth Orchestra (made up)", ProviderKind.PARTNER, "https://orchestra.example.org/"): (
        DemoOffer(
            "Side-by-side day with the youth orchestra",
            OfferKind.ENSEMBLE,
            "Pupils who have played for two terms or more rehearse with the orchestra for a day and play to parents. "
            "Three days a year, 40 places each, free for pupils with bursaries.",
            (
                Purpose("primary", "P-IPC-06", when_red=False),
                Purpose("primary", "P-IMP-08", when_red=False),
                Purpose("secondary", "S-IPC-07", when_red=False),
            ),
            ("H10",),
        ),
        DemoOffer(
            "String quartet in your assembly",
            OfferKind.TEACHING,
            "Four players visit for a morning: an assembly for all, then two classes try the instruments.",
            (Purpose("primary", "P-IPC-05"), Purpose("secondary", "S-IPC-06")),
        ),
    ),
    ("Beacon Inclusive Arts (made up)", ProviderKind.PARTNER, "https://beacon.example.org/"): (
        DemoOffer(
            "Adapted instruments, and how to use them",
            OfferKind.INSTRUMENTS,
            "A box of adapted instruments on loan for a term, with a training session for the staff who will use it.",
            (Purpose("primary", "P-INT-06"), Purpose("secondary", "S-INT-07")),
            ("H05",),
        ),
        DemoOffer(
            "Signing choir residency",
            OfferKind.TEACHING,
            "A half term with a signing choir leader. Ended when the funding did.",
            (Purpose("primary", "P-INT-06"), Purpose("primary", "P-IMP-01", when_red=False)),
            is_withdrawn=True,
        ),
    ),
    ("Music Teachers’ Exchange (made up)", ProviderKind.NATIONAL, "https://exchange.example.org/"): (
        DemoOffer(
            "Schools visit each other",
            OfferKind.NETWORK,
            "Two music leads spend a morning in each other’s school with one question each. Supply cover is paid.",
            (
                Purpose("primary", "P-INT-03", when_red=False),
                Purpose("primary", "P-IMP-02", when_red=False),
                Purpose("secondary", "S-IMP-09", when_red=False),
            ),
            ("H09",),
        ),
    ),
}
# Suggested by the frameworks, but not what this hub can give: a gap to find a partner for.
NOT_OURS = ("Exam board training", "Adviser review of coursework and performance preparation")


def build_offers(*, now: datetime) -> None:
    by = User.objects.get(role="administrator")
    seed_offers(by=by, now=now)
    for (name, kind, website), offers in PARTNERS.items():
        provider = add_provider(name=name, kind=kind, website=website, by=by, now=now)
        for offer in offers:
            _add(offer, provider, by=by, now=now)
    for not_ours in Offer.objects.filter(title__in=NOT_OURS):
        withdraw_offer(offer=not_ours, by=by, now=now)


def _add(offer: DemoOffer, provider: Provider, *, by: User, now: datetime) -> None:
    words = OfferWords(
        provider, offer.title, offer.kind, offer.description, provider.website, offer.purposes, offer.duties
    )
    added = add_offer(words=words, by=by, now=now)
    if offer.is_withdrawn:
        withdraw_offer(offer=added, by=by, now=now)
