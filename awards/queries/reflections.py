"""Which reflection sheets wait: for an answer, or for somebody to write to."""

from datetime import date, datetime

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone

from awards.models import Reflection, ReflectionAnswer, ReflectionResponse
from awards.queries.people import REFLECTION_ROLES
from awards.queries.school_weeks import patience
from schools.models import Contact


def reflections_with_nobody(*, as_of: date) -> QuerySet[Reflection]:
    """Sheets that are due at schools where nobody can be written to: for staff to find a contact."""
    reachable = Contact.objects.reachable().filter(school=OuterRef("audit__meeting__school"), role__in=REFLECTION_ROLES)
    due = Reflection.objects.due(as_of=as_of).filter(~Exists(reachable))
    return due.select_related("audit__meeting__school").order_by("due_on", "pk")


def reflections_to_remind(*, as_of: date) -> QuerySet[Reflection]:
    """Sheets that left the hub three school weeks ago, did not come back, and have not been reminded of."""
    waiting = Reflection.objects.unanswered().latest_of_meeting().with_sending().filter(reminded_at__isnull=True)
    return waiting.filter(patience(as_of=as_of)("sent_at"))


def reflections_overdue(*, now: datetime) -> QuerySet[Reflection]:
    """Sheets that left the hub at least three school weeks ago and did not come back, the oldest first.

    Of two about the same meeting it is the later one: the school is asked once, and the award stands in the list once.
    """
    waiting = Reflection.objects.unanswered().latest_of_meeting().with_sending()
    overdue = waiting.filter(patience(as_of=timezone.localdate(now))("sent_at"))
    return overdue.select_related("audit__meeting__school").order_by("due_on", "pk")


def with_responses(reflections: QuerySet[Reflection]) -> QuerySet[Reflection]:
    """These sheets with what each person has said of them, in the order they said it."""
    return reflections.prefetch_related(Prefetch("responses", with_answers(ReflectionResponse.objects.all())))


def with_answers(responses: QuerySet[ReflectionResponse]) -> QuerySet[ReflectionResponse]:
    """These responses together with who gave them and what they say of each priority."""
    answers = ReflectionAnswer.objects.select_related("priority__criterion", "priority__hub_owner")
    return responses.select_related("contact", "taken_by").prefetch_related(Prefetch("answers", answers), "ratings")
