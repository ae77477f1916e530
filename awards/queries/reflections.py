"""Which reflection sheets wait: for an answer, or for somebody to write to."""

from datetime import date

from django.db.models import Exists, OuterRef, QuerySet

from awards.models import Reflection
from awards.queries.people import REFLECTION_ROLES
from schools.models import Contact


def reflections_with_nobody(*, as_of: date) -> QuerySet[Reflection]:
    """Sheets that are due at schools where nobody can be written to: for staff to find a contact."""
    reachable = Contact.objects.reachable().filter(school=OuterRef("audit__meeting__school"), role__in=REFLECTION_ROLES)
    due = Reflection.objects.due(as_of=as_of).filter(~Exists(reachable))
    return due.select_related("audit__meeting__school").order_by("due_on", "pk")


def reflections_unanswered() -> QuerySet[Reflection]:
    """Sheets that went out and did not come back, the oldest first."""
    return Reflection.objects.unanswered().select_related("audit__meeting__school").order_by("due_on", "pk")
