"""The three priorities in the words a school reads."""

from dataclasses import dataclass
from datetime import date

from audits.models import Audit


@dataclass(frozen=True)
class PriorityText:
    """One of the three agreed targets."""

    number: int
    title: str
    action: str
    support: str
    owner: str
    due_on: date


def priority_texts(audit: Audit) -> tuple[PriorityText, ...]:
    """The audit's priorities in their order (prefetch `priorities__criterion` when there are many audits)."""
    return tuple(
        PriorityText(
            number=priority.number,
            title=priority.criterion.title,
            action=priority.action,
            support=priority.support,
            owner=priority.owner,
            due_on=priority.due_on,
        )
        for priority in audit.priorities.all()
    )
