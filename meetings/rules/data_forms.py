"""The data form: what is asked of whom, what can hardly be right, what changed since last time, and two people who
fill it in at once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

# Pupils move to the secondary phase in the year they turn twelve: until then they are "11".
LAST_PRIMARY_AGE = 11
# Whether a school of this phase (the codes of GIAS, see `schools.rules.offers`) has pupils in the secondary phase.
SECONDARY_PUPILS_BY_PHASE = {"1": False, "2": False, "3": True, "4": True, "5": True, "6": True, "7": True}


def has_secondary_pupils(*, audit_offer: str, phase_code: str, high_age: int | None) -> bool:
    """Whether a school is asked how many pupils take music in Key Stages 4 and 5.

    The hub's own word (`audit_offer` "secondary") comes first, then the age of the oldest pupils, then the phase. Of
    a school about which none of them says anything, such as a special school without ages, it is asked: the question
    may stay empty.
    """
    if audit_offer == "secondary":
        return True
    if high_age is not None:
        return high_age > LAST_PRIMARY_AGE
    return SECONDARY_PUPILS_BY_PHASE.get(phase_code, audit_offer != "primary")


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
    ks4_pupils: int | None = None
    ks5_pupils: int | None = None
    # As the national register has it: not an answer, but something to hold the answer against.
    pupils_in_register: int | None = None


# More than this is nearly always minutes a term, or a whole year group's sum.
MANY_MINUTES_A_WEEK = 300


def doubtful_facts(facts: SchoolFacts) -> dict[str, str]:
    """Answers that can hardly be right, as field name and sentence. They are pointed out, never refused."""
    doubts: dict[str, str] = {}
    for part, whole, words in SMALLER:
        part_value, whole_value = getattr(facts, part), getattr(facts, whole)
        if part_value is not None and whole_value is not None and part_value > whole_value:
            doubts[part] = f"That is {words} ({part_value} and {whole_value}). Is that right?"
    if facts.minutes_a_week is not None and facts.minutes_a_week > MANY_MINUTES_A_WEEK:
        doubts["minutes_a_week"] = (
            f"{facts.minutes_a_week} minutes is more than five hours of music a week for one class. Is that right?"
        )
    pupils, register = facts.pupils, facts.pupils_in_register
    if pupils is not None and register and 2 * abs(pupils - register) > register:
        doubts["pupils"] = f"The national register has {register} pupils in your school. Is {pupils} right?"
    return doubts


# What is a part, of what, and what it would mean if it were the larger one.
SMALLER = (
    ("classes", "pupils", "more classes than pupils"),
    ("classes_with_weekly_music", "classes", "more classes with music every week than classes"),
    ("whole_class_pupils", "pupils", "more pupils in whole-class lessons than pupils in the school"),
    ("instrumental_pupils", "pupils", "more pupils with lessons than pupils in the school"),
    ("instrumental_pupil_premium", "instrumental_pupils", "more of these pupils than have lessons"),
    ("ks4_pupils", "pupils", "more pupils taking music in Key Stage 4 than pupils in the school"),
    ("ks5_pupils", "pupils", "more pupils taking music in Key Stage 5 than pupils in the school"),
)


def is_empty(answer: object) -> bool:
    """Whether a question was left open. Nought and "no" are answers."""
    return answer is None or answer == ""


def change_in_words(*, before: object, now: object, asked_on: date) -> str:
    """How an answer differs from the one given on `asked_on`, such as "12 more than in May 2024".

    "" where neither says anything.
    """
    then = f"{asked_on:%B %Y}"
    if is_empty(before) or is_empty(now):
        if is_empty(before) and is_empty(now):
            return ""
        return f"Not answered in {then}" if is_empty(before) else f"Answered in {then}, not this time"
    if _is_same(before, now):
        return f"As in {then}"
    if isinstance(before, int) and isinstance(now, int) and not isinstance(before, bool):
        return f"{abs(now - before)} {'more' if now > before else 'fewer'} than in {then}"
    return f"Changed since {then}"


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
