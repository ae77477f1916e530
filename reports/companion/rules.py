"""What inspectors may ask a school about music, and which of its answers belong to each question.

The questions follow "Schools and Inspection, Section B6" (Ofsted, March 2014), in our own words. The parts of the
plan's summary are those that the Department for Education asks every school to publish on its website.
"""

from collections.abc import Sequence
from dataclasses import dataclass

# What fits beside the rest on two pages.
MOST_OF_A_KIND = 4
LONGEST_QUOTE = 220


@dataclass(frozen=True)
class Source:
    """Where an answer was given: in words, and the address of the page that holds it (a path of this portal)."""

    label: str
    path: str


@dataclass(frozen=True)
class Statement:
    """A sentence from the school's own answers, and where each part of it comes from."""

    text: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Question:
    """A question of inspectors; the data form's questions and the criteria that answer it, those of both audits."""

    key: str
    text: str
    figures: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    to_add: str = ""


@dataclass(frozen=True)
class Answer:
    """A question with what the school has said of it, what it has left open, and what only it can add."""

    question: Question
    statements: tuple[Statement, ...]
    gaps: tuple[Source, ...] = ()


IMPACT, LESSONS, GUIDANCE, EVERYBODY = "impact", "lessons", "guidance", "everybody"
QUESTIONS = (
    Question(
        key=IMPACT,
        text="What has your work with the music hub changed for your pupils?",
        codes=("P-IMP-10", "S-IMP-10"),
        to_add="One example that you saw yourself: a class, a group, a concert.",
    ),
    Question(
        key=LESSONS,
        text="How often does every class have music, and how do you know how good the lessons are?",
        figures=("classes", "classes_with_weekly_music", "minutes_a_week", "specialist_staff"),
        codes=(
            "P-INT-04", "P-INT-05", "P-IMP-02", "P-IMP-06", "P-IPC-01",
            "S-INT-04", "S-INT-05", "S-IMP-01", "S-IMP-06", "S-IPC-01",
        ),
        to_add="When you last watched a music lesson, and what you and the teacher took from it.",
    ),
    Question(
        key=GUIDANCE,
        text="Do you know what Ofsted has published about music as a subject?",
        figures=("has_published_plan",),
        codes=("P-INT-01", "P-INT-02", "S-INT-01", "S-INT-02"),
        to_add="Which of it you have read with your staff, and what you changed because of it.",
    ),
    Question(
        key=EVERYBODY,
        text="Does music reach all your pupils, or only a few?",
        figures=(
            "pupils", "whole_class_pupils", "instrumental_pupils", "instrumental_pupil_premium", "singing", "ensembles",
            "ks4_pupils", "ks5_pupils",
        ),
        codes=(
            "P-INT-06", "P-INT-07", "P-IPC-03", "P-IPC-08", "P-IMP-01",
            "S-INT-07", "S-INT-08", "S-IPC-04", "S-IPC-10", "S-IMP-02",
        ),
        to_add="Who does not take part yet, and what you are doing about it.",
    ),
)  # fmt: skip

# Public pages, named so that a school can find them: https://www.gov.uk/government/organisations/ofsted
PUBLICATIONS = (
    ("Research review series: music (2021)", "https://www.gov.uk/government/publications/research-review-series-music"),
    (
        "Striking the right note: the music subject report (2023)",
        "https://www.gov.uk/government/publications/subject-report-series-music",
    ),
)


@dataclass(frozen=True)
class PlanPart:
    """A part of the published summary: what it is to say, and the answers and criteria that feed it."""

    key: str
    title: str
    asks: str
    figures: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()


PLAN_PARTS = (
    PlanPart(
        key="curriculum",
        title="Curriculum music",
        asks="What is taught in lessons, for how long in each key stage, on which curriculum, and who teaches it.",
        figures=("classes", "classes_with_weekly_music", "minutes_a_week", "whole_class_pupils", "specialist_staff",
                 "ks4_pupils", "ks5_pupils"),
        codes=("P-INT-04", "P-INT-05", "P-INT-06", "P-IMP-03", "S-INT-04", "S-INT-05", "S-INT-06", "S-INT-07"),
    ),
    PlanPart(
        key="beyond",
        title="Music beyond lessons",
        asks="Lessons on instruments and in singing, choirs and groups, rooms and instruments, and what they cost.",
        figures=("instrumental_pupils", "instrumental_pupil_premium", "singing", "ensembles"),
        codes=("P-INT-07", "P-IMP-07", "P-IMP-08", "S-INT-08", "S-IMP-07", "S-IMP-08"),
    ),
    PlanPart(
        key="experiences",
        title="Musical experiences",
        asks="Where pupils perform, what live music they hear, and with whom you work.",
        figures=("partners",),
        codes=("P-IPC-04", "P-IPC-05", "P-IMP-10", "S-IPC-05", "S-IPC-06", "S-IMP-10"),
    ),
)  # fmt: skip


def share_words(part: int | None, whole: int | None) -> str:
    """A part of a whole as people say it: "48 of 210, 23%"; empty where either is unknown or they do not fit."""
    if part is None or not whole or part > whole:
        return ""
    return f"{part} of {whole}, {int(100 * part / whole + 0.5)}%"


def quoted(text: str, *, longest: int = LONGEST_QUOTE) -> str:
    """Words of the school in quotation marks, on one line, cut at a word's end where they are long."""
    words = " ".join(text.split())
    if len(words) <= longest:
        return f"“{words}”"
    return f"“{words[: longest + 1].rpartition(' ')[0] or words[:longest]} …”"


def academic_year(*, year: int, month: int) -> str:
    """The school year that a month belongs to; it begins in September: 2026 to 2027."""
    first = year if month >= 9 else year - 1
    return f"{first} to {first + 1}"


def listed(parts: Sequence[str]) -> str:
    """One, "a and b", or "a; b; and c": titles have commas of their own."""
    if len(parts) < 3:
        return " and ".join(parts)
    return f"{'; '.join(parts[:-1])}; and {parts[-1]}"
