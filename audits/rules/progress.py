"""How far an open audit has got, and the one thing to do next with it."""

from dataclasses import dataclass
from enum import StrEnum


class AuditStep(StrEnum):
    """What comes next in an open audit."""

    CONVERSE = "converse"
    EXPLAIN = "explain"
    PRIORITIES = "priorities"
    AGREE = "agree"


@dataclass(frozen=True)
class Progress:
    """The facts that decide the next step: criteria in all and rated, differences without a reason, priorities."""

    total: int
    rated: int
    unexplained: int
    priorities: int
    priorities_needed: int

    @property
    def next_step(self) -> AuditStep:
        """Rate everything, say why ratings differ, write the priorities, agree: in this order."""
        if self.rated < self.total:
            return AuditStep.CONVERSE
        if self.unexplained:
            return AuditStep.EXPLAIN
        if self.priorities < self.priorities_needed:
            return AuditStep.PRIORITIES
        return AuditStep.AGREE

    @property
    def sentence(self) -> str:
        """How far it has got, in words: "12 of 28 criteria are rated."."""
        parts = [f"{self.rated} of {self.total} criteria are rated"]
        if self.unexplained:
            verb = "differs" if self.unexplained == 1 else "differ"
            parts.append(f"{self.unexplained} {verb} from the school’s own rating without a reason")
        if self.priorities_needed:
            parts.append(f"{self.priorities} of {self.priorities_needed} priorities are written")
        return "; ".join(parts) + "."
