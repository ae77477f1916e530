"""The list of audits, and who is named first in a priority."""

from django.db.models import Count, Q

from audits.models import Audit, AuditQuerySet, RatingValue


def coordinator_name(audit: Audit) -> str:
    """Whom a proposed priority names first: the school's music coordinator, if known."""
    contacts = audit.meeting.school.contacts.reachable().coordinators()
    return contacts.values_list("name", flat=True).first() or ""


def audit_list() -> AuditQuerySet:
    """Audits for the list, newest meeting first, with how far each has got as `discussed` of `total`."""
    return (
        Audit.objects.select_related("meeting__school", "meeting__officer", "framework")
        .defer("framework__definition", "priorities_draft")
        .annotate(
            total=Count("ratings"),
            discussed=Count("ratings", filter=~Q(ratings__agreed=RatingValue.NOT_DISCUSSED)),
            has_award=Q(award__isnull=False),
        )
        .order_by("-meeting__period", "-pk")
    )
