"""Agreed ratings held against a framework: points, percentages, and which tests of a level are not met."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from audits.rules import (
    CriterionDefinition,
    Essential,
    EssentialRule,
    FrameworkDefinition,
    LevelRule,
    Rating,
    SectionDefinition,
)

from .shortfall import not_green, overall_short, reds_without_priority, sections_short, too_many_reds

POINTS = {Rating.RED: 0, Rating.AMBER: 1, Rating.GREEN: 2}
MOST_POINTS = max(POINTS.values())


@dataclass(frozen=True)
class SectionScore:
    """A section's points out of the most its rated criteria could have had. Not applicable counts in neither.

    `percent` is exact, and None only while nothing in the section has a rating yet.
    """

    code: str
    name: str
    points: int
    maximum: int

    @property
    def percent(self) -> Fraction | None:
        """Points as a percentage of the maximum."""
        return Fraction(100 * self.points, self.maximum) if self.maximum else None


def percent_words(value: Fraction, *, short_of: int | None = None) -> str:
    """A percentage to one decimal place, halves up: "48.1%".

    Rounding must not make a missed threshold look met, so 59.96 when 60 was needed is "just under 60%".
    """
    tenths = int(value * 10 + Fraction(1, 2))
    if short_of is not None and value < short_of and tenths >= short_of * 10:
        return f"just under {short_of}%"
    return f"{tenths // 10}.{tenths % 10}%" if tenths % 10 else f"{tenths // 10}%"


@dataclass(frozen=True)
class Scorecard:
    """The agreed ratings and priorities of one audit. Make it with `scorecard`, which checks them."""

    framework: FrameworkDefinition
    ratings: Mapping[str, Rating]
    priorities: frozenset[str]

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Codes of the criteria that still need a rating, in the order of the framework."""
        return tuple(
            criterion.code
            for criterion in self.framework.criteria
            if self.ratings[criterion.code] == Rating.NOT_DISCUSSED
        )

    @cached_property
    def sections(self) -> tuple[SectionScore, ...]:
        """Each section's score on what is rated so far."""
        return tuple(self._section_score(section) for section in self.framework.sections)

    def _section_score(self, section: SectionDefinition) -> SectionScore:
        points = [
            POINTS[self.ratings[criterion.code]]
            for criterion in section.criteria
            if self.ratings[criterion.code] in POINTS
        ]
        return SectionScore(code=section.code, name=section.name, points=sum(points), maximum=MOST_POINTS * len(points))

    @cached_property
    def overall(self) -> Fraction:
        """The plain average of the sections' percentages, exact. Only for a complete set of ratings."""
        percents = [section.percent for section in self.sections if section.percent is not None]
        return sum(percents, start=Fraction(0)) / len(percents)

    def with_rating(self, essential: Essential, ratings: Collection[Rating]) -> list[CriterionDefinition]:
        """The criteria essential for that level that have one of these ratings."""
        return [
            criterion
            for criterion in self.framework.criteria
            if criterion.essential == essential and self.ratings[criterion.code] in ratings
        ]

    def unmet(self, rule: LevelRule) -> list[str]:
        """What the level asks and these ratings do not give, a clause each; empty when the level is reached."""
        clauses = []
        if self.overall < rule.overall:
            clauses.append(overall_short(rule))
        low = [
            (section.name, percent_words(section.percent, short_of=rule.section))
            for section in self.sections
            if rule.section and section.percent is not None and section.percent < rule.section
        ]
        if low:
            clauses.append(sections_short(rule, low))
        clauses += [clause for essential in rule.essentials if (clause := self._unmet_essentials(essential))]
        return clauses

    def _unmet_essentials(self, rule: EssentialRule) -> str:
        """Which of these essentials break the rule, as a clause; empty when it is kept."""
        reds = self.with_rating(rule.essential, {Rating.RED})
        if rule.must_be_green:
            others = self.with_rating(rule.essential, {Rating.RED, Rating.AMBER})
            return not_green(rule, others) if others else ""
        if rule.max_red is not None and len(reds) > rule.max_red:
            return too_many_reds(rule, reds)
        loose = [red for red in reds if red.code not in self.priorities]
        return reds_without_priority(rule, loose) if rule.red_must_be_priority and loose else ""


def scorecard(framework: FrameworkDefinition, ratings: Mapping[str, Rating], priorities: Collection[str]) -> Scorecard:
    """Check the ratings and priorities against the framework.

    A criterion without a rating counts as not discussed. Raises ValueError, with a sentence, for a code the
    framework does not have, a rating that is none, and a not applicable that is not allowed.
    """
    name = f"the {framework.title} {framework.version}"
    criteria = {criterion.code: criterion for criterion in framework.criteria}
    for code in ratings:
        if code not in criteria:
            raise ValueError(f"{code} is rated but is not a criterion of {name}.")
    for code in priorities:
        if code not in criteria:
            raise ValueError(f"{code} is a priority but is not a criterion of {name}.")
    checked = {
        code: _checked_rating(criterion, ratings.get(code, Rating.NOT_DISCUSSED))
        for code, criterion in criteria.items()
    }
    return Scorecard(framework=framework, ratings=checked, priorities=frozenset(priorities))


def _checked_rating(criterion: CriterionDefinition, rating: str) -> Rating:
    if rating not in list(Rating):
        known = ", ".join(Rating)
        raise ValueError(f"{criterion.code} has the rating {rating!r}; a rating is one of {known}.")
    if rating == Rating.NOT_APPLICABLE and not criterion.allow_not_applicable:
        raise ValueError(f"{criterion.code} ({criterion.title}) cannot be not applicable; it needs a rating.")
    return Rating(rating)
