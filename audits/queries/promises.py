"""What school and hub promised with the priorities, and how each promise stands."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Exists, IntegerField, OuterRef, Prefetch, Q, QuerySet, Value, When
from django.utils import timezone

from audits.models import Audit, Priority, Promise, PromiseQuerySet, PromiseStatus
from audits.rules import PromiseState, promise_state
from hubportal.accounts.models import User
from meetings.models import MeetingKind
from schools.models import School

OPEN_FIRST = Case(When(status=PromiseStatus.OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
COLUMNS = (
    "URN", "School", "Conversation", "Priority", "Support", "Who at the hub", "Promised for", "State", "Settled on",
    "Note",
)  # fmt: skip


@dataclass(frozen=True)
class PromiseFilters:
    """What the list of promises shows; the same words as in the address bar.

    `whose` is empty, "mine" or "nobody"; `status` is empty (open), "late", "kept", "given_up" or "all".
    """

    q: str = ""
    whose: str = ""
    status: str = ""


def state_of(promise: Promise, *, today: date) -> PromiseState:
    """How a promise stands today, in words."""
    settled_on = timezone.localdate(promise.settled_at) if promise.settled_at else None
    return promise_state(status=promise.status, due_on=promise.due_on, settled_on=settled_on, today=today)


def owner_in_words(promise: Promise) -> str:
    """Who sees to what the hub promised; empty once that person has left or has another role."""
    return promise.owner.name if promise.owner and promise.owner.is_officer else ""


def hub_promises(*, user: User, filters: PromiseFilters, today: date) -> QuerySet[Promise]:
    """What the hub has promised to schools, the longest overdue first, what is settled last.

    Each has `is_earlier`: the school has agreed a newer conversation since. What was promised at the older one
    stays until somebody settles it.
    """
    found = _with_school(Promise.objects.visible_to(user).of_hub())
    return _filtered(found, filters, user=user, today=today).order_by(OPEN_FIRST, "due_on", "pk")


def late_promises(*, today: date) -> PromiseQuerySet:
    """What the hub has promised and not kept in time."""
    return Promise.objects.of_hub().late(as_of=today)


def promise_for(*, user: User, pk: int) -> Promise:
    """One promise of either side, for a member of staff.

    Raises:
        Promise.DoesNotExist: there is none, or it is not this person's to see.
    """
    promises = _with_school(Promise.objects.visible_to(user))
    return promises.select_related("settled_by", "settled_by_contact").get(pk=pk)


def priorities_with_promises() -> QuerySet[Priority]:
    """Priorities with what both sides promised: two queries, however many there are."""
    promises = Promise.objects.select_related("owner", "settled_by", "settled_by_contact")
    priorities = Priority.objects.select_related("criterion__section", "offer", "hub_owner")
    return priorities.prefetch_related(Prefetch("promises", promises))


def open_promises_of_school(school: School) -> PromiseQuerySet:
    """What either side has still to keep from any of the school's conversations, each with `is_earlier`."""
    return _with_school(Promise.objects.open().filter(priority__audit__meeting__school=school))


def cells(promise: Promise, *, today: date) -> tuple[object, ...]:
    """The line of a promise from `hub_promises` in a file that a spreadsheet opens."""
    priority = promise.priority
    meeting = priority.audit.meeting
    return (
        meeting.school.urn,
        meeting.school.name,
        meeting.held_on,
        priority.criterion.title,
        priority.support,
        owner_in_words(promise),
        promise.due_on,
        state_of(promise, today=today).word,
        timezone.localdate(promise.settled_at) if promise.settled_at else "",
        promise.note,
    )


def _with_school(promises: PromiseQuerySet) -> PromiseQuerySet:
    newer = Audit.objects.agreed().filter(
        meeting__kind=MeetingKind.QUALITY_CONVERSATION,
        meeting__school=OuterRef("priority__audit__meeting__school"),
        meeting__period__startswith__gt=OuterRef("priority__audit__meeting__period__startswith"),
    )
    related = promises.select_related("priority__criterion", "priority__audit__meeting__school", "owner")
    return related.annotate(is_earlier=Exists(newer))


def _filtered(found: PromiseQuerySet, filters: PromiseFilters, *, user: User, today: date) -> PromiseQuerySet:
    if filters.q:
        named = Q(priority__audit__meeting__school__name__icontains=filters.q)
        found = found.filter(named | Q(priority__audit__meeting__school__urn__startswith=filters.q))
    if filters.whose == "mine":
        found = found.filter(owner=user)
    elif filters.whose == "nobody":
        found = found.without_owner()
    if filters.status == "late":
        return found.late(as_of=today)
    if filters.status == "all":
        return found
    return found.filter(status=filters.status or PromiseStatus.OPEN)
