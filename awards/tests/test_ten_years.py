"""Ten years of the daily job, lived through: outages of up to 60 days, holidays, clock changes, and schools that come
again, fall silent, close or lose their award.

What has to go on which day is worked out here a second time, from what happened to the schools and when the server ran.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import count, pairwise
from zoneinfo import ZoneInfo

import holidays
import pytest
import time_machine
from dateutil.relativedelta import relativedelta
from django.core import mail
from django.utils import timezone

from awards.models import Award, AwardLevel, Reflection, Renewal
from awards.services import queue_due_mail, withdraw_award
from awards.tests.factories import make_award, make_known
from hubportal.mail import services as outbox
from hubportal.mail.models import Email
from hubportal.mail.services import delivering
from meetings.models import HubHoliday
from schools.models import Engagement, School, SchoolStatus
from schools.services.contacts import let_contact_go
from schools.tests.factories import ContactFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")
FIRST, LAST = date(2027, 1, 4), date(2037, 1, 4)
LONGEST_OUTAGE = 60
SCHOOL_DAYS_UNTIL_REMINDED = 15
BANK_HOLIDAYS = holidays.country_holidays("GB", subdiv="ENG", years=range(2026, 2039))
SUMMERS = [(date(year, 7, 20), date(year, 8, 31)) for year in range(2026, 2038)]
NEVER = date.max
# What was sent: kind of mail, school, day of the meeting, months after it (0: the renewal).
Sent = tuple[str, str, date, int]


def is_school_day(day: date) -> bool:
    is_holiday = day in BANK_HOLIDAYS or any(first <= day <= last for first, last in SUMMERS)
    return day.weekday() < 5 and not is_holiday


@dataclass
class Life:
    """What happens to one school; everything at noon of its day. A stretch is from its first day up to its last."""

    name: str
    meetings: tuple[date, ...]
    level: str = AwardLevel.SILVER
    # By the day of the meeting: when its award is decided, if not on that day, and when it is withdrawn.
    decided_late: dict[date, date] = field(default_factory=dict)
    withdrawn: dict[date, date] = field(default_factory=dict)
    closes: date = NEVER
    stops_engaging: date = NEVER
    last_contact_withdraws: date = NEVER
    mail_paused: tuple[date, date] | None = None
    nobody_there: tuple[date, date] | None = None
    answers_after: int | None = None
    school: School | None = None
    awards: dict[date, Award] = field(default_factory=dict)

    def decided(self, held_on: date) -> date:
        return self.decided_late.get(held_on, held_on)

    def begins(self, held_on: date) -> date:
        """The first morning after the award was decided."""
        return self.decided(held_on) + timedelta(days=1)

    def ends(self, held_on: date) -> date:
        """The last morning on which the school is asked anything about this meeting."""
        newer = min((self.decided(later) for later in self.meetings if later > held_on), default=NEVER)
        withdrawn = self.withdrawn.get(held_on, NEVER)
        return min(newer, withdrawn, self.closes, self.stops_engaging, self.last_contact_withdraws)

    def takes_mail(self, day: date) -> bool:
        is_paused = self.mail_paused and self.mail_paused[0] < day < self.mail_paused[1]
        is_alone = self.nobody_there and self.nobody_there[0] < day <= self.nobody_there[1]
        return is_school_day(day) and not is_paused and not is_alone

    def expected(self, runs: list[date]) -> dict[Sent, date]:
        """Each mail that has to go, with its day, if the server runs on these days."""
        found: dict[Sent, date] = {}

        def send(kind: str, held_on: date, months: int, due_on: date, until: date) -> date | None:
            due_on = max(due_on, self.begins(held_on))
            sent_on = next((day for day in runs if due_on <= day <= until and self.takes_mail(day)), None)
            if sent_on:
                found[kind, self.name, held_on, months] = sent_on
            return sent_on

        for held_on in self.meetings:
            ends = self.ends(held_on)
            for months in (12, 24):
                sent_on = send("reflection", held_on, months, held_on + relativedelta(months=months), ends)
                if sent_on:
                    until = min(ends, self.answered_on(sent_on))
                    send("reflection_reminder", held_on, months, school_days_after(sent_on), until)
            last_day = held_on + relativedelta(years=3)
            if invited_on := send("renewal", held_on, 0, last_day - timedelta(days=90), ends):
                due_on = max(last_day + timedelta(days=1), invited_on + timedelta(days=28))
                send("renewal_reminder", held_on, 0, due_on, ends)
        return found

    def answered_on(self, sent_on: date) -> date:
        return NEVER if self.answers_after is None else sent_on + timedelta(days=self.answers_after)


def school_days_after(day: date) -> date:
    for _ in range(SCHOOL_DAYS_UNTIL_REMINDED):
        day = next(later for number in count(1) if is_school_day(later := day + timedelta(days=number)))
    return day


# --- What happens ---------------------------------------------------------------------------------


def deeds(life: Life, expected: dict[Sent, date]) -> Iterator[tuple[date, object]]:
    """What happens to this school: the day, and what is done at noon."""
    yield FIRST, lambda: arrive(life)
    for held_on in life.meetings:
        yield life.decided(held_on), lambda held_on=held_on: award(life, held_on)
    for held_on, day in life.withdrawn.items():
        yield day, lambda held_on=held_on: withdraw(life, held_on)
    yield life.closes, lambda: School.objects.filter(pk=life.school.pk).update(status=SchoolStatus.CLOSED)
    yield life.stops_engaging, lambda: stop_engaging(life)
    yield life.last_contact_withdraws, lambda: life.school.contacts.update(withdrawn_at=timezone.now())
    if life.mail_paused:
        first, until = life.mail_paused
        yield first, lambda: School.objects.filter(pk=life.school.pk).update(mail_paused_until=until)
    if life.nobody_there:
        left, found = life.nobody_there
        yield left, lambda: let_contact_go(contact=life.school.contacts.get(), by=UserFactory(), now=timezone.now())
        yield found, lambda: ContactFactory(school=life.school)
    for (kind, name, held_on, months), day in expected.items():
        if kind == "reflection" and name == life.name and life.answered_on(day) < LAST:
            yield life.answered_on(day), lambda held_on=held_on, months=months: answer(life, held_on, months)


def arrive(life: Life) -> None:
    life.school = SchoolFactory(name=life.name)
    ContactFactory(school=life.school)


def award(life: Life, held_on: date) -> None:
    made = make_award(school=life.school, on=held_on, level=life.level)
    make_known(made)
    life.awards[held_on] = made


def withdraw(life: Life, held_on: date) -> None:
    reason = "It was given to the wrong school by mistake."
    withdraw_award(award=life.awards[held_on], reason=reason, by=UserFactory(role="administrator"))


def stop_engaging(life: Life) -> None:
    School.objects.filter(pk=life.school.pk).update(
        engagement=Engagement.NOT_ENGAGING, engagement_reason="Wants none.", engagement_since=life.stops_engaging
    )


def answer(life: Life, held_on: date, months: int) -> None:
    sheet = Reflection.objects.filter(audit__award=life.awards[held_on], month=months, answered_at__isnull=True)
    sheet.update(answered_at=timezone.now())


# --- The server -----------------------------------------------------------------------------------


def days_up(chance: random.Random) -> list[date]:
    """Every day of the ten years on which the server runs: stretches of weeks, and outages between them."""
    found, day = [], FIRST
    while day < LAST:
        up = chance.randint(10, 120)
        found += [day + timedelta(days=number) for number in range(up) if day + timedelta(days=number) < LAST]
        day += timedelta(days=up + chance.choice((1, 2, 3, 7, 21, LONGEST_OUTAGE)))
    return found


def days_that_matter(up: list[date], lives: list[Life], chance: random.Random, *, others: int) -> list[date]:
    """Of these the days on which something goes, the first after some outages, so many others, half of them the day
    before something goes, and for the first school every day before: on all others a run finds nothing."""
    goes = {day for life in lives for day in life.expected(up).values()}
    after_outages = [day for before, day in pairwise(up) if day - before > timedelta(days=7)]
    before = sorted({day - timedelta(days=1) for day in goes} - goes)
    some = {*after_outages[::3], *chance.sample(up, k=others // 2), *chance.sample(before, k=others // 2)}
    some |= {day - timedelta(days=1) for day in lives[0].expected(up).values()}
    return sorted((goes | some) & set(up))


def at(day: date, hour: int) -> time_machine.travel:
    return time_machine.travel(datetime.combine(day, time(hour), tzinfo=LONDON).astimezone(UTC), tick=False)


def live(lives: list[Life], runs: list[date], expected: dict[Sent, date]) -> None:
    """Day after day: at six the job, at nine the workers, at noon what people do."""
    at_noon: dict[date, list] = {}
    for life in lives:
        for day, deed in deeds(life, expected):
            at_noon.setdefault(day, []).append(deed)
    for day in sorted({*runs, *(day for day in at_noon if day < LAST)}):
        if day in runs:
            with at(day, 6):
                queue_due_mail(day)
            with at(day, 9):
                outbox.sweep(now=timezone.now())
        with at(day, 12):
            for deed in at_noon.get(day, []):
                deed()


def what_went() -> dict[Sent, date]:
    """By what the database says of each sheet and renewal."""
    went: dict[Sent, date] = {}

    def note(kind: str, email: Email | None, award: Award, months: int) -> None:
        if email and email.went_at:
            went[kind, award.school.name, award.awarded_on, months] = timezone.localdate(email.went_at)

    mails = ("email__joined_into", "reminder_email__joined_into")
    for sheet in Reflection.objects.select_related("audit__award__school", *mails):
        note("reflection", sheet.email, sheet.audit.award, sheet.month)
        note("reflection_reminder", sheet.reminder_email, sheet.audit.award, sheet.month)
    for renewal in Renewal.objects.select_related("award__school", *mails):
        note("renewal", renewal.email, renewal.award, 0)
        note("renewal_reminder", renewal.reminder_email, renewal.award, 0)
    return went


def live_ten_years(lives: list[Life], monkeypatch: pytest.MonkeyPatch, *, seed: int, others: int) -> dict[Sent, date]:
    chance = random.Random(seed)
    HubHoliday.objects.bulk_create(HubHoliday(name="Summer", first_on=first, last_on=last) for first, last in SUMMERS)
    monkeypatch.setattr(delivering, "announce", lambda ids: [outbox.deliver(email_id=pk) for pk in ids])
    runs = days_that_matter(days_up(chance), lives, chance, others=others)
    expected = {sent: day for life in lives for sent, day in life.expected(runs).items()}

    live(lives, runs, expected)

    assert what_went() == expected
    # The mails themselves: as many as there are, each once, at nine.
    mails = Email.objects.exclude(kind="outcome").filter(status="sent")
    assert {timezone.localtime(email.sent_at).time() for email in mails} == {time(9)}
    assert len(mail.outbox) == len(expected)
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == len(expected)
    assert asked_too_late(lives) == []
    return expected


def asked_too_late(lives: list[Life]) -> list[tuple[str, str]]:
    """Mail that was written after the school was not to be asked any more, also where the last check stopped it."""
    by_audit = {award.audit_id: (life, day) for life in lives for day, award in life.awards.items()}
    written = [
        *Reflection.objects.filter(queued_at__isnull=False).values_list("audit", "email__kind", "queued_at"),
        *Reflection.objects.filter(reminded_at__isnull=False).values_list(
            "audit", "reminder_email__kind", "reminded_at"
        ),
        *Renewal.objects.filter(queued_at__isnull=False).values_list("award__audit", "email__kind", "queued_at"),
        *Renewal.objects.filter(reminded_at__isnull=False).values_list(
            "award__audit", "reminder_email__kind", "reminded_at"
        ),
    ]
    found = []
    for audit, kind, at in written:
        life, held_on = by_audit[audit]
        if timezone.localdate(at) > life.ends(held_on):
            found.append((life.name, kind))
    return found


LIVES = {
    "Never comes again": {"meetings": (date(2027, 10, 29),)},
    "Comes again in time": {"meetings": (date(2027, 1, 7), date(2029, 11, 12))},
    "Comes again early": {"meetings": (date(2028, 3, 24), date(2029, 2, 1))},
    "Met on 29 February": {"meetings": (date(2028, 2, 29),)},
    "Works towards Bronze": {"meetings": (date(2027, 6, 10),), "level": AwardLevel.WORKING_TOWARDS, "answers_after": 9},
    "Loses its award": {"meetings": (date(2027, 5, 12),), "withdrawn": {date(2027, 5, 12): date(2028, 9, 1)}},
    "Loses its award once invited": {
        "meetings": (date(2029, 4, 5),),
        "withdrawn": {date(2029, 4, 5): date(2032, 3, 1)},
        "answers_after": 2,
    },
    "Closes": {"meetings": (date(2027, 9, 15),), "closes": date(2029, 2, 1)},
    "Its only contact withdraws": {"meetings": (date(2027, 11, 30),), "last_contact_withdraws": date(2029, 1, 24)},
}
MORE_LIVES = {
    "Comes again late": {"meetings": (date(2027, 1, 14), date(2030, 9, 9))},
    "Comes again and again": {"meetings": (date(2028, 10, 2), date(2030, 5, 6), date(2033, 3, 28))},
    "Stops engaging": {"meetings": (date(2027, 9, 16),), "stops_engaging": date(2029, 10, 1)},
    "Nobody is there": {"meetings": (date(2027, 11, 9),), "nobody_there": (date(2028, 9, 4), date(2029, 2, 1))},
    "Pauses its mail": {"meetings": (date(2028, 6, 5),), "mail_paused": (date(2031, 1, 15), date(2031, 9, 8))},
    "Is written up late": {
        "meetings": (date(2028, 6, 7), date(2029, 6, 6)),
        "decided_late": {date(2028, 6, 7): date(2029, 7, 2)},
    },
}
EVERYTHING = ["reflection", "reflection_reminder", "renewal", "renewal_reminder"]
WITHOUT_REMINDERS = ["reflection", "renewal"]


@pytest.mark.slow
def test_ten_years_each_mail_once_on_its_day_and_none_to_the_withdrawn(monkeypatch):
    lives = [Life(name, **what) for name, what in LIVES.items()]

    went = live_ten_years(lives, monkeypatch, seed=1685, others=8)

    kinds = {life.name: sorted({kind for kind, name, *_ in went if name == life.name}) for life in lives}
    assert kinds == {
        "Comes again in time": EVERYTHING,
        "Comes again early": EVERYTHING,
        "Never comes again": EVERYTHING,
        "Met on 29 February": EVERYTHING,
        "Works towards Bronze": ["reflection", "renewal", "renewal_reminder"],
        "Loses its award": ["reflection", "reflection_reminder"],
        "Loses its award once invited": WITHOUT_REMINDERS,
        "Closes": ["reflection", "reflection_reminder"],
        "Its only contact withdraws": ["reflection", "reflection_reminder"],
    }


@pytest.mark.slow
def test_ten_years_of_more_schools_with_other_outages(monkeypatch):
    lives = [Life(name, **what) for name, what in MORE_LIVES.items()]

    went = live_ten_years(lives, monkeypatch, seed=1750, others=30)

    assert {kind for kind, *_ in went} == set(EVERYTHING)
