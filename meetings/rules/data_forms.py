"""The data form: answers that can hardly be right, and two people who fill it in at once."""

from collections.abc import Mapping
from dataclasses import dataclass


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
