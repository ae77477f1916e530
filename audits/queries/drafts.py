"""Reads about the next version of a framework while it is written."""

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Q, QuerySet

from audits.models import Audit, AuditStatus, Framework, FrameworkDraft
from audits.rules import (
    CodeMap,
    FrameworkChange,
    FrameworkDefinition,
    FrameworkInvalid,
    compare_frameworks,
    map_forwards,
    parse_framework,
)
from audits.rules.drafting import Mend, Part, Place, fingerprint, mend_places, part_of, sections_of

from .frameworks import definition_of, problems_of_following, published_framework


@dataclass(frozen=True)
class DraftRow:
    """A section or criterion on the draft's page; `seen` lets a click be refused when it has changed since."""

    place: Place
    code: str
    title: str
    seen: str
    criteria: tuple["DraftRow", ...] = ()


@dataclass(frozen=True)
class DraftPage:
    """A draft: what it says, what is still to mend, and how it differs from the published version."""

    draft: FrameworkDraft
    published: Framework | None
    definition: FrameworkDefinition | None
    mends: tuple[Mend, ...]

    @property
    def is_ready(self) -> bool:
        """Whether it could be published as it stands."""
        return not self.mends

    @cached_property
    def sections(self) -> tuple[DraftRow, ...]:
        """The sections with their criteria, in order."""
        return tuple(self._section(number) for number in range(1, len(sections_of(self.draft.data)) + 1))

    def _section(self, number: int) -> DraftRow:
        criteria = sections_of(self.draft.data)[number - 1]["criteria"]
        rows = (self._row(Place(Part.CRITERION, number, position)) for position in range(1, len(criteria) + 1))
        return self._row(Place(Part.SECTION, number), tuple(rows))

    def _row(self, place: Place, criteria: tuple[DraftRow, ...] = ()) -> DraftRow:
        part = part_of(self.draft.data, place) or {}
        title = part.get("title") or part.get("name") or "(no title yet)"
        return DraftRow(place, str(part.get("code") or ""), str(title), fingerprint(part), criteria)

    @cached_property
    def changes(self) -> list[FrameworkChange] | None:
        """Every difference from the published version; None while the draft cannot be compared."""
        if self.definition is None:
            return None
        return compare_frameworks(definition_of(self.published), self.definition) if self.published else []

    @cached_property
    def codes(self) -> CodeMap | None:
        """Where each criterion of the published version goes; None while that cannot be told."""
        if self.definition is None or self.published is None:
            return None
        return map_forwards([definition_of(self.published), self.definition])


def open_drafts() -> QuerySet[FrameworkDraft]:
    """The drafts that are still being written, at most one of each phase."""
    return FrameworkDraft.objects.filter(published=None, discarded_at=None)


def discarded_drafts() -> QuerySet[FrameworkDraft]:
    """The drafts that were put aside, the latest ten: they can be downloaded."""
    discarded = FrameworkDraft.objects.exclude(discarded_at=None).defer("data").select_related("discarded_by")
    return discarded.order_by("-discarded_at")[:10]


def draft_page(draft: FrameworkDraft) -> DraftPage:
    """Everything that the pages about a draft show."""
    published = published_framework(draft.phase)
    try:
        definition = parse_framework(draft.data)
    except FrameworkInvalid as error:
        return DraftPage(draft, published, None, tuple(mend_places(error.problems, draft.data)))
    problems = problems_of_following(definition, published)
    if definition.phase != draft.phase:
        problems.append(f"The framework: phase must be {draft.phase}, as the draft was begun.")
    return DraftPage(draft, published, definition, tuple(mend_places(problems, draft.data)))


def maps_to_draft(definition: FrameworkDefinition) -> dict[int, CodeMap]:
    """For each published version (by id) where its criteria went on the way to this draft of the same phase."""
    versions = Framework.objects.filter(phase=definition.phase).exclude(published_at=None).defer("definition")
    ordered = list(versions.order_by("published_at", "pk"))
    chain = [*(definition_of(framework) for framework in ordered), definition]
    return {framework.pk: map_forwards(chain[place:]) for place, framework in enumerate(ordered)}


def framework_versions() -> QuerySet[Framework]:
    """Every version that is or was published, the newest of each phase first, with how many audits use it."""
    return (
        Framework.objects.exclude(published_at=None)
        .defer("definition")
        .select_related("published_by")
        .annotate(audit_count=Count("audits"), open_count=Count("audits", filter=Q(audits__status=AuditStatus.OPEN)))
        .order_by("phase", "-published_at", "-pk")
    )


def version_before(framework: Framework) -> Framework | None:
    """The version of the same phase that was published before this one."""
    earlier = Framework.objects.filter(phase=framework.phase, published_at__lt=framework.published_at)
    return earlier.defer("definition").order_by("-published_at", "-pk").first()


def open_audit_count(phase: str) -> int:
    """How many audits of the phase are being filled in now, whatever their version."""
    return Audit.objects.open().filter(framework__phase=phase).count()
