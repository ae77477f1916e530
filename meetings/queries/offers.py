"""Reads about the times that schools offer."""

from dataclasses import dataclass

from django.db.models import Q

from meetings.models import MeetingRequest, OfferedTime


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
    times = list(rows.select_related("request").order_by("on", "start", "part", "pk"))
    asked_at = request.asked_at
    return Offers(
        current=[time for time in times if asked_at is None or time.created_at >= asked_at],
        past=[time for time in times if asked_at is not None and time.created_at < asked_at],
    )


def offered_times_of(request: MeetingRequest) -> list[OfferedTime]:
    """The times an officer may choose from (see `Offers.current`)."""
    return offers_of(request).current
