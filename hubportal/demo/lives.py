"""What happened with each demo school, and when: a calendar of deeds, done in order under a moved clock."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count

import time_machine
from django.db.models import QuerySet
from django.utils import timezone

from awards.services import queue_due_mail
from hubportal.demo.deeds import Life, deliver_waiting_mail
from hubportal.demo.people import COORDINATORS, HEADS
from meetings.queries import hub_holidays_between
from meetings.rules import add_months, first_working_day
from schools.models import School

Deed = Callable[[], object]
# The same demo on every machine.
SEED = 1685
# GIAS phase codes.
PRIMARY, SECONDARY = "2", "4"
MORNING, AFTERNOON = time(9, 30), time(13, 30)


@dataclass
class Calendar:
    """Deeds by their moment. Each is done at that moment, then the mail it caused goes."""

    today: date
    deeds: list[tuple[datetime, int, Deed]] = field(default_factory=list)
    _number: count = field(default_factory=count)

    def add(self, day: date, at: time, deed: Deed) -> None:
        """Plan a deed; one that would be in the future is left out: that is where the school stands today."""
        moment = timezone.make_aware(datetime.combine(day, at))
        if moment < timezone.now():
            self.deeds.append((moment, next(self._number), deed))

    def run(self, *, say: Callable[[str], object]) -> None:
        years: set[int] = set()
        for moment, _, deed in sorted(self.deeds, key=lambda entry: entry[:2]):
            if moment.year not in years:
                years.add(moment.year)
                say(f"    {moment.year}")
            with time_machine.travel(moment, tick=False):
                deed()
                deliver_waiting_mail()


@dataclass(frozen=True)
class Plan:
    """One conversation of one school: days from today (minus is past) and how good its music is, 0 to 1."""

    meeting: int
    quality: float
    asked_before: int = 40
    stops_after: str = "reflect"
    answers: tuple[int, ...] = (12, 24)
    is_secondary: bool = False


# Finished conversations, the oldest first: awards of every level, some expired, some renewed.
PAST = (
    Plan(-1380, 0.45), Plan(-1330, 0.62), Plan(-1275, 0.80, is_secondary=True), Plan(-1210, 0.35, answers=(12,)),
    Plan(-1150, 0.93), Plan(-1085, 0.55, is_secondary=True), Plan(-1000, 0.50), Plan(-930, 0.72, answers=(12,)),
    Plan(-860, 0.96), Plan(-790, 0.48, answers=()), Plan(-735, 0.66, is_secondary=True), Plan(-690, 0.40),
    Plan(-620, 0.90), Plan(-560, 0.75, answers=()), Plan(-500, 0.18), Plan(-440, 0.58, is_secondary=True),
    Plan(-395, 0.83), Plan(-372, 0.52, answers=()), Plan(-330, 0.69), Plan(-290, 0.97), Plan(-230, 0.44),
    Plan(-180, 0.61, is_secondary=True), Plan(-130, 0.12), Plan(-75, 0.78), Plan(-40, 0.56), Plan(-20, 0.91),
)  # fmt: skip
# Schools of PAST (by place in the list) that came again, with the second conversation.
RENEWALS = {0: Plan(-270, 0.74), 1: Plan(-205, 0.70, answers=()), 2: Plan(-160, 0.92, is_secondary=True)}
# Conversations under way: each stops where it says.
PRESENT = (
    Plan(-8, 0.64, stops_after="decide"), Plan(-6, 0.57, stops_after="agree"), Plan(-4, 0.70, stops_after="start"),
    Plan(-3, 0.50, stops_after="book", is_secondary=True), Plan(4, 0.5), Plan(6, 0.5), Plan(11, 0.5, is_secondary=True),
    Plan(17, 0.5), Plan(24, 0.5), Plan(38, 0.5),
)  # fmt: skip
# Requests nobody has answered yet: so many days ago.
NEW_REQUESTS = (1, 2, 4, 9, 16)


def plan_lives(*, today: date | None = None) -> Calendar:
    """The demo hub's calendar up to this moment, the same for the same day and register."""
    today = today or timezone.localdate()
    calendar, chance = Calendar(today), random.Random(SEED)  # noqa: S311 - a demo needs no secrets
    schools = _Schools(chance)
    for place, plan in enumerate(PAST):
        life = schools.next_life(is_secondary=plan.is_secondary)
        _plan_conversation(calendar, life, plan, chance)
        if place in RENEWALS:
            _plan_conversation(calendar, life, RENEWALS[place], chance)
    for plan in PRESENT:
        _plan_conversation(calendar, schools.next_life(is_secondary=plan.is_secondary), plan, chance)
    for days in NEW_REQUESTS:
        life = schools.next_life(is_secondary=False)
        asked_on = today - timedelta(days=days)
        calendar.add(asked_on, MORNING, life.ask(offered_from=today + timedelta(days=14)))
    return calendar


def _plan_conversation(calendar: Calendar, life: Life, plan: Plan, chance: random.Random) -> None:
    meeting_on = _school_day(calendar.today + timedelta(days=plan.meeting))
    life = life.with_quality(plan.quality, seed=chance.random())
    latest = min(meeting_on - timedelta(days=plan.asked_before), calendar.today - timedelta(days=2))
    asked_on = next(day for day in _days_back(latest) if _school_day(day) == day)
    calendar.add(asked_on, MORNING, life.ask(offered_from=meeting_on))
    calendar.add(asked_on, time(15, 0), life.book(meeting_on))
    calendar.add(meeting_on - timedelta(days=10), AFTERNOON, life.send_data_form)
    steps = [
        ("start", meeting_on, time(14, 30), life.start_audit),
        ("agree", meeting_on, time(15, 30), life.agree),
        ("decide", meeting_on + timedelta(days=1), MORNING, life.decide),
        ("outcome", meeting_on + timedelta(days=1), AFTERNOON, life.send_pack),
    ]
    if plan.stops_after == "book":
        return
    for name, day, at, deed in steps:
        calendar.add(day, at, deed)
        if name == plan.stops_after:
            return
    for months in (12, 24):
        due_on = add_months(meeting_on, months)
        calendar.add(due_on, time(9, 0), lambda: queue_due_mail(timezone.localdate()))
        # The mail goes on the first school day, when somebody asks the outbox on one; three weeks later it is there.
        sent_on = _school_day(due_on + timedelta(days=21))
        calendar.add(sent_on, time(9, 30), lambda: None)
        if months in plan.answers:
            calendar.add(sent_on + timedelta(days=3), AFTERNOON, life.reflect(months))


def _days_back(latest: date) -> Iterator[date]:
    return (latest - timedelta(days=number) for number in count())


def _school_day(wished: date) -> date:
    holidays = hub_holidays_between(wished, wished + timedelta(days=90))
    return first_working_day(wished, hub_holidays=holidays)


class _Schools:
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

    def next_life(self, *, is_secondary: bool) -> Life:
        number = next(self.number)
        school = (self.secondary if is_secondary else self.primary).pop()
        return Life(
            school=school,
            coordinator=COORDINATORS[number % len(COORDINATORS)],
            head=HEADS[number % len(HEADS)],
            # Each life has an hour of its own, so that no officer is asked to be in two places.
            meeting_at=time(9 + 2 * (number % 3), 15),
        )
