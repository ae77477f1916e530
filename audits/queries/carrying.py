"""Going on with a newer version of a framework: what an open audit takes along, and what stays behind."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import OuterRef, Subquery

from audits.models import Audit, AuditQuerySet, Framework, Rating, RatingValue
from audits.rules import CodeMap, CriterionDefinition, FrameworkChange, compare_frameworks

from .frameworks import code_map, definition_of, published_framework

VIEWS = ("school", "officer", "agreed")
WORDS = ("note", "school_note", "reason")


@dataclass(frozen=True)
class LeftBehind:
    """An answer that has no place in the newer version, and why. It stays readable in the audit it was given in."""

    rating: Rating
    reason: str

    @property
    def code(self) -> str:
        return self.rating.criterion.code

    @property
    def title(self) -> str:
        return self.rating.criterion.title

    @property
    def texts(self) -> list[str]:
        """Everything written about it: what was seen and heard, the school's words, and why the ratings differ."""
        return [text for text in (getattr(self.rating, name) for name in WORDS) if text]


@dataclass(frozen=True)
class CarryingPlan:
    """What would happen, or did happen, to the answers of one audit on the way to another version."""

    older: Framework
    newer: Framework
    codes: CodeMap
    ratings: tuple[Rating, ...]
    draft: tuple[Mapping[str, str], ...]

    @cached_property
    def taken(self) -> tuple[tuple[Rating, CriterionDefinition], ...]:
        """Each answer that goes along, with the criterion of the newer version that takes it."""
        there = {criterion.code: criterion for criterion in definition_of(self.newer).criteria}
        answers = ((rating, self.codes.get(rating.criterion.code)) for rating in self.ratings if is_answered(rating))
        return tuple((rating, there[code]) for rating, code in answers if code)

    @property
    def left_behind(self) -> tuple[LeftBehind, ...]:
        """Each answer that has no place, or not all of it, in the order of the conversation."""
        known = {rating.pk: criterion for rating, criterion in self.taken}
        left = []
        for rating in self.ratings:
            if is_answered(rating) and rating.pk not in known:
                left.append(LeftBehind(rating, self.codes.reason(rating.criterion.code)))
            elif rating.pk in known and lost_views(rating, known[rating.pk]):
                left.append(LeftBehind(rating, f"{known[rating.pk].code} applies to every school now: rate it anew."))
        return tuple(left)

    @property
    def changes(self) -> list[FrameworkChange]:
        """How the newer version differs."""
        return compare_frameworks(definition_of(self.older), definition_of(self.newer))

    @property
    def lost_priorities(self) -> list[str]:
        """The codes of priorities whose criterion has no place in the newer version; their words go along."""
        chosen = [str(typed.get("criterion") or "") for typed in self.draft]
        return [code for code in chosen if code and not self.codes.get(code)]


def is_answered(rating: Rating) -> bool:
    """Whether anybody has said anything about this criterion."""
    values = (getattr(rating, name) != RatingValue.NOT_DISCUSSED for name in VIEWS)
    return any(values) or any(getattr(rating, name) for name in WORDS) or rating.is_parked


def lost_views(rating: Rating, criterion: CriterionDefinition) -> list[str]:
    """Which of the three views say "not applicable" where the newer criterion applies to every school."""
    if criterion.allow_not_applicable:
        return []
    return [name for name in VIEWS if getattr(rating, name) == RatingValue.NOT_APPLICABLE]


def carrying_plan(audit: Audit) -> CarryingPlan | None:
    """What goes along to the version published today; None when the audit is of that version already."""
    newer = published_framework(audit.framework.phase)
    return plan_between(audit, newer) if newer and newer.pk != audit.framework_id else None


def plan_between(audit: Audit, newer: Framework) -> CarryingPlan:
    """The same for a version that is known: also afterwards, from the audit that was carried over."""
    return CarryingPlan(
        older=audit.framework,
        newer=newer,
        codes=code_map(audit.framework, newer),
        ratings=tuple(audit.ratings.select_related("criterion").order_by("criterion__position")),
        draft=tuple(audit.priorities_draft),
    )


def with_newer_version(audits: AuditQuerySet) -> AuditQuerySet:
    """Audits with `newer_version`: the version published since of their framework, None when theirs is published."""
    newer = Framework.objects.published().filter(phase=OuterRef("framework__phase")).exclude(pk=OuterRef("framework"))
    return audits.annotate(newer_version=Subquery(newer.values("version")[:1]))
