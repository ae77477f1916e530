"""Reads about requests; each function feeds a whole page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.http import Http404
from django.utils import timezone

from hubportal.accounts.models import User
from meetings.models import MeetingRequest, MeetingRequestQuerySet, OfferedTime, RequestStatus
from meetings.rules import (
    ESCALATED_AFTER_DAYS,
    LONDON,
    STANDS_OUT_AFTER_DAYS,
    is_likely_of_school,
    last_day_over,
    working_days_since,
)
from schools.models import Contact, ContactRole, School

from .holidays import hub_holidays_between
from .offers import offers_of
from .ordering import order
from .proposals import ProposedTime, proposed_times

# Ten working days, a summer holiday between them.
LOOKED_BACK = timedelta(weeks=14)


@dataclass(frozen=True)
class RequestFilters:
    """What the list of requests shows; the same words as in the address bar."""

    status: str = RequestStatus.NEW
    whose: str = "mine"
    text: str = ""
    # Empty for the usual order: what stands out first, then the oldest, or the newest where answered ones are shown.
    sort: str = ""


REQUEST_ORDERS = {"asked": "created_at", "school": "school__name", "officer": "assigned_to__name"}


LONG, TOO_LONG, SILENT, ALL = "long", "too_long", "silent", "all"
OPEN_FILTERS = (RequestStatus.NEW, RequestStatus.ASKED, LONG, TOO_LONG, SILENT)


def request_list(*, user: User, filters: RequestFilters, today: date) -> QuerySet[MeetingRequest]:
    """The requests an officer looks through. "Mine" includes those that nobody has yet, so that none is missed."""
    found = _of_status(filters.status, today=today).visible_to(user)
    if filters.whose == "mine":
        found = found.filter(Q(assigned_to=user) | Q(assigned_to__isnull=True))
    if filters.text:
        found = found.filter(Q(school__name__icontains=filters.text) | Q(reference__iexact=filters.text))
    found = found.select_related("school__area", "assigned_to", "joined_to").prefetch_related("offered_times")
    found = found.annotate(joined_number=Count("joined"))
    if filters.sort.removeprefix("-") in REQUEST_ORDERS:
        return found.order_by(*order(filters.sort, REQUEST_ORDERS, default="asked"), "pk")
    long = Q(status=RequestStatus.NEW, waiting_since__lt=_over_since(STANDS_OUT_AFTER_DAYS, as_of=today))
    found = found.annotate(is_long=Case(When(long, then=Value(0)), default=Value(1)))
    usual = "created_at" if filters.status in OPEN_FILTERS else "-created_at"
    return found.order_by("is_long", usual, "pk")


def _of_status(status: str, *, today: date) -> MeetingRequestQuerySet:
    if status == LONG:
        return waiting_longer_than(STANDS_OUT_AFTER_DAYS, as_of=today)
    if status == TOO_LONG:
        return waiting_longer_than(ESCALATED_AFTER_DAYS, as_of=today)
    if status == SILENT:
        return unanswered_longer_than(ESCALATED_AFTER_DAYS, as_of=today)
    found = MeetingRequest.objects.all()
    return found.filter(status=status) if status in RequestStatus.values else found


@dataclass(frozen=True)
class RequestPage:
    """All that the page about one request shows."""

    request: MeetingRequest
    # Others of this school that wait for the same answer, the first first.
    joined: list[MeetingRequest]
    # The times to choose from, with what the diary of `officer` says of each, and those that did not suit.
    times: list[ProposedTime]
    past_times: list[OfferedTime]
    officer: User | None
    contacts: list[Contact]
    # Those who get the invitation unless the officer says otherwise.
    to_invite: list[Contact]
    officers: list[User]
    # Working days it has been the hub's turn, or (once asked for other times) the school's.
    waiting_days: int

    @property
    def stands_out(self) -> bool:
        return self.request.status == RequestStatus.NEW and self.waiting_days > STANDS_OUT_AFTER_DAYS


def request_page(*, user: User, reference: str, today: date, officer: str = "") -> RequestPage:
    """The page about one request.

    `officer` is the key of somebody whose diary to look at, as typed; otherwise it is whoever the request lies with.

    Raises:
        Http404: there is none with this reference, or it is not this person's to see.
    """
    related = ("school__area", "assigned_to", "decided_by", "asked_by", "contact", "joined_to")
    found = MeetingRequest.objects.visible_to(user).select_related(*related)
    request = found.prefetch_related("meetings__officer", "joined__contact").filter(reference=reference).first()
    if request is None:
        raise Http404("No such request.")
    school, offers = request.school, offers_of(request)
    joined = sorted(request.joined.all(), key=lambda one: (one.created_at, one.pk))
    contacts = list(school.contacts.willing())
    people = [
        one for one in contacts if any(one in people_of_request(r, contacts=contacts) for r in [request, *joined])
    ]
    staff = officers()
    chosen = next((one for one in staff if str(one.pk) == officer), request.assigned_to)
    to_come = [one for one in offers.current if one.on >= today]
    return RequestPage(
        request=request,
        joined=joined,
        times=proposed_times(to_come, officer=chosen, school=school),
        past_times=[*offers.past, *(one for one in offers.current if one.on < today)],
        officer=chosen,
        contacts=contacts,
        to_invite=likely_people(people, school=school, contacts=contacts),
        officers=staff,
        waiting_days=waiting_days([request], today=today)[0],
    )


def waiting_days(requests: Sequence[MeetingRequest], *, today: date) -> list[int]:
    """For each request the working days since it became the hub's turn or, once it was asked for other times, the
    school's. One query, however many there are."""
    begun = [
        timezone.localtime(one.asked_at if one.status == RequestStatus.ASKED and one.asked_at else one.waiting_since)
        for one in requests
    ]
    if not begun:
        return []
    closed = hub_holidays_between(min(begun).date(), today)
    return [working_days_since(at.date(), today=today, hub_holidays=closed) for at in begun]


def waiting_longer_than(days: int, *, as_of: date) -> MeetingRequestQuerySet:
    """Requests that have waited for an officer for more than so many working days, the longest waiting first."""
    return (
        MeetingRequest.objects.waiting()
        .filter(waiting_since__lt=_over_since(days, as_of=as_of))
        .order_by("waiting_since", "pk")
    )


def unanswered_longer_than(days: int, *, as_of: date) -> MeetingRequestQuerySet:
    """Requests whose school was asked for other times more than so many working days ago and has not answered."""
    asked = MeetingRequest.objects.filter(status=RequestStatus.ASKED)
    return asked.filter(asked_at__lt=_over_since(days, as_of=as_of)).order_by("asked_at", "pk")


def waiting_too_long(*, as_of: date) -> MeetingRequestQuerySet:
    """Requests of which administrators have to be told, and have not been since they began to wait."""
    told = Q(escalated_at__gte=F("waiting_since"))
    return waiting_longer_than(ESCALATED_AFTER_DAYS, as_of=as_of).exclude(told)


def _over_since(days: int, *, as_of: date) -> datetime:
    """Whatever began before this moment has lasted for more than so many working days."""
    closed = hub_holidays_between(as_of - LOOKED_BACK, as_of)
    first_day_within = last_day_over(days, today=as_of, hub_holidays=closed) + timedelta(days=1)
    return datetime.combine(first_day_within, time.min, tzinfo=LONDON)


def thanks_key(request: MeetingRequest) -> str:
    """What tells the mail of thanks for this request from any other mail."""
    return f"request_thanks:{request.pk}"


def officers() -> list[User]:
    """Those who can hold a meeting, by name."""
    return list(User.objects.officers())


def people_of_request(request: MeetingRequest, *, contacts: list[Contact]) -> list[Contact]:
    """Of the school's reachable contacts those the request names: who asked, and the head teacher."""
    named = {request.head_email.lower()} - {""}
    return [
        contact
        for contact in contacts
        if contact.pk == request.contact_id
        or (contact.role == ContactRole.HEAD_TEACHER and (contact.email.lower() in named or not named))
    ]


def likely_people(people: list[Contact], *, school: School, contacts: list[Contact]) -> list[Contact]:
    """Of these people of a school those to propose for an invitation: whom an officer has confirmed, or whose
    address speaks for them. `contacts` are all whom the school has."""
    known = [contact.email for contact in contacts if contact.is_confirmed]
    return [
        person
        for person in people
        if person.is_confirmed or is_likely_of_school(person.email, website=school.website, known_addresses=known)
    ]
