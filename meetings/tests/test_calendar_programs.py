"""What calendar programs make of our mails: one entry from the booking to the cancellation, whoever reads it."""

import email as mail_library
from datetime import UTC, date, datetime, time, timedelta
from email import policy
from itertools import permutations
from typing import Any

import pytest
import vobject
from django.core import mail
from icalendar import Calendar, Event

from hubportal.accounts.models import User
from hubportal.mail.models import Email
from hubportal.mail.services import deliver
from meetings.models import Meeting
from meetings.rules import LONDON, slot_at
from meetings.services import book_meeting, cancel_meeting, move_meeting
from meetings.tests.factories import MeetingFactory, MeetingRequestFactory, head_of
from schools.models import Contact, HubProfile
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
TUESDAY = datetime(2027, 3, 2, 9, 30, tzinfo=LONDON)
WEEK = timedelta(days=7)


class CalendarProgram:
    """One person's calendar, as RFC 5546 has it: a UID is an entry, the highest SEQUENCE (then the newest DTSTAMP) is
    its newest word, REQUEST adds or replaces, CANCEL removes, and what is older than that is left unread."""

    def __init__(self, owner: str) -> None:
        self.owner = f"mailto:{owner}"
        self.entries: dict[str, Event] = {}
        self.newest: dict[str, tuple[int, datetime]] = {}

    def receive(self, file: bytes) -> None:
        calendar = Calendar.from_ical(file)
        (event,) = calendar.walk("VEVENT")
        uid, version = str(event["UID"]), (int(event["SEQUENCE"]), event.decoded("DTSTAMP"))
        if version <= self.newest.get(uid, (-1, NOW)):
            return
        if calendar["METHOD"] == "REQUEST":
            assert self.owner in attendees_of(event)
            self.entries[uid] = event
        else:
            assert calendar["METHOD"] == "CANCEL"
            assert event.get("STATUS") == "CANCELLED" or attendees_of(event) == [self.owner]
            self.entries.pop(uid, None)
        self.newest[uid] = version

    @property
    def times(self) -> list[datetime]:
        return [event.decoded("DTSTART") for event in self.entries.values()]


def attendees_of(event: Event) -> list[str]:
    given = event.get("ATTENDEE", [])
    return [str(one) for one in (given if isinstance(given, list) else [given])]


class Post:
    """Delivers what waits in the outbox, oldest first, and sorts the calendar files by who got them."""

    def __init__(self, time_machine: Any) -> None:
        self.clock = time_machine
        self.files: dict[str, list[bytes]] = {}
        self.programs: dict[str, CalendarProgram] = {}

    def deliver(self) -> None:
        read = len(mail.outbox)
        for pk in Email.objects.filter(status="queued").order_by("pk").values_list("pk", flat=True):
            assert deliver(email_id=pk) == "sent"
        for sent in mail.outbox[read:]:
            # As a mail program reads it: from the bytes on the wire.
            message = mail_library.message_from_bytes(sent.message().as_bytes(), policy=policy.default)
            parts = [one for one in message.walk() if one.get_content_type() == "text/calendar"]
            file, address = parts[0].get_payload(decode=True), message["To"].addresses[0].addr_spec
            # Beside the text, for programs that act on it by themselves, and as a file to open.
            assert [one.is_attachment() for one in parts] == [False, True]
            assert [one.get_payload(decode=True) for one in parts] == [file, file]
            assert {one.get_param("method") for one in parts} == {Calendar.from_ical(file)["METHOD"]}
            self.files.setdefault(address, []).append(file)
            self.programs.setdefault(address, CalendarProgram(address)).receive(file)
        # Two changes in one second would be told apart by the sequence alone.
        self.clock.shift(timedelta(minutes=5))

    def times_of(self, person: User | Contact) -> list[datetime]:
        return self.programs[person.email].times if person.email in self.programs else []


@pytest.fixture
def post(time_machine) -> Post:
    time_machine.move_to(NOW, tick=False)
    return Post(time_machine)


@pytest.fixture
def hub() -> HubProfile:
    return HubProfile.objects.create(pk=1, name="Anyshire Music Hub", contact_email="music@hub.example.org")


def move(meeting: Meeting, **changes: Any) -> Meeting:
    arguments = {"officer": meeting.officer, "starts_at": meeting.starts_at, "by": meeting.officer, "now": NOW}
    return move_meeting(meeting=meeting, **(arguments | changes))


def test_one_entry_follows_the_meeting_through_every_calendar(post):
    request, colleague = MeetingRequestFactory(), UserFactory()
    first, coordinator, head = request.assigned_to, request.contact, head_of(request.school)
    everybody = (coordinator, head, first, colleague)
    seen = []

    meeting = book_meeting(
        request=request, officer=first, starts_at=TUESDAY, attendees=[coordinator, head], by=first, now=NOW
    )
    post.deliver()
    seen.append([post.times_of(person) for person in everybody])
    moved = move(meeting, starts_at=TUESDAY + WEEK)
    post.deliver()
    seen.append([post.times_of(person) for person in everybody])
    passed_on = move(moved, officer=colleague)
    post.deliver()
    seen.append([post.times_of(person) for person in everybody])
    cancel_meeting(meeting=passed_on, reason="Snow.", by=first, now=NOW)
    post.deliver()
    seen.append([post.times_of(person) for person in everybody])

    then, later = [TUESDAY], [TUESDAY + WEEK]
    assert seen == [
        [then, then, then, []],
        [later, later, later, []],
        [later, later, [], later],
        [[], [], [], []],
    ]
    uids = {uid for program in post.programs.values() for uid in program.newest}
    assert uids == {str(meeting.calendar_uid)}


def test_officer_who_gets_a_meeting_back_has_it_once(post):
    first, colleague = UserFactory(), UserFactory()
    meeting = MeetingFactory(officer=first, starts_at=TUESDAY)

    for officer in (colleague, first):
        meeting = move(meeting, officer=officer)
        post.deliver()

    assert (post.times_of(first), post.times_of(colleague)) == ([TUESDAY], [])


def test_mails_that_come_late_or_twice_change_nothing(post):
    request, colleague = MeetingRequestFactory(), UserFactory()
    first, coordinator = request.assigned_to, request.contact
    meeting = book_meeting(
        request=request, officer=first, starts_at=TUESDAY, attendees=[coordinator], by=first, now=NOW
    )
    post.deliver()
    meeting = move(meeting, starts_at=TUESDAY + WEEK)
    post.deliver()
    moved = move(meeting, officer=colleague)
    post.deliver()
    before_the_end = {person.email: list(post.files[person.email]) for person in (coordinator, first)}
    cancel_meeting(meeting=moved, reason="Snow.", by=first, now=NOW)
    post.deliver()

    def outcomes(address: str, files: list[bytes]) -> set[tuple[datetime, ...]]:
        found = set()
        for order in permutations(files):
            program = CalendarProgram(address)
            for file in (*order, *reversed(order)):
                program.receive(file)
            found.add(tuple(program.times))
        return found

    assert len(post.files[coordinator.email]) == 4
    assert outcomes(coordinator.email, before_the_end[coordinator.email]) == {(TUESDAY + WEEK,)}
    assert outcomes(coordinator.email, post.files[coordinator.email]) == {()}
    assert outcomes(first.email, before_the_end[first.email]) == {()}


def test_meeting_that_moved_before_the_first_mail_went_is_in_every_calendar_once(post):
    request = MeetingRequestFactory()
    first, coordinator = request.assigned_to, request.contact
    meeting = book_meeting(
        request=request, officer=first, starts_at=TUESDAY, attendees=[coordinator], by=first, now=NOW
    )
    move(meeting, starts_at=TUESDAY + WEEK)
    for pk in Email.objects.order_by("pk").values_list("pk", flat=True):
        deliver(email_id=pk)

    assert sorted(Email.objects.values_list("kind", "status")) == [
        ("booking", "cancelled"),
        ("booking_moved", "sent"),
        ("officer_booking", "cancelled"),
        ("officer_booking", "sent"),
    ]


def test_hub_with_a_new_address_keeps_the_entries_it_made(post, hub):
    meeting = MeetingFactory(starts_at=TUESDAY)
    coordinator = ContactFactory(school=meeting.school)
    meeting.attendees.add(coordinator)
    move(meeting, starts_at=TUESDAY + WEEK)
    post.deliver()
    hub.contact_email = "hello@new.example.org"
    hub.save()

    cancel_meeting(meeting=meeting, reason="Snow.", by=meeting.officer, now=NOW)
    post.deliver()

    assert post.times_of(coordinator) == []


# --- Read by other hands --------------------------------------------------------------------------


def sent_file(post: Post, on: date) -> bytes:
    school = SchoolFactory(name="St Mary's, Anstey", town="Anstey")
    meeting = MeetingFactory(school=school, starts_at=TUESDAY - WEEK, officer=UserFactory(name="Olga O'Hara"))
    moved = move(meeting, starts_at=slot_at(on, time(9, 30)).starts_at)
    post.deliver()
    return post.files[moved.officer.email][0]


@pytest.mark.parametrize(
    "on, starts, ends",
    [
        (date(2027, 3, 26), "2027-03-26T09:30", "2027-03-26T11:00"),
        (date(2027, 3, 29), "2027-03-29T08:30", "2027-03-29T10:00"),
        (date(2027, 10, 29), "2027-10-29T08:30", "2027-10-29T10:00"),
        (date(2027, 11, 1), "2027-11-01T09:30", "2027-11-01T11:00"),
        (date(2027, 7, 14), "2027-07-14T08:30", "2027-07-14T10:00"),
    ],
)
def test_two_readers_agree_when_a_meeting_is_on_both_sides_of_a_change_of_clock(post, on, starts, ends):
    file = sent_file(post, on)

    other = vobject.readOne(file.decode()).vevent
    (ours,) = Calendar.from_ical(file).walk("VEVENT")
    read = [(other.dtstart.value, other.dtend.value), (ours.decoded("DTSTART"), ours.decoded("DTEND"))]
    in_utc = [tuple(f"{at.astimezone(UTC):%Y-%m-%dT%H:%M}" for at in times) for times in read]
    assert in_utc == [(starts, ends), (starts, ends)]


def test_other_reader_finds_everything_an_invitation_says(post, hub):
    calendar = vobject.readOne(sent_file(post, date(2027, 7, 14)).decode())

    event = calendar.vevent
    assert (calendar.method.value, event.status.value, event.sequence.value) == ("REQUEST", "CONFIRMED", "1")
    assert event.summary.value == "Quality conversation about music at St Mary's, Anstey"
    assert event.location.value == "St Mary's, Anstey, Anstey, LE1 1AA"
    assert (event.organizer.value, event.organizer.params["CN"]) == (f"mailto:{hub.contact_email}", [hub.name])
    assert [(one.params["CN"], one.params["RSVP"]) for one in event.attendee_list] == [(["Olga O'Hara"], ["FALSE"])]
    assert event.dtstamp.value == event.last_modified.value == NOW
