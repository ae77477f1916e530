"""Reads about meetings; each function feeds a whole page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Count, F, Q, QuerySet

from hubportal.accounts.models import User
from meetings.models import Meeting, MeetingStatus
from meetings.rules import Slot
from schools.models import School

from .ordering import order


@dataclass(frozen=True)
class MeetingFilters:
    """What the list of meetings shows; the same words as in the address bar."""

    when: str = "upcoming"
    whose: str = "mine"
    kind: str = ""
    status: str = ""
    text: str = ""
    sort: str = ""


MEETING_ORDERS = {"when": "period", "school": "school__name", "officer": "officer__name"}


def meeting_list(*, user: User, filters: MeetingFilters, now: datetime) -> QuerySet[Meeting]:
    """The meetings an officer looks through: the next first when they are to come, the latest first otherwise."""
    found = Meeting.objects.visible_to(user).select_related("school__area", "officer", "data_form")
    if filters.when == "upcoming":
        found = found.upcoming(now=now)
    elif filters.when == "past":
        # What was missed belongs to the past as well; what was cancelled never was.
        found = found.exclude(status=MeetingStatus.CANCELLED).filter(period__endswith__lt=now)
    if filters.whose == "mine":
        found = found.filter(officer=user)
    exact = {"kind": filters.kind, "status": filters.status}
    found = found.filter(**{name: value for name, value in exact.items() if value})
    if filters.text:
        found = found.filter(school__name__icontains=filters.text)
    usual = "when" if filters.when == "upcoming" else "-when"
    return found.order_by(*order(filters.sort or usual, MEETING_ORDERS, default="when"), "pk")


def meeting_page(*, user: User) -> QuerySet[Meeting]:
    """Meetings with all that the page about one shows, but for its audits (`audits_of`)."""
    related = ("school__area", "officer", "request", "data_form__sent_by", "cancelled_by", "missed_by", "booked_by")
    found = Meeting.objects.visible_to(user).select_related(*related)
    return found.prefetch_related("attendees")


def audits_of(meeting: Meeting) -> QuerySet[Any]:
    """The audits of a meeting with how far the school has rated itself beforehand: `rated` of `total`.

    The audits belong to a later app, hence by their names.
    """
    counted = meeting.audits.annotate(
        total=Count("ratings"), rated=Count("ratings", filter=~Q(ratings__school="not_discussed"))
    )
    return counted.select_related("framework", "school_done_by").defer("framework__definition").order_by("pk")


def is_under_way(meeting: Meeting) -> bool:
    """Whether the hub has begun an audit of this meeting.

    That the school has rated itself beforehand does not count, nor that what it said was carried over to a newer
    framework, which writes its lines at the moment in which the new audit begins.
    """
    begun = Q(started_by__isnull=False, carried_from__isnull=True)
    written = Q(changes__by__isnull=False, changes__saved_at__gt=F("started_at"))
    return meeting.audits.filter(begun | written).exists()


def meeting_in_the_way(*, officer: User, slot: Slot, apart_from: Meeting | None = None) -> Meeting | None:
    """The meeting that keeps an officer from another one at this time, if there is one."""
    period = DateTimeTZRange(slot.starts_at, slot.ends_at)
    found = Meeting.objects.standing().filter(officer=officer, period__overlap=period)
    if apart_from:
        found = found.exclude(pk=apart_from.pk)
    return found.select_related("school").order_by("period").first()


def meeting_of_school(*, school: School, pk: int) -> Meeting | None:
    """A meeting as its own school may see it, with its data form if there is one."""
    return school.meetings.select_related("school", "officer", "data_form").filter(pk=pk).first()
