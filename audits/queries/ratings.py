"""Reads about the answers of an audit."""

from audits.models import Audit, AuditChange
from audits.rules import Rating as RatingWord


def agreed_ratings(audit: Audit) -> dict[str, RatingWord]:
    """The agreed rating of each criterion, by code, as the award rules take them."""
    rows = audit.ratings.values_list("criterion__code", "agreed")
    return {code: RatingWord(agreed) for code, agreed in rows}


def priority_codes(audit: Audit) -> list[str]:
    """The criteria that are the school's priorities, first one first."""
    return list(audit.priorities.values_list("criterion__code", flat=True))


def changes_since(audit: Audit, *, after: int) -> list[AuditChange]:
    """What has been stored since that line of the history (0: since the beginning), oldest first."""
    changes = audit.changes.filter(pk__gt=after).select_related("criterion", "by", "by_contact")
    return list(changes.order_by("pk"))
