"""What happened with each demo school, and when: conversations of four years, and those that lie ahead."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from itertools import count

from django.db.models import QuerySet
from django.utils import timezone

from awards.rules import renewal_due_on
from awards.services import queue_due_mail
from awards.services.awarding import AWARD_MONTHS
from hubportal.demo.calendar import AFTERNOON, BACKWARDS, FORWARDS, MORNING, Calendar
from hubportal.demo.deeds import ACT_WITHIN_DAYS, HELP_WITHIN_DAYS, Deed, Life
from hubportal.demo.people import COORDINATORS, HEADS
from meetings.models import DayPart
from meetings.rules import Offer, add_months
from schools.models import School

# The same demo on every machine.
SEED = 1685
# GIAS phase codes.
PRIMARY, SECONDARY = "2", "4"
# Mail that became due within this time waits for the morning of the last school day: there it can be looked at.
RECENTLY = timedelta(days=28)
# So many schools let themselves be shown in public.
MOST = 0.7


@dataclass(frozen=True)
class Plan:
    """One conversation of one school and how good its music is, 0 to 1.

    `meeting` is in days from today (minus is past) or, with `in_school_days`, in school days. `form` says what became
    of the data form on the last school day (sent, saved, doubtful, none); without it the school sends it ten days
    before the meeting. `rates_itself` says that the school says beforehand how it sees itself.
    """

    meeting: int
    quality: float = 0.5
    asked_before: int = 40
    stops_after: str = "reflect"
    answers: tuple[int, ...] = (12, 24)
    is_secondary: bool = False
    in_school_days: bool = False
    officer: str = ""
    form: str = ""
    forgets_support: bool = False
    rates_itself: bool = False


# Finished conversations, the oldest first: awards of every level, some expired, some renewed.
PAST = (
    Plan(-1380, 0.45), Plan(-1330, 0.62), Plan(-1275, 0.80, is_secondary=True), Plan(-1210, 0.35, answers=(12,)),
    Plan(-1150, 0.93), Plan(-1040, 0.50), Plan(-860, 0.96), Plan(-790, 0.48, answers=(12,)),
    Plan(-735, 0.66, is_secondary=True), Plan(-620, 0.90), Plan(-500, 0.18), Plan(-440, 0.58, is_secondary=True),
    Plan(-330, 0.69), Plan(-290, 0.97), Plan(-180, 0.61, is_secondary=True),
    Plan(-130, 0.12, forgets_support=True), Plan(-75, 0.78), Plan(-9, 0.91, in_school_days=True),
)  # fmt: skip
# Schools of PAST (by place in the list) that came again, with the second conversation.
RENEWALS = {
    0: Plan(-270, 0.74), 1: Plan(-205, 0.70, answers=()), 2: Plan(-160, 0.92, is_secondary=True),
    # Soon, and the form is back: there is something to compare it with.
    7: Plan(2, 0.62, in_school_days=True, form="sent"),
}  # fmt: skip
ROSA, DANIEL, PRIYA, TOM = (
    "officer@hub.example.org", "daniel.okoro@hub.example.org", "priya.raman@hub.example.org",
    "tom.bexley@hub.example.org",
)  # fmt: skip


def _lately(meeting: int, quality: float, stops_after: str, officer: str, *, is_secondary: bool = False) -> Plan:
    return Plan(
        meeting, quality, stops_after=stops_after, officer=officer, is_secondary=is_secondary, in_school_days=True
    )


def _ahead(meeting: int, officer: str, *, form: str = "", is_secondary: bool = False) -> Plan:
    return Plan(
        meeting, asked_before=20 + meeting, officer=officer, form=form, is_secondary=is_secondary, in_school_days=True
    )


# Conversations under way: each stops where it says.
PRESENT = (
    replace(_lately(-6, 0.64, "decide", ROSA), rates_itself=True), _lately(-5, 0.57, "agree", DANIEL),
    _lately(-4, 0.70, "start", ROSA), _lately(-3, 0.50, "book", TOM, is_secondary=True),
    _lately(-1, 0.60, "start", TOM), _ahead(1, ROSA), _ahead(1, DANIEL), _ahead(2, ROSA), _ahead(2, PRIYA),
    replace(_ahead(3, ROSA, form="saved"), rates_itself=True), _ahead(3, TOM), _ahead(4, DANIEL, is_secondary=True),
    _ahead(5, TOM), _ahead(6, ROSA, form="doubtful"), _ahead(6, PRIYA), _ahead(8, ROSA), _ahead(9, DANIEL),
    _ahead(11, TOM), _ahead(13, ROSA, is_secondary=True), _ahead(16, PRIYA), _ahead(20, ROSA),
)  # fmt: skip


def plan_conversations(book: "Book") -> list[Life]:
    """Plan them all. Returns the schools of PAST, in their order."""
    past = [book.plan(plan) for plan in PAST]
    for place, plan in RENEWALS.items():
        book.plan(plan, life=past[place])
    for plan in PRESENT:
        book.plan(plan)
    return past


@dataclass
class Book:
    """The calendar, the schools and one source of chance, from which conversations are planned one after the other."""

    calendar: Calendar
    chance: random.Random
    schools: "Schools"

    @classmethod
    def opened(cls, today: date) -> "Book":
        chance = random.Random(SEED)  # noqa: S311 - a demo needs no secrets
        return cls(Calendar(today), chance, Schools(chance))

    def plan(self, plan: Plan, *, life: Life | None = None, full: bool = False) -> Life:
        """Plan a conversation, of a school that was not there yet or of one that comes again."""
        life = life or self.schools.next_life(is_secondary=plan.is_secondary, officer=plan.officer)
        life = replace(
            life,
            quality=plan.quality,
            seed=self.chance.random(),
            head_mailbox_is_full=full,
            forgets_support=plan.forgets_support,
        )
        wished = self._wished(plan, life)
        meeting_on, at = self.calendar.find_time(life.officer, life.school.area, wished)
        self._plan_booking(plan, life, meeting_on, at)
        self._plan_form(plan, life, meeting_on)
        self._plan_own_view(plan, life, meeting_on)
        if meeting_on < self.calendar.today and self._plan_meeting(plan, life, meeting_on):
            self._plan_scheme(life, meeting_on)
            self._plan_promises(life, meeting_on)
            self._plan_reflections(plan, life, meeting_on)
            self._plan_renewal(life, meeting_on)
        return life

    def _wished(self, plan: Plan, life: Life) -> date:
        if plan.in_school_days:
            return self.calendar.school_day(plan.meeting)
        return self.calendar.today + timedelta(days=plan.meeting)

    def _plan_booking(self, plan: Plan, life: Life, meeting_on: date, at: time) -> None:
        # What is done about a meeting later is done after this.
        latest = min(meeting_on - timedelta(days=plan.asked_before), self.calendar.school_day(-4))
        asked_on = self.calendar.school_day_near(latest, BACKWARDS, life.school.area)
        other_on = self.calendar.school_day_near(meeting_on + timedelta(days=1), FORWARDS, life.school.area)
        asking = life.ask(Offer(meeting_on, DayPart.ANY), Offer(other_on, DayPart.AFTERNOON))
        self.calendar.add(asked_on, MORNING, asking)
        self.calendar.add(asked_on, time(15, 0), life.book(meeting_on, at))

    def _plan_form(self, plan: Plan, life: Life, meeting_on: date) -> None:
        on_last_day: dict[str, Deed] = {
            "sent": life.send_data_form, "saved": life.save_data_form, "doubtful": life.send_doubtful_form,
        }  # fmt: skip
        if plan.form in on_last_day:
            self.calendar.add(self.calendar.school_day(-1), AFTERNOON, on_last_day[plan.form])
        elif not plan.form:
            self.calendar.add(meeting_on - timedelta(days=10), AFTERNOON, life.send_data_form)

    def _plan_own_view(self, plan: Plan, life: Life, meeting_on: date) -> None:
        if plan.rates_itself:
            day = min(meeting_on - timedelta(days=4), self.calendar.school_day(-1))
            self.calendar.add(day, time(16, 30), life.rate_itself)

    def _plan_meeting(self, plan: Plan, life: Life, meeting_on: date) -> bool:
        """The meeting and what follows within two days; whether the conversation went through to its end."""
        steps: Sequence[tuple[str, date, time, Deed]] = (
            ("start", meeting_on, time(14, 50), life.start_audit),
            ("agree", meeting_on, time(15, 30), life.agree),
            ("decide", meeting_on + timedelta(days=1), MORNING, life.decide),
            ("outcome", meeting_on + timedelta(days=1), AFTERNOON, life.send_pack),
        )
        if plan.stops_after == "book":
            return False
        for name, day, at, deed in steps:
            self.calendar.add(day, at, deed)
            if name == plan.stops_after:
                return False
        return True

    def _plan_scheme(self, life: Life, meeting_on: date) -> None:
        """Most schools let themselves be shown in public; the hub hands them over, and most heads accept."""
        steps = [(8, life.be_shown), (40, life.hand_over), (70, life.accept)]
        for after, deed in steps if life.chance.random() < MOST else steps[1:2]:
            day = self.calendar.school_day_near(meeting_on + timedelta(days=after), FORWARDS, life.school.area)
            if day < self.calendar.today:
                self.calendar.add(day, time(14, 0), deed)

    def _plan_promises(self, life: Life, meeting_on: date) -> None:
        """Both sides keep what they promised, each some days before it is due."""
        for after, deed in ((HELP_WITHIN_DAYS - 20, life.keep_support), (ACT_WITHIN_DAYS - 20, life.keep_own_promises)):
            day = self.calendar.school_day_near(meeting_on + timedelta(days=after), BACKWARDS, life.school.area)
            if day < self.calendar.today:
                self.calendar.add(day, AFTERNOON, deed)

    def _plan_reflections(self, plan: Plan, life: Life, meeting_on: date) -> None:
        last = self.calendar.school_day(-1)
        for months in (12, 24):
            due_on = add_months(meeting_on, months)
            if last - RECENTLY <= due_on <= last:
                # Done on that day's morning (see `today.plan_outbox`).
                continue
            self.calendar.add(due_on, time(9, 0), lambda: queue_due_mail(timezone.localdate()))
            # The mail goes on the first school day, when somebody asks the outbox on one: three weeks later for sure.
            sent_on = self.calendar.school_day_near(due_on + timedelta(days=21), FORWARDS, life.school.area)
            self.calendar.add(sent_on, MORNING, lambda: None)
            if months in plan.answers:
                self.calendar.add(sent_on + timedelta(days=3), AFTERNOON, life.reflect(months))

    def _plan_renewal(self, life: Life, meeting_on: date) -> None:
        """The invitation before the award ends, and the reminder the day after; where the school has come again by
        then, the job finds nothing to do."""
        last_day = add_months(meeting_on, AWARD_MONTHS)
        for due_on in (renewal_due_on(last_day), last_day + timedelta(days=1)):
            self.calendar.add(due_on, time(8, 0), lambda: queue_due_mail(timezone.localdate()))
            sent_on = self.calendar.school_day_near(due_on, FORWARDS, life.school.area)
            self.calendar.add(sent_on, MORNING, lambda: None)


class Schools:
    """Hands out one school after the other, spread over the register, each with invented people."""

    def __init__(self, chance: random.Random) -> None:
        open_schools = School.objects.open().filter(area__leader__isnull=False).select_related("area__leader")
        self.primary = self._shuffled(open_schools.filter(phase_code=PRIMARY), chance)
        self.secondary = self._shuffled(open_schools.filter(phase_code=SECONDARY), chance)
        self.number = count()

    @staticmethod
    def _shuffled(schools: QuerySet[School], chance: random.Random) -> list[School]:
        found = list(schools.order_by("urn"))
        chance.shuffle(found)
        return found

    def next_life(self, *, is_secondary: bool = False, officer: str = "") -> Life:
        """The next school, where `officer` is given the next of theirs."""
        number, waiting = next(self.number), self.secondary if is_secondary else self.primary
        school = next(school for school in reversed(waiting) if officer in ("", _leader_of(school)))
        waiting.remove(school)
        return Life(
            school=school,
            coordinator=COORDINATORS[number % len(COORDINATORS)],
            head=HEADS[number % len(HEADS)],
        )


def _leader_of(school: School) -> str:
    return school.area.leader.email if school.area and school.area.leader else ""
