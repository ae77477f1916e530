"""Forms about offers of support, for hub staff."""

from .offers import OfferForm, ProviderForm
from .purposes import OfferPurposes, Section
from .searching import OfferFilter

__all__ = ["OfferFilter", "OfferForm", "OfferPurposes", "ProviderForm", "Section"]
