"""Reads about offers of support; each function feeds a whole page."""

from .duties import Duty, hub_duties
from .gaps import Coverage, Gap, coverage
from .lists import (
    PHASES,
    PromisedTo,
    Served,
    criteria_by_key,
    duties_of,
    offer_rows,
    promised_to,
    provider_rows,
    served_by,
)
from .serving import offers_for, offers_for_many
from .suggestions import untaken_suggestions

__all__ = [
    "PHASES",
    "Coverage",
    "Duty",
    "Gap",
    "PromisedTo",
    "Served",
    "coverage",
    "criteria_by_key",
    "duties_of",
    "hub_duties",
    "offer_rows",
    "offers_for",
    "offers_for_many",
    "promised_to",
    "provider_rows",
    "served_by",
    "untaken_suggestions",
]
