"""What would change if a draft of a framework were published: for open audits, and for the awards of today."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Prefetch, Q

from audits.models import Audit, Priority, Rating, RatingValue
from audits.queries.drafts import maps_to_draft
from audits.rules import CodeMap, FrameworkDefinition
from audits.rules import Rating as RatingWord
from awards.models import Award
from awards.rules import Level, decide_level
from hubportal.accounts.models import User

ANSWERED = (
    ~Q(school=RatingValue.NOT_DISCUSSED)
    | ~Q(officer=RatingValue.NOT_DISCUSSED)
    | ~Q(agreed=RatingValue.NOT_DISCUSSED)
    | ~Q(note="", school_note="", reason="")
    | Q(is_parked=True)
)


@dataclass(frozen=True)
class OpenAuditEffect:
    """An open audit: it keeps its version, and if it is carried over these answers stay behind."""

    audit: Audit
    answered: int
    left_behind: tuple[str, ...]


@dataclass(frozen=True)
class AwardEffect:
    """An award of today, and between which levels the same answers would be by the draft's rules.

    `unanswered` are criteria of the draft that no agreed rating stands for: were they all red, the level would be
    `lowest`, were they all green `highest`. `unmapped` says which answers have no place, and why.
    """

    award: Award
    lowest: Level
    highest: Level
    unanswered: tuple[str, ...]
    unmapped: tuple[str, ...]

    @property
    def is_settled(self) -> bool:
        """Whether the level is the same whatever the unanswered criteria would be."""
        return self.lowest == self.highest

    @property
    def changes(self) -> bool:
        """Whether the level would be another, or might be."""
        return not (self.is_settled and self.lowest == self.award.level)

    @property
    def level_words(self) -> str:
        """The level by the draft: "Bronze", or "between Bronze and Silver"."""
        if self.is_settled:
            return self.lowest.label
        return f"between {self.lowest.label} and {self.highest.label}"


@dataclass(frozen=True)
class FrameworkEffects:
    """All that publishing a draft would touch. Nothing of it is done: open audits and awards stay as they are."""

    open_audits: tuple[OpenAuditEffect, ...]
    awards: tuple[AwardEffect, ...]

    @property
    def changed_awards(self) -> list[AwardEffect]:
        """The awards whose level would be another, or might be."""
        return [effect for effect in self.awards if effect.changes]


def framework_effects(*, definition: FrameworkDefinition, user: User) -> FrameworkEffects:
    """What a draft that could be published would touch. The same few queries however many schools there are."""
    maps = maps_to_draft(definition)
    return FrameworkEffects(
        open_audits=_open_audit_effects(definition, maps, user), awards=_award_effects(definition, maps, user)
    )


def _open_audit_effects(
    definition: FrameworkDefinition, maps: Mapping[int, CodeMap], user: User
) -> tuple[OpenAuditEffect, ...]:
    audits = (
        Audit.objects.visible_to(user)
        .open()
        .filter(framework__phase=definition.phase)
        .select_related("meeting__school", "meeting__officer", "framework")
        .defer("framework__definition", "priorities_draft")
        .prefetch_related(Prefetch("ratings", Rating.objects.filter(ANSWERED).select_related("criterion")))
        .order_by("meeting__school__name", "pk")
    )
    effects = []
    for audit in audits:
        codes = [rating.criterion.code for rating in audit.ratings.all()]
        left = tuple(code for code in codes if maps[audit.framework_id].get(code) is None)
        effects.append(OpenAuditEffect(audit, len(codes), left))
    return tuple(effects)


def _award_effects(definition: FrameworkDefinition, maps: Mapping[int, CodeMap], user: User) -> tuple[AwardEffect, ...]:
    awards = list(
        Award.objects.visible_to(user)
        .current()
        .filter(audit__framework__phase=definition.phase)
        .select_related("school", "audit__framework")
        .defer("decision", "audit__framework__definition", "audit__priorities_draft")
        .prefetch_related(Prefetch("audit__priorities", Priority.objects.select_related("criterion")))
        .order_by("school__name", "pk")
    )
    agreed: defaultdict[int, dict[str, str]] = defaultdict(dict)
    rows = Rating.objects.filter(audit__in=[award.audit_id for award in awards])
    for audit, code, value in rows.values_list("audit", "criterion__code", "agreed"):
        agreed[audit][code] = value
    return tuple(_award_effect(award, agreed[award.audit_id], definition, maps) for award in awards)


def _award_effect(
    award: Award, agreed: Mapping[str, str], definition: FrameworkDefinition, maps: Mapping[int, CodeMap]
) -> AwardEffect:
    codes = maps[award.audit.framework_id]
    allowed = {criterion.code: criterion.allow_not_applicable for criterion in definition.criteria}
    ratings: dict[str, RatingWord] = {}
    for code, value in agreed.items():
        new = codes.get(code)
        if new and (value != RatingValue.NOT_APPLICABLE or allowed[new]):
            ratings[new] = RatingWord(value)
    unanswered = tuple(code for code in allowed if code not in ratings)
    priorities = [new for each in award.audit.priorities.all() if (new := codes.get(each.criterion.code))]

    def level_if(word: RatingWord) -> Level:
        complete = ratings | dict.fromkeys(unanswered, word)
        level = decide_level(framework=definition, ratings=complete, priorities=priorities)
        # Every criterion has a rating now, so there is a level.
        assert level is not None
        return level

    return AwardEffect(
        award=award,
        lowest=level_if(RatingWord.RED),
        highest=level_if(RatingWord.GREEN),
        unanswered=unanswered,
        unmapped=tuple(codes.reasons.values()),
    )
