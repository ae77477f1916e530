"""What an officer's calendar subscription holds."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse

from hubportal.access.rules import hash_token
from hubportal.accounts.models import User
from meetings.calendar import Entry, Person, subscription
from meetings.models import CalendarFeed, Meeting, MeetingStatus
from meetings.rules.feeds import FEED_LOOKS_BACK
from schools.models import HubProfile
from schools.queries import hub_profile

# The stamp of every entry when two versions of a file are compared.
THE_SAME_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class FeedFile:
    """A subscription as a calendar fetches it. `etag` changes only with what the calendar would show."""

    content: bytes = field(repr=False)
    etag: str


def feed_by_token(token: str) -> CalendarFeed | None:
    """The subscription this address belongs to, while it is in use and its owner still works with schools.

    The token is looked up by its hash, so no comparison tells by its length how much of a guess was right.
    """
    feeds = CalendarFeed.objects.filter(token_hash=hash_token(token), revoked_at__isnull=True)
    feed = feeds.select_related("officer").first()
    return feed if feed and feed.officer.is_officer else None


def feed_meetings(*, officer: User, now: datetime) -> QuerySet[Meeting]:
    """The officer's meetings from 30 days ago on; one that was cancelled shows as such for 30 days."""
    since = now - FEED_LOOKS_BACK
    stands = ~Q(status=MeetingStatus.CANCELLED) & Q(period__endswith__gte=since)
    found = Meeting.objects.filter(stands | Q(status=MeetingStatus.CANCELLED, cancelled_at__gte=since), officer=officer)
    return found.select_related("school").order_by("period", "pk")


def feed_file(*, officer: User, now: datetime) -> FeedFile:
    """The officer's meetings as one calendar file: where and when, and a link to the page that says with whom."""
    hub = hub_profile()
    entries = [_entry(meeting, hub=hub, now=now) for meeting in feed_meetings(officer=officer, now=now)]
    name = f"{hub.name}: {officer.name}"
    unstamped = subscription([replace(entry, stamped_at=THE_SAME_MOMENT) for entry in entries], name=name)
    return FeedFile(subscription(entries, name=name), hashlib.sha256(unstamped).hexdigest()[:32])


def _entry(meeting: Meeting, *, hub: HubProfile, now: datetime) -> Entry:
    school, is_cancelled = meeting.school, meeting.status == MeetingStatus.CANCELLED
    page = settings.HUB_BASE_URL + reverse("meeting_detail", args=[meeting.pk])
    return Entry(
        uid=meeting.calendar_uid,
        sequence=meeting.calendar_sequence,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        stamped_at=now,
        summary=f"{'Cancelled: ' if is_cancelled else ''}{meeting.get_kind_display()}, {school.name}",
        location=", ".join([school.name, *school.address_lines]),
        description=f"Who comes, the data form and the telephone numbers: {page}",
        organiser=Person(hub.name, hub.contact_email),
        url=page,
        is_cancelled=is_cancelled,
    )
