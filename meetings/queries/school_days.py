"""On which days mail with a pace may go to a school. The outbox, which knows no schools, asks here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hubportal.mail.hooks import FirstDay, register_calendar
from hubportal.mail.kinds import KINDS, register_universal_check
from hubportal.mail.models import Email, Pace
from meetings.models import HubHoliday
from meetings.rules import first_working_day, mail_opens_on
from schools.models import Contact, Engagement


@dataclass(frozen=True)
class _Place:
    """What the days of a school depend on: the holidays there, and from which day on it gets mail that can wait."""

    area_id: int | None
    opens_on: date


@register_calendar
def days_for_mail(emails: Sequence[Email], today: date) -> FirstDay:
    """The calendar of these mails: working days in England, outside the hub's holidays and after a school's pauses.

    The school is that of the contact. Mail that is for several contacts waits until the day is right for all of them,
    and mail to the hub's own people goes by the holidays that hold everywhere. What is about a booked meeting does not
    wait for the end of a pause. Two queries, however many mails.
    """
    places = _places({contact for email in emails for contact in _contacts(email)}, today)
    stretches = list(HubHoliday.objects.filter(last_on__gte=today).values_list("first_on", "last_on", "area_id"))
    closed: dict[int | None, frozenset[date]] = {}
    everywhere = _Place(area_id=None, opens_on=today)

    def first_day_at(place: _Place, day: date, *, waits: bool) -> date:
        if place.area_id not in closed:
            closed[place.area_id] = _closed_days(stretches, place.area_id)
        return first_working_day(max(day, place.opens_on) if waits else day, hub_holidays=closed[place.area_id])

    def first_day(email: Email, day: date) -> date:
        of_email = [places[contact] for contact in _contacts(email) if contact in places] or [everywhere]
        waits = not _goes_through_pauses(email)
        while (later := max(first_day_at(place, day, waits=waits) for place in of_email)) > day:
            day = later
        return day

    return first_day


def _goes_through_pauses(email: Email) -> bool:
    kind = KINDS.get(email.kind)
    # A mail that holds several says it for them.
    return bool(kind and kind.goes_through_pauses) or "goes_through_pauses" in email.context


@register_universal_check
def school_not_engaging(email: Email) -> str | None:
    """A school that does not want to take part gets no mail but what answers something at once."""
    contact_id = email.context.get("contact")
    if email.pace == Pace.AT_ONCE or contact_id is None:
        return None
    engagement = Contact.objects.filter(pk=contact_id).values_list("school__engagement", flat=True).first()
    return "The school does not take part at present." if engagement == Engagement.NOT_ENGAGING else None


def _contacts(email: Email) -> list[int]:
    contact = email.context.get("contact")
    contacts: list[int] = email.context.get("contacts") or ([] if contact is None else [contact])
    return contacts


def _places(contacts: Iterable[int], today: date) -> dict[int, _Place]:
    if not contacts:
        return {}
    rows = Contact.objects.filter(pk__in=contacts).values_list(
        "pk",
        "school__area_id",
        "school__mail_paused_until",
        "school__engagement",
        "school__engagement_until",
    )
    return {
        contact: _Place(
            area_id=area_id,
            opens_on=mail_opens_on(
                today=today,
                mail_paused_until=mail_paused_until,
                is_paused=engagement == Engagement.PAUSED,
                pause_ends_on=engagement_until,
            ),
        )
        for contact, area_id, mail_paused_until, engagement, engagement_until in rows
    }


def _closed_days(stretches: Iterable[tuple[date, date, int | None]], area_id: int | None) -> frozenset[date]:
    return frozenset(
        first + timedelta(days=number)
        for first, last, of_area in stretches
        if of_area is None or of_area == area_id
        for number in range((last - first).days + 1)
    )
