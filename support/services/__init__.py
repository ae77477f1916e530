"""What the hub does with providers and their offers."""

from .offers import AlreadyOffered, OfferWords, StaleOffer, add_offer, change_offer, offer_again, withdraw_offer
from .providers import add_provider, change_provider
from .seeding import Seeded, seed_offers

__all__ = [
    "AlreadyOffered",
    "OfferWords",
    "Seeded",
    "StaleOffer",
    "add_offer",
    "add_provider",
    "change_offer",
    "change_provider",
    "offer_again",
    "seed_offers",
    "withdraw_offer",
]
