"""Two officers click in any order, also on pages that are no longer true: what must hold, holds after every click.

Hypothesis draws the clicks and runs them on PostgreSQL. Each rule takes the request or meeting as it was when a page
was opened, perhaps long ago: that is what a browser's second tab sends.
"""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule
from hypothesis.stateful import run_state_machine_as_test as run

from hubportal.mail.models import Email
from meetings.models import DayPart, Meeting, MeetingKind, MeetingRequest, MeetingStatus
from meetings.rules import LONDON, Offer
from meetings.services import (
    ask_for_other_times,
    book_meeting,
    cancel_meeting,
    correct_missed_meeting,
    decline_request,
    escalate_requests,
    hold_meeting,
    miss_meeting,
    move_meeting,
    offer_other_times,
    reassign_request,
    request_meeting,
    withdraw_request,
)
from schools.models import ContactRole
from schools.tests.factories import AreaFactory, SchoolFactory, UserFactory

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
DAY = date(2027, 3, 2)
FIRST_START = datetime(2027, 3, 2, 9, 30, tzinfo=LONDON)
AFTERWARDS = datetime(2027, 3, 2, 18, 0, tzinfo=UTC)
# Half-hours of one morning: most pairs of these meetings would overlap.
HALF_HOURS = st.integers(0, 5)
EITHER = st.integers(0, 1)
FIRST_WORDS = ("booking", "request_booked")
CONFIRMATIONS = ("booking", "booking_moved", "booking_cancelled", "officer_booking")


class Clicks(RuleBasedStateMachine):
    requests = Bundle("requests")
    meetings = Bundle("meetings")

    @initialize()
    def begin(self) -> None:
        self.officers = [UserFactory(), UserFactory()]
        self.schools = [SchoolFactory(area=AreaFactory(leader=officer)) for officer in self.officers]
        self.sequences: dict[int, int] = {}
        self.sent: set[int] = set()
        self.refusals: list[str] = []

    def click(self, act, /, **arguments):
        """What the click returned; None where it was refused with a sentence. Anything else fails the test."""
        try:
            with transaction.atomic():
                return act(**arguments)
        except ValidationError as error:
            self.refusals.append(error.messages[0])
            return None

    # --- Requests -----------------------------------------------------------------------------

    @rule(target=requests, school=EITHER, person=st.integers(0, 2))
    def ask(self, school: int, person: int):
        made = self.click(
            request_meeting,
            school=self.schools[school],
            name=f"Person {person}",
            role=ContactRole.MUSIC_COORDINATOR,
            email=f"person{person}@school{school}.example.org",
            kind=MeetingKind.QUALITY_CONVERSATION,
            offered=[Offer(DAY, DayPart.MORNING)],
            consent_wording="Yes",
            submission_key=uuid4(),
            now=NOW + timedelta(seconds=len(self.sent)),
        )
        if made is None:
            return multiple()
        self.sent.add(made[0].pk)
        return made[0]

    @rule(request=requests, officer=EITHER)
    def pass_on(self, request, officer: int) -> None:
        self.click(reassign_request, request=request, officer=self.officers[officer], by=self.officers[0], now=NOW)

    @rule(request=requests, by=EITHER)
    def ask_again(self, request, by: int) -> None:
        self.click(ask_for_other_times, request=request, message="Thursdays?", by=self.officers[by], now=NOW)

    @rule(request=requests)
    def offer(self, request) -> None:
        offered = [Offer(DAY, DayPart.AFTERNOON)]
        self.click(offer_other_times, request=request, offered=offered, by_contact=request.contact, now=NOW)

    @rule(request=requests, by=EITHER, verb=st.sampled_from([decline_request, withdraw_request]))
    def close(self, request, by: int, verb) -> None:
        self.click(verb, request=request, reason="No room", by=self.officers[by], now=NOW)

    @rule()
    def escalate(self) -> None:
        escalate_requests(as_of=date(2027, 1, 20), now=NOW)

    # --- Meetings -----------------------------------------------------------------------------

    @rule(target=meetings, request=requests, officer=EITHER, half_hour=HALF_HOURS)
    def book(self, request, officer: int, half_hour: int):
        meeting = self.click(
            book_meeting,
            request=request,
            officer=self.officers[officer],
            starts_at=FIRST_START + timedelta(minutes=30 * half_hour),
            attendees=list(request.school.contacts.willing()),
            by=self.officers[officer],
            now=NOW,
        )
        return meeting or multiple()

    @rule(meeting=meetings, officer=EITHER, half_hour=HALF_HOURS)
    def move(self, meeting, officer: int, half_hour: int) -> None:
        starts_at = FIRST_START + timedelta(minutes=30 * half_hour)
        chosen = self.officers[officer]
        self.click(move_meeting, meeting=meeting, officer=chosen, starts_at=starts_at, by=chosen, now=NOW)

    @rule(meeting=meetings, again=st.booleans(), by=EITHER)
    def cancel(self, meeting, again: bool, by: int) -> None:
        self.click(cancel_meeting, meeting=meeting, reason="Snow", again=again, by=self.officers[by], now=NOW)

    @rule(meeting=meetings, again=st.booleans(), by=EITHER)
    def miss(self, meeting, again: bool, by: int) -> None:
        self.click(miss_meeting, meeting=meeting, again=again, by=self.officers[by], now=AFTERWARDS)

    @rule(meeting=meetings)
    def correct(self, meeting) -> None:
        self.click(correct_missed_meeting, meeting=meeting, by=self.officers[0], now=AFTERWARDS)

    @rule(meeting=meetings)
    def hold(self, meeting) -> None:
        self.click(hold_meeting, meeting=meeting, by=self.officers[0], now=AFTERWARDS)

    # --- What holds ---------------------------------------------------------------------------

    @invariant()
    def no_officer_is_in_two_places(self) -> None:
        standing = list(Meeting.objects.standing().order_by("officer", "period"))
        for one, following in pairwise(standing):
            assert one.officer_id != following.officer_id or one.ends_at <= following.starts_at

    @invariant()
    def no_request_is_lost(self) -> None:
        found = {one.pk: one for one in MeetingRequest.objects.prefetch_related("meetings")}
        assert set(found) == getattr(self, "sent", set())
        for one in found.values():
            first = found[one.joined_to_id] if one.status == "joined" else one
            standing = [meeting for meeting in first.meetings.all() if meeting.status in ("booked", "held")]
            is_answered = first.status == "booked" and len(standing) == 1
            is_closed = first.status in ("declined", "withdrawn") and first.decline_reason and first.decided_by_id
            is_open = first.status in ("new", "asked") and first.decided_at is None
            assert [is_answered, bool(is_closed), is_open].count(True) == 1
            assert is_answered or not standing

    @invariant()
    def nobody_is_told_the_same_twice(self) -> None:
        mails = list(Email.objects.values_list("kind", "to_address", "context"))
        told = Counter(
            (address, check["meeting"], check["sequence"]) for kind, address, check in mails if kind in CONFIRMATIONS
        )
        assert max(told.values(), default=1) == 1
        # That there is a meeting is said to nobody twice, be it as an invitation or as a line to who asked.
        firsts = Counter((address, check["meeting"]) for kind, address, check in mails if kind in FIRST_WORDS)
        assert max(firsts.values(), default=1) == 1

    @invariant()
    def refusals_are_sentences(self) -> None:
        assert [text for text in getattr(self, "refusals", []) if not text.endswith(".")] == []

    @invariant()
    def calendars_only_count_up(self) -> None:
        for pk, sequence, status in Meeting.objects.values_list("pk", "calendar_sequence", "status"):
            before = self.sequences.get(pk, (0, MeetingStatus.BOOKED))
            assert sequence >= before[0]
            assert sequence > before[0] or status != MeetingStatus.CANCELLED or before[1] == status
            self.sequences[pk] = (sequence, status)


@pytest.mark.slow
@pytest.mark.django_db
def test_no_order_of_clicks_overlaps_loses_or_confirms_twice():
    class Apart(Clicks):
        """Each sequence of clicks in a transaction of its own, which is rolled back."""

        def __init__(self) -> None:
            super().__init__()
            self.apart = transaction.atomic()
            self.apart.__enter__()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.apart.__exit__(None, None, None)

    run(
        Apart,
        settings=settings(
            max_examples=20,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
