"""Calendar files: a new entry, a changed one, the end of one, and an officer's whole subscription. No database.

Mail and calendar programs know an entry by its UID, and take the highest SEQUENCE for the newest word on it
(RFC 5545 and RFC 5546). So a meeting keeps its UID for good, and each move or cancellation counts one up. The UID is
the bare UUID (RFC 7986, 5.3): with the hub's domain in it, a hub that gets a new address would lose every entry.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from icalendar import (
    Alarm,
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
    vDuration,
    vRecur,
)

from meetings.rules import LONDON

# No charset here: the mail library adds it, and a second one would spoil the header.
INVITATION_TYPE = "text/calendar; method=REQUEST"
CANCELLATION_TYPE = "text/calendar; method=CANCEL"
# A day before, so that nobody is surprised, and two hours before, to get there.
REMINDERS = (timedelta(days=1), timedelta(hours=2))
# How often a calendar may ask for a subscription again; most ask less often.
REFRESH = timedelta(hours=1)


@dataclass(frozen=True)
class Person:
    """Somebody in the calendar entry."""

    name: str
    email: str = field(repr=False)


@dataclass(frozen=True)
class Entry:
    """A meeting as a calendar shows it. Times carry a time zone; `stamped_at` is when this version was written, and
    `url` the meeting's page in the portal."""

    uid: UUID
    sequence: int
    starts_at: datetime
    ends_at: datetime
    stamped_at: datetime
    summary: str
    location: str
    description: str
    organiser: Person
    attendees: Sequence[Person] = ()
    url: str = ""
    is_cancelled: bool = False


def invitation(entry: Entry) -> bytes:
    """The file that puts the entry into a calendar, or replaces an earlier version of it."""
    event = _sent_event(entry, attendees=entry.attendees)
    event.add("status", "CONFIRMED")
    for before in REMINDERS:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", -before)
        alarm.add("description", entry.summary)
        event.add_component(alarm)
    return _calendar([event], method="REQUEST").to_ical()


def cancellation(entry: Entry) -> bytes:
    """The file that takes the entry out of a calendar; its sequence must be above the last invitation's."""
    event = _sent_event(entry, attendees=entry.attendees)
    event.add("status", "CANCELLED")
    return _calendar([event], method="CANCEL").to_ical()


def removal(entry: Entry, *, person: Person) -> bytes:
    """The file that takes the entry out of one person's calendar, while the meeting stands for everybody else.

    It names that person alone and has no status (RFC 5546, 3.2.5): a calendar that several people share must not take
    it for the end of the meeting.
    """
    return _calendar([_sent_event(entry, attendees=[person])], method="CANCEL").to_ical()


def subscription(entries: Sequence[Entry], *, name: str) -> bytes:
    """All of an officer's meetings as one calendar, under the same UIDs as the invitations. Who comes is left out:
    the file lies with whoever provides the officer's calendar."""
    calendar = _calendar([_published_event(entry) for entry in entries], method="PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", LONDON.key)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    # What Outlook reads instead.
    calendar.add("x-published-ttl", vDuration(REFRESH))
    return calendar.to_ical()


def _calendar(events: Sequence[Event], *, method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Music Hub//Hub portal//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(_london())
    for event in events:
        calendar.add_component(event)
    return calendar


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", str(entry.uid))
    event.add("sequence", entry.sequence)
    event.add("dtstamp", entry.stamped_at.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", entry.starts_at.astimezone(LONDON))
    event.add("dtend", entry.ends_at.astimezone(LONDON))
    event.add("summary", entry.summary)
    event.add("location", entry.location)
    event.add("description", entry.description)
    event.add("organizer", _address(entry.organiser))
    return event


def _sent_event(entry: Entry, *, attendees: Sequence[Person]) -> Event:
    """What a mail carries: it is written in the moment the meeting changes, so both stamps are the same."""
    event = _event(entry)
    event.add("last-modified", entry.stamped_at.astimezone(UTC).replace(microsecond=0))
    for person in attendees:
        attendee = _address(person)
        # Nobody at the hub reads automatic answers, so none is asked for.
        attendee.params.update({"ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE"})
        event.add("attendee", attendee)
    return event


def _published_event(entry: Entry) -> Event:
    event = _event(entry)
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    # What was cancelled keeps nobody from anything else.
    event.add("transp", "TRANSPARENT" if entry.is_cancelled else "OPAQUE")
    if entry.url:
        event.add("url", entry.url)
    return event


def _address(person: Person) -> vCalAddress:
    address = vCalAddress(f"mailto:{person.email}")
    # A parameter may not hold a double quote (RFC 5545, 3.2).
    address.params["CN"] = person.name.replace('"', "'")
    return address


def _london() -> Timezone:
    """Europe/London by its rule since 1996: one short block instead of the library's list of every change."""
    zone = Timezone()
    zone.add("tzid", LONDON.key)
    winter, summer = TimezoneStandard(), TimezoneDaylight()
    for part, name, begins, before, after, month in (
        (winter, "GMT", datetime(1996, 10, 27, 2), 1, 0, 10),  # noqa: DTZ001 - local time by definition
        (summer, "BST", datetime(1996, 3, 31, 1), 0, 1, 3),  # noqa: DTZ001
    ):
        part.add("tzname", name)
        part.add("dtstart", begins)
        part.add("tzoffsetfrom", timedelta(hours=before))
        part.add("tzoffsetto", timedelta(hours=after))
        part.add("rrule", vRecur({"freq": "yearly", "bymonth": month, "byday": "-1su"}))
        zone.add_component(part)
    return zone
