"""The list of audits, and who is named first in a priority."""

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from audits.models import Audit, AuditChange, AuditQuerySet, RatingValue


def coordinator_name(audit: Audit) -> str:
    """Whom a proposed priority names first: the school's music coordinator, if known."""
    contacts = audit.meeting.school.contacts.reachable().coordinators()
    return contacts.values_list("name", flat=True).first() or ""


def audit_list() -> AuditQuerySet:
    """Audits for the list, newest meeting first: how far each has got as `discussed` of `total`, and `changed_at`."""
    changes = AuditChange.objects.filter(audit=OuterRef("pk")).order_by("-pk").values("saved_at")[:1]
    return (
        Audit.objects.select_related("meeting__school", "meeting__officer", "framework")
        .defer("framework__definition", "priorities_draft")
        .annotate(
            total=Count("ratings"),
            discussed=Count("ratings", filter=~Q(ratings__agreed=RatingValue.NOT_DISCUSSED)),
            has_award=Q(award__isnull=False),
            changed_at=Coalesce(Subquery(changes), "agreed_at", "started_at"),
        )
        .order_by("-meeting__period", "-pk")
    )
