"""What a school noted of its priorities between two conversations."""

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from audits.models import Priority, Promise
from audits.queries import priorities_with_promises
from awards.models import Award, ProgressNote
from schools.models import School

# A page about a school shows so many of its latest notes; the rest stand with their priorities.
LATEST_NOTES = 5


def progress_notes() -> QuerySet[ProgressNote]:
    """Notes with who wrote them, the newest first."""
    return ProgressNote.objects.select_related("by_contact").order_by("-written_at", "-pk")


def priorities_with_notes() -> QuerySet[Priority]:
    """Priorities with what both sides promised and what the school noted: three queries, however many there are."""
    return priorities_with_promises().prefetch_related(Prefetch("progress_notes", progress_notes()))


def priorities_to_note(school: School) -> QuerySet[Priority]:
    """The priorities a school may add a note to: those of the newest conversation whose outcome it has heard of, and
    of older ones those with which either side has still something to keep."""
    released = Award.objects.released().filter(school=school)
    with_priorities = released.filter(Exists(Priority.objects.filter(audit=OuterRef("audit"))))
    newest = with_priorities.order_by("-awarded_on", "-pk").values("audit")[:1]
    still_open = Exists(Promise.objects.open().filter(priority=OuterRef("pk")))
    mine = priorities_with_notes().filter(audit__award__in=released)
    return mine.filter(Q(audit__in=newest) | still_open).select_related(
        "criterion__section", "offer", "hub_owner", "audit__meeting"
    )


def latest_progress(school: School) -> list[ProgressNote]:
    """The school's latest notes on any of its priorities, for a page about the school or a meeting with it."""
    found = progress_notes().filter(priority__audit__meeting__school=school)
    return list(found.select_related("by_contact", "priority__criterion")[:LATEST_NOTES])
