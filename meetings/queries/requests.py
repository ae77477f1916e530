"""Reads about requests; each function feeds a whole page."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import F, Q, QuerySet
from django.http import Http404

from hubportal.accounts.models import User
from hubportal.mail.models import Email
from meetings.models import MeetingRequest, RequestStatus
from meetings.rules import ESCALATED_AFTER_DAYS, LONDON, is_likely_of_school, last_day_over
from schools.models import Contact, ContactRole, School

from .holidays import hub_holidays_between
from .ordering import order

# Ten working days, a summer holiday between them.
LOOKED_BACK = timedelta(weeks=14)


@dataclass(frozen=True)
class RequestFilters:
    """What the list of requests shows; the same words as in the address bar."""

    status: str = RequestStatus.NEW
    whose: str = "mine"
    text: str = ""
    sort: str = "asked"


REQUEST_ORDERS = {"asked": "created_at", "school": "school__name", "officer": "assigned_to__name"}


def request_list(*, user: User, filters: RequestFilters) -> QuerySet[MeetingRequest]:
    """The requests an officer looks through. "Mine" includes those that nobody has yet, so that none is missed."""
    found = MeetingRequest.objects.visible_to(user)
    if filters.status in RequestStatus:
        found = found.filter(status=filters.status)
    if filters.whose == "mine":
        found = found.filter(Q(assigned_to=user) | Q(assigned_to__isnull=True))
    if filters.text:
        found = found.filter(Q(school__name__icontains=filters.text) | Q(reference__iexact=filters.text))
    found = found.select_related("school__area", "assigned_to").prefetch_related("offered_times")
    return found.order_by(*order(filters.sort, REQUEST_ORDERS, default="asked"), "pk")


@dataclass(frozen=True)
class RequestPage:
    """All that the page about one request shows."""

    request: MeetingRequest
    # Others of this school that still wait: perhaps the same wish, sent twice.
    waiting_too: list[MeetingRequest]
    contacts: list[Contact]
    # Those who get the invitation unless the officer says otherwise.
    to_invite: list[Contact]
    officers: list[User]


def request_page(*, user: User, reference: str) -> RequestPage:
    """The page about one request.

    Raises:
        Http404: there is none with this reference, or it is not this person's to see.
    """
    related = ("school__area", "assigned_to", "decided_by", "contact")
    found = MeetingRequest.objects.visible_to(user).select_related(*related)
    found = found.prefetch_related("offered_times", "meetings__officer")
    request = found.filter(reference=reference).first()
    if request is None:
        raise Http404("No such request.")
    waiting_too = MeetingRequest.objects.waiting().filter(school=request.school_id).exclude(pk=request.pk)
    contacts = list(request.school.contacts.willing())
    to_invite = likely_people(people_of_request(request, contacts=contacts), school=request.school, contacts=contacts)
    return RequestPage(request, list(waiting_too), contacts, to_invite, officers())


def waiting_longer_than(days: int, *, as_of: date) -> QuerySet[MeetingRequest]:
    """Requests that have waited for an officer for more than so many working days, the longest waiting first."""
    return (
        MeetingRequest.objects.waiting()
        .filter(waiting_since__lt=_over_since(days, as_of=as_of))
        .order_by("waiting_since", "pk")
    )


def unanswered_longer_than(days: int, *, as_of: date) -> QuerySet[MeetingRequest]:
    """Requests whose school was asked for other times more than so many working days ago and has not answered."""
    asked = MeetingRequest.objects.filter(status=RequestStatus.ASKED)
    return asked.filter(asked_at__lt=_over_since(days, as_of=as_of)).order_by("asked_at", "pk")


def waiting_too_long(*, as_of: date) -> QuerySet[MeetingRequest]:
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


def was_thanked(request: MeetingRequest) -> bool:
    """Whether a mail of thanks went out for this request: not when its address has had several lately."""
    return Email.objects.filter(dedupe_key=thanks_key(request)).exists()


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
