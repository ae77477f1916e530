"""Dates, times and addresses around a meeting: what may be asked for, and when mail that can wait goes out.

Pure functions: no Django, no clock. All wall-clock times are those of Europe/London.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import holidays
from dateutil.relativedelta import relativedelta

LONDON = ZoneInfo("Europe/London")
# The scheme's promise to schools: 90 minutes, at the school.
MEETING_LENGTH = timedelta(minutes=90)
# A school plans a year ahead at most; a later date is nearly always a slip in the year.
MONTHS_AHEAD = 12
MAIL_GOES_AT = time(9, 0)
SATURDAY = 5


# --- Calendar months and working days -------------------------------------------------------------


def add_months(day: date, months: int) -> date:
    """The same day so many calendar months later, or that month's last: 29 February + 12 = 28 February."""
    return day + relativedelta(months=months)


@lru_cache(maxsize=64)
def bank_holidays(year: int) -> Mapping[date, str]:
    """England's bank holidays of a year, with their names (source: the `holidays` package, GB-ENG)."""
    return dict(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_working_day(day: date, *, hub_holidays: Collection[date] = ()) -> bool:
    """True from Monday to Friday, bank holidays and the hub's own holidays left out."""
    return day.weekday() < SATURDAY and day not in bank_holidays(day.year) and day not in hub_holidays


def first_working_day(day: date, *, hub_holidays: Collection[date] = ()) -> date:
    """The first working day on or after `day`; `hub_holidays` are single days, each one of them."""
    while not is_working_day(day, hub_holidays=hub_holidays):
        day += timedelta(days=1)
    return day


def morning_of(day: date) -> datetime:
    """09:00 in Europe/London on that day: when mail that can wait goes out."""
    return datetime.combine(day, MAIL_GOES_AT, tzinfo=LONDON)


def mail_time(on: date, *, hub_holidays: Collection[date] = ()) -> datetime:
    """When mail that is due on a day goes out: 09:00 on the first working day on or after it."""
    return morning_of(first_working_day(on, hub_holidays=hub_holidays))


# --- The days a school offers ---------------------------------------------------------------------


def long_date(day: date) -> str:
    """Tuesday 3 March 2026."""
    return f"{day:%A} {day.day} {day:%B %Y}"


def offered_day_problem(day: date, *, today: date) -> str | None:
    """Why a school cannot offer this day, as a sentence that says how to mend it; None when it can."""
    last = add_months(today, MONTHS_AHEAD)
    if day < today:
        return f"{long_date(day)} has passed. Choose a day from today on."
    if day > last:
        return f"{long_date(day)} is more than 12 months away. Choose a day up to {long_date(last)}."
    if day.weekday() >= SATURDAY:
        return f"{long_date(day)} is at the weekend. Choose a day from Monday to Friday."
    if name := bank_holidays(day.year).get(day):
        return f"{long_date(day)} is a bank holiday ({name}). Choose another day."
    return None


@dataclass(frozen=True)
class PartOfDay:
    """A part of the school day: a meeting that fits it begins and ends within these times."""

    key: str
    words: str
    opens: time
    closes: time
    usual_start: time

    @property
    def latest_start(self) -> time:
        """The last start from which the whole meeting still fits."""
        return (datetime.combine(date.min, self.closes) - MEETING_LENGTH).time()

    def has_room_at(self, start: time) -> bool:
        return self.opens <= start <= self.latest_start


# The keys are the values of `meetings.models.DayPart`.
PARTS_OF_DAY: Mapping[str, PartOfDay] = {
    part.key: part
    for part in (
        PartOfDay("morning", "the morning", time(8, 0), time(12, 30), time(9, 30)),
        PartOfDay("afternoon", "the afternoon", time(12, 0), time(16, 0), time(13, 30)),
        PartOfDay("after_school", "after school", time(15, 0), time(18, 30), time(15, 45)),
        PartOfDay("any", "any time that day", time(8, 0), time(18, 30), time(9, 30)),
    )
}


def start_problem(part_key: str, start: time) -> str | None:
    """Why a meeting at this time does not fit the part of the day the school offered; None when it does.

    Raises:
        KeyError: no such part of the day.
    """
    part = PARTS_OF_DAY[part_key]
    if part.has_room_at(start):
        return None
    return (
        f"The school offered {part.words}: give a start from {part.opens:%H:%M} to "
        f"{part.latest_start:%H:%M}, or choose “Another date and time”."
    )


@dataclass(frozen=True)
class Slot:
    """A stretch of time from its first minute up to, not including, its last."""

    starts_at: datetime
    ends_at: datetime


def slot_at(on: date, start: time, *, length: timedelta = MEETING_LENGTH) -> Slot:
    """The meeting that begins on this day at this time in Europe/London.

    Its length is real time, also when the clocks change.
    """
    starts_at = datetime.combine(on, start, tzinfo=LONDON)
    ends_at = (starts_at.astimezone(UTC) + length).astimezone(LONDON)
    return Slot(starts_at, ends_at)


# --- Addresses ------------------------------------------------------------------------------------

# Letters of a person's name, as the database keeps it.
NAME_AT_MOST = 120
# What stands before the @ of an address that several people read.
SHARED_NAMES = frozenset(
    [
        "admin", "administration", "administrator", "bursar", "contact", "contactus", "enquiries",
        "enquiry", "finance", "general", "head", "headteacher", "hello", "help", "info",
        "information", "mail", "mailbox", "mainoffice", "office", "principal", "reception",
        "school", "schooladmin", "schooloffice", "secretary", "staff", "theoffice",
    ]
)  # fmt: skip


def is_shared_address(email: str) -> bool:
    """True for addresses such as office@ or head.teacher@, which are read by whoever is on duty.

    The first word decides, so somebody called J. Head (j.head@) is not taken for one. It only leads to a
    question, never to a refusal.
    """
    local = email.partition("@")[0].partition("+")[0].lower()
    words = [word for word in re.split(r"[^a-z]+", local) if word]
    return bool(words) and (words[0] in SHARED_NAMES or "".join(words) in SHARED_NAMES)


# Anybody can have an address there, so it says nothing about who they work for.
FREE_MAIL = frozenset(
    [
        "aol.co.uk", "aol.com", "blueyonder.co.uk", "btinternet.com", "btopenworld.com", "fastmail.com", "gmail.com",
        "gmx.co.uk", "gmx.com", "gmx.net", "googlemail.com", "hotmail.co.uk", "hotmail.com", "icloud.com", "live.co.uk",
        "live.com", "mac.com", "mail.com", "me.com", "msn.com", "ntlworld.com", "o2.co.uk", "outlook.co.uk",
        "outlook.com", "pm.me", "proton.me", "protonmail.com", "rocketmail.com", "sky.com", "talktalk.net",
        "tiscali.co.uk", "tuta.com", "virginmedia.com", "yahoo.co.uk", "yahoo.com", "yandex.com", "ymail.com",
        "zoho.com",
    ]
)  # fmt: skip


def is_likely_of_school(address: str, *, website: str, known_addresses: Collection[str]) -> bool:
    """True when an address has the domain of the school's website, or of somebody the hub knows to be there.

    A domain of one's own is cheap, so no other domain counts. It proposes whom to invite; an officer decides.
    """
    address, known = address.lower(), {known.lower() for known in known_addresses}
    if address in known:
        return True
    domain = _domain(address)
    host = re.sub(r"^(https?://)?(www\.)?", "", website.strip().lower())
    school_domains = {re.split(r"[:/?#]", host)[0], *map(_domain, known)} - {""}
    return domain in school_domains - FREE_MAIL


def _domain(address: str) -> str:
    return address.rpartition("@")[2]


# --- The public form: floods ----------------------------------------------------------------------

# A school that waits for so many answers is told to wait, or somebody fills in the form in its name.
REQUESTS_WAITING_AT_MOST = 5
# Anybody can type anybody's address: nobody gets more thanks than these by other people's doing.
THANKS_AT_MOST, THANKS_WITHIN = 3, timedelta(hours=24)


# --- References -----------------------------------------------------------------------------------

# A reference is read out over the telephone: none of 0 and O, 1, I and L, 5 and S, 2 and Z, 8 and B. And no
# other vowels, so that none ever spells a word.
REFERENCE_LETTERS = "34679CDFGHJKMNPQRTVWXY"
REFERENCE_LENGTH = 5


def reference_from(indexes: Sequence[int]) -> str:
    """A request's reference such as MR-7K3QD from five numbers below 22.

    Raises:
        ValueError: not exactly five numbers.
    """
    if len(indexes) != REFERENCE_LENGTH:
        raise ValueError(f"A reference needs {REFERENCE_LENGTH} numbers.")
    return "MR-" + "".join(REFERENCE_LETTERS[index] for index in indexes)


# --- What a school agrees to ----------------------------------------------------------------------

# Raise the version with any change of a word: what each person agreed to is kept as it stood.
CONSENT_VERSION = "2026-11"
CONSENT_WORDING = (
    "I agree that {hub} may keep these details and write to me about this meeting, the {award} and the steps that "
    "follow it. I can withdraw this at any time with the link in each e-mail, or by e-mailing {address} with "
    "“Withdraw” in the subject."
)


def consent_wording(*, hub: str, award: str, address: str) -> str:
    """What a person ticks on the request form, word for word."""
    return CONSENT_WORDING.format(hub=hub, award=award, address=address)


def submission_id(key: UUID, answers: Collection[str]) -> UUID:
    """Tells one sending of a form from another: the same form with the same answers is the same sending.

    `key` came with the form. Somebody who goes back, changes an answer and sends again is not taken for a double
    click.
    """
    return uuid5(key, "\x1f".join(answers))


# --- The data form --------------------------------------------------------------------------------


@dataclass(frozen=True)
class SchoolFacts:
    """The numbers of a data form; None where the school left the box empty."""

    pupils: int | None = None
    classes: int | None = None
    classes_with_weekly_music: int | None = None
    minutes_a_week: int | None = None
    whole_class_pupils: int | None = None
    instrumental_pupils: int | None = None
    instrumental_pupil_premium: int | None = None


# More than this is nearly always minutes a term, or a whole year group's sum.
MANY_MINUTES_A_WEEK = 300


def doubtful_facts(facts: SchoolFacts) -> dict[str, str]:
    """Answers that can hardly be right, as field name and sentence. They are pointed out, never refused."""
    doubts: dict[str, str] = {}
    smaller = (
        ("classes_with_weekly_music", "classes", "more classes with music every week than classes"),
        ("whole_class_pupils", "pupils", "more pupils in whole-class lessons than pupils in the school"),
        ("instrumental_pupils", "pupils", "more pupils with lessons than pupils in the school"),
        (
            "instrumental_pupil_premium",
            "instrumental_pupils",
            "more of these pupils than have lessons",
        ),
        ("classes", "pupils", "more classes than pupils"),
    )
    for part, whole, words in smaller:
        part_value, whole_value = getattr(facts, part), getattr(facts, whole)
        if part_value is not None and whole_value is not None and part_value > whole_value:
            doubts[part] = f"That is {words} ({part_value} and {whole_value}). Is that right?"
    if facts.minutes_a_week is not None and facts.minutes_a_week > MANY_MINUTES_A_WEEK:
        doubts["minutes_a_week"] = (
            f"{facts.minutes_a_week} minutes is more than five hours of music a week for one class. Is that right?"
        )
    return doubts


# --- Two people at one data form ------------------------------------------------------------------


@dataclass(frozen=True)
class Merged:
    """What becomes of a page's answers when others may have saved since it was opened."""

    # Of every field, what to keep.
    answers: Mapping[str, object]
    # Fields that this person and another one have both changed, with the other's answer.
    collisions: Mapping[str, object]


def merge_answers(*, loaded: Mapping[str, object], typed: Mapping[str, object], stored: Mapping[str, object]) -> Merged:
    """Put the answers of one person into what is stored now, field by field.

    `loaded` is what the page was opened with: a field that is as it was then has not been touched, and what others
    put there stays. A field missing there counts as opened with what is stored.
    """
    mine = {name: answer for name, answer in typed.items() if not _is_same(answer, loaded.get(name, stored[name]))}
    collisions = {
        name: stored[name]
        for name, answer in mine.items()
        if not _is_same(stored[name], loaded.get(name, stored[name])) and not _is_same(stored[name], answer)
    }
    return Merged({**stored, **mine}, collisions)


def _is_same(answer: object, other: object) -> bool:
    # Browsers end a line their own way.
    texts = [each.replace("\r\n", "\n") if isinstance(each, str) else each for each in (answer, other)]
    return texts[0] == texts[1]
