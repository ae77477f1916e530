"""The three priorities in the words a school reads."""

from dataclasses import dataclass
from datetime import date

from audits.models import Audit, Priority, Promise
from audits.queries import owner_in_words, state_of
from awards.models import ProgressNote


@dataclass(frozen=True)
class PriorityText:
    """One of the three agreed targets, and what both sides promised with it.

    `hub_owner` and `hub_due_on` are who helps and by when (empty and None: no support was promised). On pages, not
    in mails, the states say how each promise stands today; `school_promise` and `hub_promise` are the ids of those
    that are open (0: settled, or not asked for). `pk` is the priority's own id, `notes` what the school noted of it.
    """

    number: int
    title: str
    action: str
    support: str
    owner: str
    due_on: date
    good_looks_like: str = ""
    hub_owner: str = ""
    hub_due_on: date | None = None
    school_state: str = ""
    hub_state: str = ""
    school_promise: int = 0
    hub_promise: int = 0
    pk: int = 0
    notes: tuple[ProgressNote, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether either side has still something to keep."""
        return bool(self.school_promise or self.hub_promise)


def priority_texts(audit: Audit, *, today: date | None = None) -> tuple[PriorityText, ...]:
    """The audit's priorities in their order; with `today` also how the promises stand on that day.

    For many audits, and for promises and notes, prefetch `priorities` with `priorities_with_notes`.
    """
    return tuple(_text(priority, today) for priority in audit.priorities.all())


def _text(priority: Priority, today: date | None) -> PriorityText:
    ours = priority.hub_promise if today else None
    owner = owner_in_words(ours) if ours else (priority.hub_owner.name if priority.hub_owner else "")
    return PriorityText(
        number=priority.number,
        title=priority.criterion.title,
        action=priority.action,
        support=priority.support,
        owner=priority.owner,
        due_on=priority.due_on,
        good_looks_like=priority.good_looks_like,
        hub_owner=owner,
        hub_due_on=ours.due_on if ours else priority.hub_due_on,
        school_state=_state(priority.school_promise, today) if today else "",
        hub_state=_state(ours, today) if today else "",
        school_promise=_open_id(priority.school_promise) if today else 0,
        hub_promise=_open_id(ours),
        pk=priority.pk,
        notes=tuple(priority.progress_notes.all()) if today else (),
    )


def _state(promise: Promise | None, today: date) -> str:
    return state_of(promise, today=today).sentence if promise else ""


def _open_id(promise: Promise | None) -> int:
    return promise.pk if promise and promise.is_open else 0
