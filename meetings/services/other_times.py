"""A school answers the hub's question for other times."""

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from meetings.emails import mail_more_times
from meetings.models import MeetingRequest, RequestStatus
from meetings.queries import is_asked_for_times
from meetings.rules import Offer, long_date
from meetings.services.requests import add_offers, count_as_offer
from schools.models import Contact, School, TimelineKind
from schools.timeline import record_event


@transaction.atomic
def offer_other_times(
    *, request: MeetingRequest, offered: Sequence[Offer], notes: str = "", by_contact: Contact, now: datetime
) -> None:
    """Take in other times for a request, which waits for its officer again.

    They are kept with what this person sent, be it the request or one that joined it. The times of before stay, as
    past offers, and so do the notes: new ones are added beneath, with day and name.

    Raises:
        ValidationError: no time is offered, the hub does not wait for this school's times (any more), or it asked a
            colleague of this person.
    """
    # The school first, as whoever sends the public form does, so that nobody waits in a circle.
    School.objects.select_for_update(no_key=True).get(pk=request.school_id)
    locked = MeetingRequest.objects.select_for_update().get(pk=request.pk)
    if locked.status != RequestStatus.ASKED:
        raise ValidationError("This request needs no other times any more. What you typed has not been sent.")
    if not is_asked_for_times(locked, contact=by_contact):
        raise ValidationError("We have asked your colleague for other times. What you typed has not been sent.")
    if not offered:
        raise ValidationError("Offer at least one day when the school could meet.")
    own = locked.joined.filter(contact=by_contact).order_by("pk").last() or locked
    add_offers(own, offered=offered, now=now)
    if notes.strip():
        today = long_date(timezone.localtime(now).date())
        own.notes = "\n\n".join(filter(None, [own.notes, f"{today}, {by_contact.name}:\n{notes.strip()}"]))
        own.save(update_fields=["notes"])
    count_as_offer(locked, now=now)
    record_event(
        school=locked.school,
        kind=TimelineKind.REQUEST,
        text=f"{by_contact.name} offered other times for {locked.reference}.",
        by_contact=by_contact,
        at=now,
    )
    mail_more_times(request=locked, key=f"offered:{now.isoformat()}")
