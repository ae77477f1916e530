"""Other ratings and priorities to try, as the address bar holds them: criterion codes and ratings, nothing else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.text import Truncator

from audits.rules import CriterionDefinition, Rating
from awards.queries.what_if import WhatIf, WhatIfStart, what_if
from awards.rules import MOST_PRIORITIES, StepWords
from hubportal.forms import PortalForm
from hubportal.problems import Problem

# Says that the form was sent, so that no tick means no priority.
ASKED = "asked"
FRAGMENT = "fragment"
PRIORITY = "priority"
LONGEST_SHOWN = 40


@dataclass(frozen=True)
class WhatIfRow:
    """One criterion to rate: what is chosen, what it is today, and what is wrong with what was asked for."""

    criterion: CriterionDefinition
    rating: Rating
    today: Rating
    is_priority: bool
    errors: tuple[str, ...]

    @property
    def is_changed(self) -> bool:
        return self.rating != self.today


@dataclass(frozen=True)
class TriedStep:
    """The smallest step to a higher level in words, and the query that shows the page with it made."""

    words: StepWords
    is_only_way: bool
    query: str


class WhatIfForm(PortalForm, forms.Form):
    """A choice for each criterion, and its tick as a priority. What is not asked for stays as it is today.

    Nothing of it can fail: what does not belong gets a sentence, and today's rating counts in its place.
    """

    marks_optional = False

    def __init__(self, *, start: WhatIfStart, data: QueryDict) -> None:
        self.start = start
        self.query = data
        super().__init__(data)
        for criterion in start.definition.criteria:
            self.fields[criterion.code] = forms.ChoiceField(
                label=criterion.title,
                required=False,
                choices=[(rating.value, rating.label) for rating in _ratings_for(criterion)],
                error_messages={"invalid_choice": _no_rating(criterion, data.get(criterion.code, ""))},
            )
        self.full_clean()

    @property
    def name(self) -> str:
        """The framework, as sentences call it."""
        return f"the {self.start.definition.title} {self.start.definition.version}"

    def clean(self) -> dict[str, Any]:
        for given in self.query:
            if given not in self.fields and given not in (ASKED, FRAGMENT, PRIORITY):
                self.add_error(None, f"“{_short(given)}” is not a criterion of {self.name}, so it is left out.")
        for given in self.query.getlist(PRIORITY):
            if given not in self.fields:
                self.add_error(None, f"“{_short(given)}” cannot be a priority: it is not a criterion of {self.name}.")
        if self.has_too_many:
            number = len(self.priorities)
            self.add_error(None, f"A school has three priorities, and {number} are ticked. Take away all but three.")
        return self.cleaned_data

    @property
    def priorities(self) -> tuple[str, ...]:
        """The criteria ticked as priorities, or today's while nothing was asked."""
        if ASKED not in self.query and PRIORITY not in self.query:
            return self.start.priorities
        ticked = self.query.getlist(PRIORITY)
        return tuple(code for code in self.fields if code in ticked)

    @property
    def ratings(self) -> dict[str, Rating]:
        """Each criterion's rating: the one asked for, or today's."""
        return {code: Rating(self.cleaned_data.get(code) or today) for code, today in self.start.ratings.items()}

    @property
    def has_too_many(self) -> bool:
        """Whether more priorities are ticked than a school has; an audit as it is may have what it has."""
        return len(self.priorities) > MOST_PRIORITIES and set(self.priorities) != set(self.start.priorities)

    @property
    def result(self) -> WhatIf | None:
        """What would follow; None while too many priorities are ticked."""
        if self.has_too_many:
            return None
        return what_if(self.start, ratings=self.ratings, priorities=self.priorities)

    @property
    def problems(self) -> list[Problem]:
        """All that is wrong, for the error summary; a sentence about a criterion leads to its choice."""
        whole = [Problem(str(error), "") for error in self.non_field_errors()]
        each = [
            Problem(str(error), f"#{code}-{Rating.GREEN}")
            for code in self.fields
            for error in self.errors.get(code, ())
        ]
        return whole + each

    @property
    def sections(self) -> list[tuple[str, list[WhatIfRow]]]:
        """The choices, section by section."""
        ratings, ticked = self.ratings, self.priorities
        return [
            (
                section.name,
                [
                    WhatIfRow(
                        criterion=one,
                        rating=ratings[one.code],
                        today=self.start.ratings[one.code],
                        is_priority=one.code in ticked,
                        errors=tuple(map(str, self.errors.get(one.code, ()))),
                    )
                    for one in section.criteria
                ],
            )
            for section in self.start.definition.sections
        ]


def tried_steps(result: WhatIf) -> list[TriedStep]:
    """Each higher level with its smallest step, and the address that tries it."""
    return [
        TriedStep(words=step.words, is_only_way=step.others == 0, query=query_of(*result.with_step(step)))
        for step in result.decision.steps
    ]


def query_of(ratings: Mapping[str, Rating], priorities: Iterable[str]) -> str:
    """The query string that asks for these."""
    return urlencode([(ASKED, "1"), *ratings.items(), *((PRIORITY, code) for code in priorities)])


def _ratings_for(criterion: CriterionDefinition) -> list[Rating]:
    return [rating for rating in Rating if rating != Rating.NOT_APPLICABLE or criterion.allow_not_applicable]


def _no_rating(criterion: CriterionDefinition, given: str) -> str:
    known = ", ".join(rating.label for rating in _ratings_for(criterion))
    return (
        f"{criterion.code} cannot be rated “{_short(given)}”. Choose one of these: {known}. "
        "Until then it counts as it is rated today."
    )


def _short(given: str) -> str:
    return Truncator(given).chars(LONGEST_SHOWN)
