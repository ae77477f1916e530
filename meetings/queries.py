"""Reads about requests and meetings; each function feeds a whole page."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q, QuerySet
from django.http import Http404
from django.utils.text import capfirst

from hubportal.accounts.models import User
from hubportal.mail.models import Email
from meetings.models import DATA_FORM_FIELDS, DataForm, HubHoliday, Meeting, MeetingRequest, RequestStatus
from meetings.rules import Slot, is_likely_of_school
from schools.models import Contact, ContactRole, School


def hub_holidays_between(first_on: date, last_on: date) -> frozenset[date]:
    """Every single day from `first_on` to `last_on`, both included, on which the hub is on holiday."""
    stretches = HubHoliday.objects.filter(first_on__lte=last_on, last_on__gte=first_on)
    return frozenset(
        day
        for first, last in stretches.values_list("first_on", "last_on")
        for day in _days(max(first, first_on), min(last, last_on))
    )


def _days(first_on: date, last_on: date) -> list[date]:
    return [first_on + timedelta(days=number) for number in range((last_on - first_on).days + 1)]


# --- Requests -------------------------------------------------------------------------------------


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
    return found.order_by(*_order(filters.sort, REQUEST_ORDERS, default="asked"), "pk")


def _order(sort: str, orders: dict[str, str], *, default: str) -> tuple[str]:
    column = orders.get(sort.removeprefix("-"))
    if column is None:
        return (orders[default],)
    return (f"-{column}" if sort.startswith("-") else column,)


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
    related = ("school__area", "assigned_to", "decided_by", "contact", "meeting__officer")
    found = MeetingRequest.objects.visible_to(user).select_related(*related).prefetch_related("offered_times")
    request = found.filter(reference=reference).first()
    if request is None:
        raise Http404("No such request.")
    waiting_too = MeetingRequest.objects.waiting().filter(school=request.school_id).exclude(pk=request.pk)
    contacts = list(request.school.contacts.willing())
    to_invite = likely_people(people_of_request(request, contacts=contacts), school=request.school, contacts=contacts)
    return RequestPage(request, list(waiting_too), contacts, to_invite, officers())


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


# --- Meetings -------------------------------------------------------------------------------------


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
        found = found.standing().filter(period__endswith__lt=now)
    if filters.whose == "mine":
        found = found.filter(officer=user)
    exact = {"kind": filters.kind, "status": filters.status}
    found = found.filter(**{name: value for name, value in exact.items() if value})
    if filters.text:
        found = found.filter(school__name__icontains=filters.text)
    usual = "when" if filters.when == "upcoming" else "-when"
    return found.order_by(*_order(filters.sort or usual, MEETING_ORDERS, default="when"), "pk")


def meeting_page(*, user: User) -> QuerySet[Meeting]:
    """Meetings with all that the page about one shows. The audits belong to a later app, hence by their names."""
    related = ("school__area", "officer", "request", "data_form__sent_by", "cancelled_by", "booked_by")
    found = Meeting.objects.visible_to(user).select_related(*related)
    return found.prefetch_related("attendees", "audits__framework")


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


def data_form_rows(meeting: Meeting) -> list[tuple[str, str]]:
    """The answers of the meeting's data form as question and answer; none while nothing has been saved."""
    data_form = getattr(meeting, "data_form", None)
    if data_form is None or data_form.saved_at is None:
        return []
    questions = {field.name: str(field.verbose_name) for field in DataForm._meta.fields}
    return [(capfirst(questions[name]), answer_words(getattr(data_form, name))) for name in DATA_FORM_FIELDS]


def answer_words(value: object) -> str:
    """An answer of the data form as people read it."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return "Not answered" if value in (None, "") else str(value)
