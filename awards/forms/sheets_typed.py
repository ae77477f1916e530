"""What somebody has typed into a sheet whose visit has ended: read from what was sent alone, nothing of the school."""

import re
from collections.abc import Iterator

from django.http import QueryDict

from awards.forms.reflections import LONGEST_ANSWER
from awards.models import Progress, SelfRating

FIELD = re.compile(r"(progress|helped|next|rating)_[123]|anything_else")
QUESTIONS = {"progress": "How far", "helped": "What helped", "next": "What comes next", "rating": "Rating now"}
WORDS = {**dict(Progress.choices), **dict(SelfRating.choices)}
# More than the form takes: what is too long is refused later, and not cut now.
AT_MOST = 10 * LONGEST_ANSWER


def posted_fields(posted: QueryDict) -> Iterator[tuple[str, str]]:
    """The sheet's own fields as they were sent, to be sent once more."""
    return ((name, str(posted[name])[:AT_MOST]) for name in posted if FIELD.fullmatch(name))


def kept_answers(posted: QueryDict) -> list[tuple[str, str]]:
    """What was typed, as questions and answers to read or copy; nothing that was left empty."""
    found = []
    for name, value in posted_fields(posted):
        what, _, number = name.partition("_") if name != "anything_else" else ("", "", "")
        question = f"Priority {number}: {QUESTIONS[what].lower()}" if what else "Anything else"
        if value.strip():
            found.append((question, WORDS.get(value, value)))
    return found
