"""The page of one audit: its criteria in order with their ratings, and those of last time."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Prefetch

from audits.models import Audit, AuditQuerySet, Rating, RatingValue
from audits.rules import CriterionDefinition, FrameworkDefinition, SectionDefinition
from audits.rules import Rating as RatingWord

from .carrying import with_newer_version
from .frameworks import code_map, definition_of
from .promises import priorities_with_promises
from .ratings import agreed_ratings


@dataclass(frozen=True)
class RatingRow:
    """One criterion on the audit page: its words, its rating, and what was agreed last time (None: nothing)."""

    criterion: CriterionDefinition
    rating: Rating
    previous: str | None

    @property
    def is_discussed(self) -> bool:
        return self.rating.agreed != RatingValue.NOT_DISCUSSED


@dataclass(frozen=True)
class SectionRows:
    """One section on the audit page."""

    section: SectionDefinition
    rows: tuple[RatingRow, ...]

    @property
    def title(self) -> str:
        return self.section.name

    @property
    def discussed(self) -> int:
        """How many of its criteria have an agreed rating, "not applicable" included."""
        return sum(row.is_discussed for row in self.rows)

    @property
    def counts(self) -> dict[str, int]:
        """How many criteria have each agreed rating, for the RAG profile."""
        return {value: sum(row.rating.agreed == value for row in self.rows) for value in RatingValue.values}


@dataclass(frozen=True)
class AuditSheet:
    """Everything the audit page shows: the sections in order, and the school's audit before this one."""

    audit: Audit
    sections: tuple[SectionRows, ...]
    previous: Audit | None

    @property
    def definition(self) -> FrameworkDefinition:
        return definition_of(self.audit.framework)

    @property
    def rows(self) -> tuple[RatingRow, ...]:
        return tuple(row for section in self.sections for row in section.rows)

    @property
    def missing(self) -> tuple[RatingRow, ...]:
        """The criteria without an agreed rating yet."""
        return tuple(row for row in self.rows if not row.is_discussed)

    @property
    def ratings(self) -> dict[str, str]:
        return {row.criterion.code: row.rating.agreed for row in self.rows}


def audits_for_page() -> AuditQuerySet:
    """Audits with what a page about one of them needs beside its ratings, and whether a newer version is published."""
    return (
        with_newer_version(Audit.objects.all())
        .select_related("meeting__school", "meeting__officer", "framework", "started_by", "agreed_by")
        .prefetch_related(Prefetch("priorities", priorities_with_promises()))
        .defer("framework__definition")
    )


def sheet_of(audit: Audit) -> AuditSheet:
    """The audit page's content; the audit comes from `audits_for_page`."""
    ratings = audit.ratings.select_related("criterion", "updated_by")
    by_code = {rating.criterion.code: rating for rating in ratings}
    previous, before = agreed_last_time(audit)
    return AuditSheet(
        audit=audit, sections=_section_rows(definition_of(audit.framework), by_code, before), previous=previous
    )


def _section_rows(
    definition: FrameworkDefinition, ratings: Mapping[str, Rating], before: Mapping[str, str]
) -> tuple[SectionRows, ...]:
    return tuple(
        SectionRows(
            section=section,
            rows=tuple(
                RatingRow(criterion=criterion, rating=ratings[criterion.code], previous=before.get(criterion.code))
                for criterion in section.criteria
            ),
        )
        for section in definition.sections
    )


def agreed_last_time(audit: Audit) -> tuple[Audit | None, dict[str, RatingWord]]:
    """The school's audit before this one, and what was agreed there, by the codes of this audit; what cannot be
    compared is not there."""
    previous = previous_audit(audit)
    if previous is None:
        return None, {}
    agreed = agreed_ratings(previous)
    codes = code_map(audit.framework, previous.framework).codes
    return previous, {code: agreed[then] for code, then in codes.items() if then in agreed}


def previous_audit(audit: Audit) -> Audit | None:
    """The school's latest agreed audit of the same phase from an earlier meeting."""
    earlier = Audit.objects.agreed().filter(
        meeting__school=audit.meeting.school_id,
        framework__phase=audit.framework.phase,
        meeting__period__startswith__lt=audit.meeting.starts_at,
    )
    return (
        earlier.select_related("meeting", "framework")
        .defer("framework__definition")
        .order_by("-meeting__period")
        .first()
    )
