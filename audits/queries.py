"""Reads about frameworks and audits; each function feeds a whole page."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q

from audits.models import Audit, AuditQuerySet, Framework, Priority, Rating, RatingValue
from audits.rules import CriterionDefinition, FrameworkDefinition, SectionDefinition, parse_framework
from audits.rules import Rating as RatingWord

# Parsed frameworks by fingerprint: as many as there are versions in use, a handful.
_definitions: dict[str, FrameworkDefinition] = {}


def definition_of(framework: Framework) -> FrameworkDefinition:
    """The framework as the rules know it.

    Kept in memory, because what is published never changes and a page asks for it again and again.
    """
    definition = _definitions.get(framework.sha256)
    if definition is None:
        definition = _definitions[framework.sha256] = parse_framework(framework.definition)
    return definition


def published_framework(phase: str) -> Framework | None:
    """The version that new audits of this phase begin with; None while nothing is published."""
    return Framework.objects.published().filter(phase=phase).first()


def published_definitions() -> list[FrameworkDefinition]:
    """What the award asks today: each published framework, primary first."""
    # The text is read only when this process has not parsed it yet.
    return [
        definition_of(framework) for framework in Framework.objects.published().defer("definition").order_by("phase")
    ]


def agreed_ratings(audit: Audit) -> dict[str, RatingWord]:
    """The agreed rating of each criterion, by code, as the award rules take them."""
    rows = audit.ratings.values_list("criterion__code", "agreed")
    return {code: RatingWord(agreed) for code, agreed in rows}


def priority_codes(audit: Audit) -> list[str]:
    """The criteria that are the school's priorities, first one first."""
    return list(audit.priorities.values_list("criterion__code", flat=True))


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
    """Audits with what a page about one of them needs beside its ratings."""
    return (
        Audit.objects.select_related("meeting__school", "meeting__officer", "framework", "started_by", "agreed_by")
        .prefetch_related(Prefetch("priorities", Priority.objects.select_related("criterion__section")))
        .defer("framework__definition")
    )


def sheet_of(audit: Audit) -> AuditSheet:
    """The audit page's content; the audit comes from `audits_for_page`."""
    ratings = audit.ratings.select_related("criterion", "updated_by")
    by_code = {rating.criterion.code: rating for rating in ratings}
    previous = previous_audit(audit)
    before = agreed_ratings(previous) if previous else {}
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


def previous_audit(audit: Audit) -> Audit | None:
    """The school's latest agreed audit of the same phase from an earlier meeting."""
    earlier = Audit.objects.agreed().filter(
        meeting__school=audit.meeting.school_id,
        framework__phase=audit.framework.phase,
        meeting__period__startswith__lt=audit.meeting.starts_at,
    )
    return earlier.select_related("meeting").order_by("-meeting__period").first()


def coordinator_name(audit: Audit) -> str:
    """Whom a proposed priority names first: the school's music coordinator, if known."""
    contacts = audit.meeting.school.contacts.reachable().coordinators()
    return contacts.values_list("name", flat=True).first() or ""


def audit_list() -> AuditQuerySet:
    """Audits for the list, newest meeting first, with how far each has got as `discussed` of `total`."""
    return (
        Audit.objects.select_related("meeting__school", "meeting__officer", "framework")
        .defer("framework__definition", "priorities_draft")
        .annotate(
            total=Count("ratings"),
            discussed=Count("ratings", filter=~Q(ratings__agreed=RatingValue.NOT_DISCUSSED)),
            has_award=Q(award__isnull=False),
        )
        .order_by("-meeting__period", "-pk")
    )
