"""Reads about the answers of an audit."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Max, Q

from audits.models import Audit, AuditChange
from audits.rules import Rating as RatingWord

from .frameworks import code_map


def agreed_ratings(audit: Audit) -> dict[str, RatingWord]:
    """The agreed rating of each criterion, by code, as the award rules take them."""
    rows = audit.ratings.values_list("criterion__code", "agreed")
    return {code: RatingWord(agreed) for code, agreed in rows}


def priority_codes(audit: Audit) -> list[str]:
    """The criteria that are the school's priorities, first one first, by the codes of this audit.

    A follow-up visit that agreed none of its own leaves those of the audit it follows as they are.
    """
    standing = audit_of_priorities(audit)
    codes = list(standing.priorities.values_list("criterion__code", flat=True))
    if standing.pk == audit.pk:
        return codes
    now = {then: code for code, then in code_map(audit.framework, standing.framework).codes.items()}
    return [now[code] for code in codes if code in now]


def audit_of_priorities(audit: Audit) -> Audit:
    """The audit whose priorities count once this one is agreed: itself, or for a follow-up visit that agreed none
    the one it follows."""
    while audit.follows is not None and not audit.priorities.all():
        audit = audit.follows
    return audit


# Two changes at once may take their numbers in one order and be stored in the other: what is younger is told again.
SETTLED_AFTER = timedelta(seconds=10)


@dataclass(frozen=True)
class News:
    """What an audit's fields have become: the last change of each, and from which line of the history to ask on."""

    changes: tuple[AuditChange, ...]
    last: int


def changes_since(audit: Audit, *, after: int, now: datetime) -> News:
    """What has been changed since that line of the history (0: since the beginning), the last change of each field.

    `News.last` is less than `after` where the portal knows fewer lines than the asker: it was restored from a copy.
    """
    counts = audit.changes.aggregate(settled=Max("pk", filter=Q(saved_at__lte=now - SETTLED_AFTER)), newest=Max("pk"))
    changes = audit.changes.filter(pk__gt=after).exclude(before=F("after"))
    newest_of_each = changes.order_by("criterion_id", "field", "-pk").distinct("criterion_id", "field")
    last = min(max(after, counts["settled"] or 0), counts["newest"] or 0)
    return News(changes=tuple(newest_of_each.select_related("criterion", "by", "by_contact")), last=last)
