"""Reads about the times that schools offer."""

from dataclasses import dataclass

from django.db.models import Q
from django.http import Http404

from hubportal.mail.models import Email
from meetings.models import MeetingRequest, OfferedTime, RequestStatus
from meetings.rules import Offer
from schools.models import Contact


@dataclass(frozen=True)
class Offers:
    """The times a school offered by a request and those joined to it, the earliest first.

    `current` are those an officer may choose from. `past` are those of before the hub asked for other times: they
    did not suit, and stay to be read. Each time has its `request` loaded, which says who offered it.
    """

    current: list[OfferedTime]
    past: list[OfferedTime]


def offers_of(request: MeetingRequest) -> Offers:
    """All times offered for this request, by whomever at the school. One query."""
    rows = OfferedTime.objects.filter(Q(request=request) | Q(request__joined_to=request))
    times = sorted(
        rows.select_related("request"), key=lambda time: (Offer(time.on, time.part, time.start).order, time.pk)
    )
    asked_at = request.asked_at
    return Offers(
        current=[time for time in times if asked_at is None or time.created_at >= asked_at],
        past=[time for time in times if asked_at is not None and time.created_at < asked_at],
    )


def offered_times_of(request: MeetingRequest) -> list[OfferedTime]:
    """The times an officer may choose from (see `Offers.current`)."""
    return offers_of(request).current


@dataclass(frozen=True)
class OwnRequest:
    """A request as one of those who asked may see it: what they offered themselves, and nothing of anybody else.

    `is_asked` says whether the hub waits for other times from this person. Only then are the officer's words theirs
    to read: a colleague, or a stranger who named the school, may have joined the request.
    """

    request: MeetingRequest
    offers: Offers
    is_asked: bool


def own_request(*, contact: Contact, reference: str) -> OwnRequest:
    """The request that this person sent or that theirs joined.

    Raises:
        Http404: there is none with this reference, or this person did not ask.
    """
    rows = MeetingRequest.objects.filter(contact=contact).select_related("joined_to__school", "school")
    mine = list(rows.filter(Q(reference=reference) | Q(joined_to__reference=reference)))
    if not mine:
        raise Http404("No such request.")
    request = mine[0].joined_to or mine[0]
    offers = offers_of(request)
    own = {row.pk for row in mine}
    return OwnRequest(
        request,
        Offers(
            current=[time for time in offers.current if time.request_id in own],
            past=[time for time in offers.past if time.request_id in own],
        ),
        is_asked=is_asked_for_times(request, contact=contact),
    )


def is_asked_for_times(request: MeetingRequest, *, contact: Contact) -> bool:
    """Whether the hub has asked this very person for other times, by the question that is still open."""
    if request.status != RequestStatus.ASKED:
        return False
    return Email.objects.filter(dedupe_key=other_times_key(request, contact=contact)).exists()


def other_times_key(request: MeetingRequest, *, contact: Contact) -> str:
    """What tells the mail that asks this person for other times, this time, from any other mail."""
    assert request.asked_at
    return f"request_other_times:{request.pk}:{request.asked_at.timestamp():.0f}:{contact.pk}"
