"""The private, revocable calendar subscription of an officer."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import vobject
from django.core.exceptions import ValidationError
from icalendar import Calendar, Event

from hubportal.access.rules import hash_token
from meetings.models import CalendarFeed, Meeting
from meetings.queries.feeds import feed_by_token, feed_file
from meetings.rules import LONDON, slot_at
from meetings.services import cancel_meeting, move_meeting
from meetings.services.feeds import close_feed, open_feed
from meetings.tests.factories import MeetingFactory, administrator, head_of
from meetings.views.feeds import FEED_VISITS_PER_HOUR
from schools.models import HubProfile
from schools.tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("friday")]

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
THIRTY_DAYS = timedelta(days=30)
SECOND = timedelta(seconds=1)


def opened(officer) -> str:
    return f"/calendar/{open_feed(officer=officer, by=officer, now=NOW)}/meetings.ics"


def events(response) -> dict[str, Event]:
    return {str(event["UID"]): event for event in Calendar.from_ical(response.content).walk("VEVENT")}


def cancelled(officer, *, at: datetime, **fields: Any) -> Meeting:
    ended = {"status": "cancelled", "cancelled_at": at, "cancelled_by": officer, "cancel_reason": "Snow"}
    return MeetingFactory(officer=officer, **ended, **fields)


# --- What it holds --------------------------------------------------------------------------------


def test_feed_is_a_published_calendar_that_says_when_to_ask_again(client):
    HubProfile.objects.create(pk=1, name="Anyshire Music Hub", contact_email="music@hub.example.org")
    officer = UserFactory(name="Olga Officer")

    response = client.get(opened(officer))

    calendar = Calendar.from_ical(response.content)
    assert (response.status_code, response["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert (calendar["METHOD"], calendar["VERSION"]) == ("PUBLISH", "2.0")
    assert (calendar["X-WR-CALNAME"], calendar["NAME"]) == ("Anyshire Music Hub: Olga Officer",) * 2
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\nX-PUBLISHED-TTL:PT1H\r\n" in response.content
    assert response["Cache-Control"] == "private, no-cache"


def test_feed_says_where_and_when_and_names_nobody_at_the_school(client):
    meeting = MeetingFactory(school__name="St Mary's, Anstey", school__town="Anstey", starts_at=NOW)
    meeting.attendees.add(head_of(meeting.school))

    response = client.get(opened(meeting.officer))

    event = events(response)[str(meeting.calendar_uid)]
    page = f"http://localhost:8000/meetings/{meeting.pk}/"
    assert (event["SUMMARY"], event["LOCATION"]) == (
        "Quality conversation, St Mary's, Anstey",
        "St Mary's, Anstey, Anstey, LE1 1AA",
    )
    assert (event["URL"], event["DESCRIPTION"]) == (page, f"Who comes, the data form and the telephone numbers: {page}")
    assert (event["STATUS"], event["TRANSP"], "ATTENDEE" in event) == ("CONFIRMED", "OPAQUE", False)
    assert (b"Hilary" in response.content, b"school.example.org" in response.content) == (False, False)


def test_feed_holds_the_officers_own_meetings_from_thirty_days_ago_on(client):
    officer = UserFactory()
    length = timedelta(minutes=90)
    just = MeetingFactory(officer=officer, starts_at=NOW - THIRTY_DAYS - length, status="held")
    MeetingFactory(officer=officer, starts_at=NOW - THIRTY_DAYS - length - SECOND - timedelta(hours=2), status="held")
    later = MeetingFactory(officer=officer, starts_at=NOW + timedelta(days=400))
    MeetingFactory(starts_at=NOW)

    assert set(events(client.get(opened(officer)))) == {str(just.calendar_uid), str(later.calendar_uid)}


def test_cancelled_meeting_shows_as_such_for_thirty_days(client):
    officer = UserFactory()
    lately = cancelled(officer, at=NOW - THIRTY_DAYS, starts_at=NOW + timedelta(days=9))
    cancelled(officer, at=NOW - THIRTY_DAYS - SECOND, starts_at=NOW + timedelta(days=10))

    found = events(client.get(opened(officer)))

    assert list(found) == [str(lately.calendar_uid)]
    event = found[str(lately.calendar_uid)]
    assert (event["STATUS"], event["TRANSP"]) == ("CANCELLED", "TRANSPARENT")
    assert event["SUMMARY"] == f"Cancelled: Quality conversation, {lately.school.name}"


def test_feed_follows_a_meeting_that_moves_to_a_colleague_and_is_cancelled(client):
    meeting, colleague = MeetingFactory(starts_at=NOW + timedelta(days=9)), UserFactory()
    own, others = opened(meeting.officer), opened(colleague)
    uid, first = str(meeting.calendar_uid), meeting.officer

    moved = move_meeting(meeting=meeting, officer=colleague, starts_at=meeting.starts_at, by=first, now=NOW)
    after_the_move = [events(client.get(address)) for address in (own, others)]
    cancel_meeting(meeting=moved, reason="Snow.", by=first, now=NOW)
    at_the_end = [events(client.get(address)) for address in (own, others)]

    assert [{key: event["SEQUENCE"] for key, event in one.items()} for one in after_the_move] == [{}, {uid: 1}]
    assert [{key: (e["SEQUENCE"], e["STATUS"]) for key, e in one.items()} for one in at_the_end] == [
        {},
        {uid: (2, "CANCELLED")},
    ]


@pytest.mark.parametrize(
    "on, starts",
    [
        (date(2027, 3, 26), "2027-03-26T09:30"),
        (date(2027, 3, 29), "2027-03-29T08:30"),
        (date(2027, 10, 29), "2027-10-29T08:30"),
        (date(2027, 11, 1), "2027-11-01T09:30"),
    ],
)
def test_feed_is_right_on_both_sides_of_a_change_of_clock_for_two_readers(client, on, starts):
    meeting = MeetingFactory(starts_at=slot_at(on, time(9, 30)).starts_at)

    response = client.get(opened(meeting.officer))

    read = [
        vobject.readOne(response.content.decode()).vevent.dtstart.value,
        events(response)[str(meeting.calendar_uid)].decoded("DTSTART"),
    ]
    assert [f"{at.astimezone(UTC):%Y-%m-%dT%H:%M}" for at in read] == [starts, starts]
    assert b"DTSTART;TZID=Europe/London:" in response.content


@pytest.mark.parametrize("rows", [1, 3])
def test_feed_asks_the_database_as_often_for_one_as_for_three(django_assert_num_queries, rows):
    officer = UserFactory()
    MeetingFactory.create_batch(rows, officer=officer)
    token = open_feed(officer=officer, by=officer, now=NOW)

    with django_assert_num_queries(3):
        file = feed_file(officer=feed_by_token(token).officer, now=NOW)

    assert len(Calendar.from_ical(file.content).walk("VEVENT")) == rows


# --- Asking again ---------------------------------------------------------------------------------


def test_calendar_that_has_everything_is_told_so_and_sent_nothing(client, time_machine):
    meeting = MeetingFactory(starts_at=NOW + timedelta(days=9))
    address = opened(meeting.officer)
    etag = client.get(address)["ETag"]
    time_machine.shift(timedelta(minutes=30))

    for known in (etag, etag.removeprefix("W/"), f'"other", {etag}', "*"):
        again = client.get(address, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag), known


def test_calendar_is_sent_what_has_changed(client):
    meeting = MeetingFactory(starts_at=NOW + timedelta(days=9))
    address = opened(meeting.officer)
    etag = client.get(address)["ETag"]
    later = meeting.starts_at + timedelta(days=1)
    move_meeting(meeting=meeting, officer=meeting.officer, starts_at=later, by=meeting.officer, now=NOW)

    again = client.get(address, headers={"If-None-Match": etag})

    assert (again.status_code, again["ETag"] == etag) == (200, False)
    assert events(again)[str(meeting.calendar_uid)].decoded("DTSTART") == later


def test_last_use_is_remembered_to_the_hour(client, time_machine):
    address = opened(UserFactory())
    seen = []
    for minutes in (0, 59, 1):
        time_machine.shift(timedelta(minutes=minutes))
        client.get(address)
        seen.append(CalendarFeed.objects.get().last_used_at)

    assert seen == [NOW, NOW, NOW + timedelta(hours=1)]


# --- Who may read it ------------------------------------------------------------------------------


def test_feed_needs_no_sign_in_and_is_read_only(client):
    address = opened(UserFactory())

    assert (client.get(address).status_code, client.head(address).status_code) == (200, 200)
    assert client.post(address).status_code == 405


def test_unknown_address_is_not_found(client):
    opened(UserFactory())

    assert [client.get(f"/calendar/{token}/meetings.ics").status_code for token in ("x", "é", "0" * 43)] == [404] * 3


def test_hash_in_the_database_opens_nothing(client):
    token = opened(UserFactory()).split("/")[2]
    kept = CalendarFeed.objects.get().token_hash

    assert (kept, len(token)) == (hash_token(token), 43)
    assert client.get(f"/calendar/{kept}/meetings.ics").status_code == 404


def test_new_address_ends_the_former_one(client):
    officer = UserFactory()
    former, present = opened(officer), opened(officer)

    assert [client.get(address).status_code for address in (former, present)] == [404, 200]
    assert list(CalendarFeed.objects.values_list("revoked_at", flat=True).order_by("pk")) == [NOW, None]


def test_stopped_subscription_is_not_found(client):
    officer, other = UserFactory(), UserFactory()
    address, untouched = opened(officer), opened(other)

    assert [close_feed(officer=officer, by=officer, now=NOW) for _ in range(2)] == [True, False]
    assert [client.get(one).status_code for one in (address, untouched)] == [404, 200]


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "viewer"}])
def test_feed_of_somebody_who_no_longer_works_with_schools_is_not_found(client, change):
    officer = UserFactory()
    address = opened(officer)
    for name, value in change.items():
        setattr(officer, name, value)
    officer.save()

    assert client.get(address).status_code == 404


@pytest.mark.parametrize("is_over, status", [(False, 200), (True, 429)])
def test_flood_from_one_network_address_is_stopped(client, monkeypatch, is_over, status):
    counted = []

    def count(request, *, action, limit):
        counted.append((action, limit))
        return is_over

    monkeypatch.setattr("hubportal.throttle.is_over_limit", count)

    assert client.get(opened(UserFactory())).status_code == status
    assert counted == [("calendar_feed", FEED_VISITS_PER_HOUR)]


# --- Opening and stopping it ----------------------------------------------------------------------


def test_address_is_shown_once_and_is_kept_nowhere(client, officer):
    response = client.post(f"/staff/people/{officer.pk}/diary/calendar/open/")

    address = response.context["address"]
    assert (response.status_code, response["Cache-Control"]) == (200, "private, no-store")
    assert client.get(address.removeprefix("http://localhost:8000")).status_code == 200
    assert response.context["webcal"] == address.replace("http://", "webcal://")
    token = address.split("/")[4]
    assert (token in response.content.decode(), token in client.get("/staff/diary/").content.decode()) == (True, False)


def test_page_says_when_a_calendar_last_asked(client, officer):
    address = opened(officer)
    never = client.get("/staff/diary/").content.decode()
    client.get(address)

    assert "No calendar has asked for it yet." in never
    assert "A calendar last asked on 20 November 2026, at about 10:00." in client.get("/staff/diary/").content.decode()


def test_officer_stops_the_subscription(client, officer):
    address = opened(officer)

    response = client.post(f"/staff/people/{officer.pk}/diary/calendar/stop/")

    assert (response.url, client.get(address).status_code) == ("/staff/diary/", 404)


def test_administrator_stops_the_subscription_of_a_colleague_and_cannot_make_one(sign_in):
    officer, boss = UserFactory(), administrator()
    address = opened(officer)

    sign_in(boss).post(f"/staff/people/{officer.pk}/diary/calendar/stop/")
    refused = sign_in(boss).post(f"/staff/people/{officer.pk}/diary/calendar/open/")

    assert (refused.status_code, CalendarFeed.objects.filter(revoked_at__isnull=True).count()) == (302, 0)
    assert sign_in(None).get(address).status_code == 404


def test_services_refuse_colleagues_and_those_who_hold_no_meetings():
    officer, colleague, board = UserFactory(), UserFactory(), UserFactory(role="viewer", name="Vera")
    attempts = [
        lambda: open_feed(officer=officer, by=colleague, now=NOW),
        lambda: open_feed(officer=board, by=board, now=NOW),
        lambda: close_feed(officer=officer, by=colleague, now=NOW),
    ]
    sentences = []
    for attempt in attempts:
        with pytest.raises(ValidationError) as error:
            attempt()
        sentences += error.value.messages

    assert sentences == [
        "Only the officer can open a subscription: whoever has its address reads the meetings.",
        "Vera does not hold meetings, so there is nothing to subscribe to.",
        "Only the officer or an administrator can stop this subscription.",
    ]


def test_meeting_of_a_summer_morning_is_on_the_london_clock(client):
    meeting = MeetingFactory(starts_at=datetime(2027, 7, 14, 9, 30, tzinfo=LONDON))

    assert b"DTSTART;TZID=Europe/London:20270714T093000" in client.get(opened(meeting.officer)).content
