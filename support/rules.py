"""What an offer says of the criteria it serves, how a line of support becomes one, and which words are the same."""

import re
from dataclasses import dataclass

# What the words of a line of support say about the kind of offer, the first that is found counts. Words of a
# framework's lists, whole words from their beginning on: "train" finds "training" and "trainer".
KINDS_BY_WORD: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("consultancy", ("adviser help", "adviser review", "redesign workshop")),
    ("mentoring", ("mentor", "coach", "peer partner", "named contact")),
    ("cpd", ("training", "induction", "workshop on", "teacher workshop", "workshop for staff")),
    (
        "resource",
        (
            "template", "guide", "leaflet", "example", "calendar", "song bank", "shared bank", "list with", "videos",
            "recordings of", "pack", "resources", "case study", "form", "prompts", "sheet", "policy", "shopping list",
            "activities", "lesson structures", "reminder", "progression map", "progress steps", "options paper",
            "lesson sequences", "ideas", "routine", "arrangements",
        ),
    ),
    ("network", ("network", "visit to", "visits to", "exchange visit", "other schools", "introduction", "to compare")),
    ("instruments", ("loan", "equipment", "class set", "software", "technology tools")),
    (
        "ensemble",
        ("festival", "concert", "choir", "ensemble", "massed", "performance", "showcase", "industry day", "careers in"),
    ),
    (
        "teaching",
        (
            "team-teaching", "whole-class", "specialist teaching", "visiting", "singing leader", "hub leader", "taster",
            "lessons on", "composer", "residency", "hub musicians", "workshop", "after-school", "longer programme",
            "first project", "shared course",
        ),
    ),
    (
        "consultancy",
        (
            "advice", "adviser", "help", "review", "session", "briefing", "feedback", "survey", "planning", "mapping",
            "audit", "check", "support", "time in", "plan",
        ),
    ),
)  # fmt: skip
OTHER_KIND = "other"
# Letters of an offer's title, and of a framework's line of support, by which it is known again.
TITLE_LETTERS = 200
SUGGESTION_LETTERS = 500


@dataclass(frozen=True, order=True)
class Purpose:
    """A criterion that an offer serves: a good step when it is red, when it is amber, or both."""

    phase: str
    code: str
    when_red: bool = True
    when_amber: bool = True


@dataclass(frozen=True)
class Criterion:
    """One criterion of a published framework, as the pages of support show it, and what the framework suggests."""

    phase: str
    section: str
    code: str
    title: str
    support_red: tuple[str, ...] = ()
    support_amber: tuple[str, ...] = ()


@dataclass(frozen=True)
class Suggestion:
    """A line of support that a framework suggests for one criterion when it is red, or when it is amber."""

    phase: str
    code: str
    when: str
    text: str

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What makes it the same line, however it is capitalised."""
        return (self.phase, self.code, self.when, same_words(self.text))


def suggestions_of(criterion: Criterion) -> list[Suggestion]:
    """All that the framework suggests for this criterion, what is for red first; each line once."""
    lines = [("red", text) for text in criterion.support_red] + [("amber", text) for text in criterion.support_amber]
    made = [
        Suggestion(criterion.phase, criterion.code, when, tidy(text)[:SUGGESTION_LETTERS])
        for when, text in lines
        if tidy(text)
    ]
    return list({suggestion.key: suggestion for suggestion in reversed(made)}.values())[::-1]


def guess_kind(text: str) -> str:
    """The kind of offer that a line of support sounds like, or "other"."""
    words = same_words(text)
    return next(
        (kind for kind, signs in KINDS_BY_WORD if any(re.search(rf"\b{re.escape(sign)}", words) for sign in signs)),
        OTHER_KIND,
    )


def title_of(text: str) -> str:
    """The line as the title of an offer: whole, or shortened to what a title holds."""
    return text if len(text) <= TITLE_LETTERS else text[: TITLE_LETTERS - 1].rstrip() + "…"


def title_key(text: str) -> str:
    """The same for all lines and titles that would be one offer."""
    return same_words(title_of(tidy(text)))


def tidy(text: str) -> str:
    """Inner spaces and line breaks become single spaces."""
    return " ".join(text.split())


def same_words(text: str) -> str:
    """What two titles have in common that people would call the same."""
    return tidy(text).lower()
