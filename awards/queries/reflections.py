"""Which reflection sheets wait: for an answer, or for somebody to write to."""

from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from awards.models import Reflection, ReflectionAnswer, ReflectionResponse
from awards.queries.people import REFLECTION_ROLES
from schools.models import Contact

# A school has so long to answer a sheet before staff look after it.
REFLECTION_PATIENCE = timedelta(weeks=3)


def reflections_with_nobody(*, as_of: date) -> QuerySet[Reflection]:
    """Sheets that are due at schools where nobody can be written to: for staff to find a contact."""
    reachable = Contact.objects.reachable().filter(school=OuterRef("audit__meeting__school"), role__in=REFLECTION_ROLES)
    due = Reflection.objects.due(as_of=as_of).filter(~Exists(reachable))
    return due.select_related("audit__meeting__school").order_by("due_on", "pk")


def reflections_overdue(*, now: datetime) -> QuerySet[Reflection]:
    """Sheets that went out at least three weeks ago and did not come back, the oldest first.

    Of two about the same meeting it is the later one: the school is asked once, and the award stands in the list once.
    """
    overdue = Reflection.objects.unanswered().filter(queued_at__lte=now - REFLECTION_PATIENCE)
    later = overdue.filter(audit=OuterRef("audit"), month__gt=OuterRef("month"))
    return overdue.filter(~Exists(later)).select_related("audit__meeting__school").order_by("due_on", "pk")


def responses_to(reflection: Reflection) -> QuerySet[ReflectionResponse]:
    """What each person has said of a sheet, in the order they said it, with the priorities it is about."""
    return with_answers(reflection.responses.all())


def with_answers(responses: QuerySet[ReflectionResponse]) -> QuerySet[ReflectionResponse]:
    """These responses together with who gave them and what they say of each priority."""
    answers = ReflectionAnswer.objects.select_related("priority__criterion", "priority__hub_owner")
    return responses.select_related("contact").prefetch_related(Prefetch("answers", answers))
