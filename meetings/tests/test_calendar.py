from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from icalendar import Calendar

from meetings.calendar import Entry, Person, cancellation, invitation
from meetings.rules import LONDON

ENTRY = Entry(
    uid=UUID("7e7b9c2a-52a6-4d0e-9a3f-0d9c6f1f1a11"),
    sequence=2,
    starts_at=datetime(2027, 6, 2, 9, 30, tzinfo=LONDON),
    ends_at=datetime(2027, 6, 2, 11, 0, tzinfo=LONDON),
    stamped_at=datetime(2027, 3, 1, 12, 0, 0, 123456, tzinfo=UTC),
    summary="Quality conversation about music at St Mary's, Anstey",
    location="St Mary's, Church Lane; Anstey, LE7 7AA",
    description="Bring nothing.\nNo other evidence is required.",
    organiser=Person('The "Hub"', "music@hub.example.org"),
    attendees=[Person("Olga Officer", "olive@hub.example.org"), Person("Cara Coordinator", "cara@school.example.org")],
)


def event_of(file: bytes):
    return Calendar.from_ical(file).walk("VEVENT")[0]


def test_invitation_asks_calendars_to_take_the_entry():
    calendar = Calendar.from_ical(invitation(ENTRY))

    assert (calendar["METHOD"], calendar["VERSION"]) == ("REQUEST", "2.0")


def test_invitation_says_when_where_and_what():
    event = event_of(invitation(ENTRY))

    assert event["UID"] == "7e7b9c2a-52a6-4d0e-9a3f-0d9c6f1f1a11"
    assert event["SEQUENCE"] == 2
    assert (event.decoded("DTSTART"), event.decoded("DTEND")) == (ENTRY.starts_at, ENTRY.ends_at)
    stamped_at = datetime(2027, 3, 1, 12, 0, 0, tzinfo=UTC)
    assert (event.decoded("DTSTAMP"), event.decoded("LAST-MODIFIED")) == (stamped_at, stamped_at)
    assert (event["SUMMARY"], event["LOCATION"], event["DESCRIPTION"]) == (
        ENTRY.summary,
        ENTRY.location,
        ENTRY.description,
    )
    assert event["STATUS"] == "CONFIRMED"


def test_invitation_names_the_organiser_and_everybody_who_comes():
    event = event_of(invitation(ENTRY))

    assert (str(event["ORGANIZER"]), event["ORGANIZER"].params["CN"]) == ("mailto:music@hub.example.org", "The 'Hub'")
    assert [(str(one), one.params["CN"], one.params["RSVP"]) for one in event["ATTENDEE"]] == [
        ("mailto:olive@hub.example.org", "Olga Officer", "FALSE"),
        ("mailto:cara@school.example.org", "Cara Coordinator", "FALSE"),
    ]


def test_invitation_reminds_a_day_and_two_hours_before():
    alarms = event_of(invitation(ENTRY)).walk("VALARM")

    assert [alarm.decoded("TRIGGER") for alarm in alarms] == [timedelta(days=-1), timedelta(hours=-2)]


def test_invitation_writes_times_on_the_london_clock():
    lines = invitation(replace(ENTRY, starts_at=datetime(2027, 6, 2, 8, 30, tzinfo=UTC))).decode().split("\r\n")

    assert [line for line in lines if line.startswith("DTSTART;")] == ["DTSTART;TZID=Europe/London:20270602T093000"]


@pytest.mark.parametrize(
    "on, offset",
    [
        (datetime(2027, 1, 15, 9, 30), timedelta(0)),
        (datetime(2027, 3, 28, 0, 59), timedelta(0)),
        (datetime(2027, 3, 28, 2, 0), timedelta(hours=1)),
        (datetime(2027, 7, 15, 9, 30), timedelta(hours=1)),
        (datetime(2027, 10, 31, 2, 0), timedelta(0)),
        (datetime(2040, 7, 15, 9, 30), timedelta(hours=1)),
    ],
)
def test_invitation_brings_the_rule_of_london_time_along(on, offset):
    zone = Calendar.from_ical(invitation(ENTRY)).walk("VTIMEZONE")[0]

    assert (zone["TZID"], zone.to_tz(lookup_tzid=False).utcoffset(on)) == ("Europe/London", offset)


def test_invitation_has_no_line_that_is_too_long():
    lines = invitation(replace(ENTRY, description="Many words. " * 50)).split(b"\r\n")

    assert max(len(line) for line in lines) <= 75


def test_cancellation_takes_the_same_entry_away():
    calendar = Calendar.from_ical(cancellation(replace(ENTRY, sequence=3)))
    event = calendar.walk("VEVENT")[0]

    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 3)
    assert event["UID"] == event_of(invitation(ENTRY))["UID"]
    assert event.walk("VALARM") == []


def test_entry_shows_no_address_when_it_is_printed():
    assert "example.org" not in repr(ENTRY)
