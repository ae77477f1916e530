"""Reads about offers of support; each function feeds a whole page."""

from .serving import offers_for, offers_for_many

__all__ = ["offers_for", "offers_for_many"]
