"""The staff pages about support. Everybody on the staff may read them; officers keep them."""

from .coverage import GapsView, SuggestionsView
from .offers import OfferAgainView, OfferChangeView, OfferDetailView, OfferListView, OfferNewView, OfferWithdrawView
from .providers import ProviderChangeView, ProviderListView, ProviderNewView

__all__ = [
    "GapsView",
    "OfferAgainView",
    "OfferChangeView",
    "OfferDetailView",
    "OfferListView",
    "OfferNewView",
    "OfferWithdrawView",
    "ProviderChangeView",
    "ProviderListView",
    "ProviderNewView",
    "SuggestionsView",
]
