"""What the level would be if some ratings were others: worked out for a page, and never stored."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

from audits.models import Audit, AuditQuerySet
from audits.queries import agreed_ratings, definition_of, priority_codes
from audits.rules import CriterionDefinition, FrameworkDefinition, Rating
from awards.rules import Decision, LevelRange, NextStep, decide, decide_range, percent_words


@dataclass(frozen=True)
class WhatIfStart:
    """An audit as it is today: the ratings agreed so far, and the criteria that are the school's priorities."""

    audit: Audit
    definition: FrameworkDefinition
    ratings: Mapping[str, Rating]
    priorities: tuple[str, ...]

    @cached_property
    def decision(self) -> Decision:
        """What follows from them."""
        return decide(framework=self.definition, ratings=self.ratings, priorities=self.priorities)


@dataclass(frozen=True)
class WhatIf:
    """What would follow from other ratings and priorities. `changed` has the criteria whose rating is not today's."""

    start: WhatIfStart
    ratings: Mapping[str, Rating]
    priorities: tuple[str, ...]
    decision: Decision
    range: LevelRange

    @property
    def changed(self) -> tuple[str, ...]:
        return tuple(code for code, rating in self.ratings.items() if rating != self.start.ratings[code])

    @property
    def is_today(self) -> bool:
        """Whether nothing is different from the audit as it is."""
        return not self.changed and set(self.priorities) == set(self.start.priorities)

    @property
    def missing(self) -> tuple[CriterionDefinition, ...]:
        """The criteria that are not discussed, each of which keeps an award away until it is."""
        return tuple(one for one in self.start.definition.criteria if one.code in self.decision.missing)

    @property
    def percentages(self) -> list[tuple[str, str]]:
        """Each section's name and percentage, then the overall one; a dash while there is none."""
        rows = [(section.name, section.percent) for section in self.decision.sections]
        rows.append(("Overall", self.decision.overall))
        return [(name, "–" if percent is None else percent_words(percent)) for name, percent in rows]

    def with_step(self, step: NextStep) -> tuple[dict[str, Rating], list[str]]:
        """The ratings and priorities once a step's changes are made."""
        ratings = {**self.ratings, **{change.code: change.after for change in step.changes}}
        new = [change.code for change in step.changes if change.becomes_priority]
        return ratings, [*self.priorities, *new]


def audits_for_what_if() -> AuditQuerySet:
    """Audits with what the page needs beside their ratings."""
    return Audit.objects.select_related("meeting__school", "framework").defer("framework__definition")


def what_if_start(audit: Audit) -> WhatIfStart:
    """The audit as it is. Of priorities that are only begun, those count whose criterion is chosen already."""
    definition = definition_of(audit.framework)
    stored = agreed_ratings(audit)
    codes = [criterion.code for criterion in definition.criteria]
    begun = [str(each.get("criterion", "")) for each in audit.priorities_draft]
    chosen = [code for code in begun if code in codes] or priority_codes(audit)
    return WhatIfStart(
        audit=audit,
        definition=definition,
        ratings={code: stored.get(code, Rating.NOT_DISCUSSED) for code in codes},
        priorities=tuple(dict.fromkeys(chosen)),
    )


def what_if(start: WhatIfStart, *, ratings: Mapping[str, Rating], priorities: Collection[str]) -> WhatIf:
    """What would follow. Raises ValueError, with a sentence, for codes or ratings that are not the framework's."""
    return WhatIf(
        start=start,
        ratings=ratings,
        priorities=tuple(priorities),
        decision=decide(framework=start.definition, ratings=ratings, priorities=priorities),
        range=decide_range(framework=start.definition, ratings=ratings, priorities=priorities),
    )
