"""The comparison of an audit with an earlier one of the same school."""

from collections.abc import Mapping
from dataclasses import dataclass

from audits.models import Audit
from audits.rules import FrameworkDefinition
from audits.rules.distance import Distance, Step, compare_ratings, distance, summary

from .frameworks import code_map, definition_of
from .ratings import agreed_ratings

NO_LONGER_ASKED = "No longer asked"


@dataclass(frozen=True)
class ComparedRow:
    """One criterion with its title, then and now."""

    title: str
    step: Step


@dataclass(frozen=True)
class ComparedSection:
    """One section of today's framework; the last one holds what is no longer asked, if anything."""

    title: str
    rows: tuple[ComparedRow, ...]

    @property
    def distance(self) -> Distance:
        return distance([row.step for row in self.rows])


@dataclass(frozen=True)
class Comparison:
    """The comparison page: this audit, the earlier ones to choose from, and what one of them says.

    `other` is None where no earlier audit is of the same phase; one of another phase brings no sections.
    """

    audit: Audit
    earlier: tuple[Audit, ...]
    other: Audit | None
    sections: tuple[ComparedSection, ...] = ()

    @property
    def is_other_phase(self) -> bool:
        return self.other is not None and self.other.framework.phase != self.audit.framework.phase

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(row.step for section in self.sections for row in section.rows)

    @property
    def summary(self) -> str:
        return summary(self.steps)

    @property
    def distances(self) -> list[dict[str, object]]:
        """The rows of the picture: each section of today, then all of them."""
        named = [(section.title, section.distance) for section in self.sections if section.title != NO_LONGER_ASKED]
        return [
            {"title": title, "then": each.then, "now": each.now, "number": each.number}
            for title, each in [*named, ("Altogether", distance(self.steps))]
        ]


def earlier_audits(audit: Audit) -> tuple[Audit, ...]:
    """The school's agreed audits from earlier meetings, of every phase, the newest first."""
    earlier = Audit.objects.agreed().filter(
        meeting__school=audit.meeting.school_id, meeting__period__startswith__lt=audit.meeting.starts_at
    )
    loaded = earlier.select_related("meeting", "framework").defer("framework__definition", "priorities_draft")
    return tuple(loaded.order_by("-meeting__period", "-pk"))


def comparison_of(audit: Audit, *, other: str = "") -> Comparison:
    """This audit beside the earlier one with that number, by default the latest of the same phase."""
    earlier = earlier_audits(audit)
    chosen = next((each for each in earlier if str(each.pk) == other), None)
    chosen = chosen or next((each for each in earlier if each.framework.phase == audit.framework.phase), None)
    if chosen is None or chosen.framework.phase != audit.framework.phase:
        return Comparison(audit, earlier, chosen)
    return Comparison(audit, earlier, chosen, _sections(audit, chosen))


def _sections(audit: Audit, other: Audit) -> tuple[ComparedSection, ...]:
    today, then = definition_of(audit.framework), definition_of(other.framework)
    now_ratings, then_ratings = agreed_ratings(audit), agreed_ratings(other)
    steps = compare_ratings(
        then={each.code: then_ratings[each.code] for each in then.criteria},
        now={each.code: now_ratings[each.code] for each in today.criteria},
        back=code_map(audit.framework, other.framework),
        forward=code_map(other.framework, audit.framework),
    )
    by_code = {step.code: step for step in steps if step.now is not None}
    sections = [
        ComparedSection(section.name, tuple(ComparedRow(each.title, by_code[each.code]) for each in section.criteria))
        for section in today.sections
    ]
    titles = _titles(then)
    gone = tuple(ComparedRow(titles[step.code], step) for step in steps if step.now is None)
    return (*sections, *([ComparedSection(NO_LONGER_ASKED, gone)] if gone else []))


def _titles(definition: FrameworkDefinition) -> Mapping[str, str]:
    return {criterion.code: criterion.title for criterion in definition.criteria}
