"""One reflection sheet as the person who answers it sees it: what was agreed, what happened since, what was said."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import Prefetch, prefetch_related_objects

from audits.models import Priority, Rating
from awards.models import (
    Award,
    ProgressNote,
    Reflection,
    ReflectionAnswer,
    ReflectionResponse,
    ShownStatus,
)
from awards.queries.priorities import PriorityText, priority_texts
from awards.queries.progress import priorities_with_notes
from awards.queries.reflections import with_responses
from schools.models import Contact


class SheetState(StrEnum):
    """What has become of a sheet by the day somebody opens it."""

    OPEN = "open"
    # It is not due yet; the school answers of its own accord.
    EARLY = "early"
    # The next sheet about the same meeting has gone out.
    LATE = "late"
    # The award ended, and the answer is as welcome as before.
    ENDED = "ended"
    # The hub has stopped asking.
    NOT_ASKED = "not_asked"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    SCHOOL_CLOSED = "school_closed"

    @property
    def asks(self) -> bool:
        """Whether the page has a form: there is still something to answer for."""
        return self not in (SheetState.SUPERSEDED, SheetState.WITHDRAWN, SheetState.SCHOOL_CLOSED)


@dataclass(frozen=True)
class SheetPriority:
    """One priority on the sheet. `agreed` is the rating of then; `notes` the school's own since, the newest first;
    `earlier` what its people said at 12 months, on the sheet of 24."""

    priority: Priority
    text: PriorityText
    agreed: str
    earlier: tuple[ReflectionAnswer, ...]
    colleagues: tuple[ReflectionAnswer, ...]

    @property
    def notes(self) -> tuple[ProgressNote, ...]:
        return tuple(self.priority.progress_notes.all())


@dataclass(frozen=True)
class SheetPage:
    """All that the page of a sheet shows to `contact` (None: to staff). `mine` is what this person has said already,
    `colleagues` what others have; `earlier` is what was said at 12 months."""

    sheet: Reflection
    contact: Contact | None
    state: SheetState
    priorities: tuple[SheetPriority, ...]
    mine: ReflectionResponse | None
    colleagues: tuple[ReflectionResponse, ...]
    earlier: tuple[ReflectionResponse, ...]


def sheet_page(sheet: Reflection, *, contact: Contact | None, today: date) -> SheetPage:
    """The sheet for somebody of the school, or (`contact` is None) for staff who write down what they hear."""
    sheets = {one.month: one for one in with_responses(Reflection.objects.filter(audit=sheet.audit_id))}
    responses = list(sheets[sheet.month].responses.all())
    earlier = [one for month, past in sheets.items() if month < sheet.month for one in past.responses.all()]
    mine = next((one for one in responses if contact and one.contact_id == contact.pk), None)
    colleagues = [one for one in responses if one is not mine]
    return SheetPage(
        sheet=sheet,
        contact=contact,
        state=_state(sheet, later=[one for month, one in sheets.items() if month > sheet.month], today=today),
        priorities=_priorities(sheet, earlier=earlier, colleagues=colleagues, today=today),
        mine=mine,
        colleagues=tuple(colleagues),
        earlier=tuple(earlier),
    )


def _state(sheet: Reflection, *, later: list[Reflection], today: date) -> SheetState:
    award = Award.objects.filter(audit=sheet.audit_id).first()
    is_current = Reflection.objects.filter(pk=sheet.pk).of_current_priorities().exists()
    states = {
        SheetState.SCHOOL_CLOSED: not sheet.audit.meeting.school.is_open,
        SheetState.SUPERSEDED: not is_current,
        SheetState.WITHDRAWN: award is not None and award.status_on(today) == ShownStatus.WITHDRAWN,
        SheetState.NOT_ASKED: sheet.closed_at is not None,
        SheetState.LATE: any(one.queued_at for one in later),
        SheetState.ENDED: award is not None and award.status_on(today) == ShownStatus.EXPIRED,
        SheetState.EARLY: sheet.queued_at is None and sheet.due_on > today,
    }
    return next((state for state, holds in states.items() if holds), SheetState.OPEN)


def _priorities(
    sheet: Reflection, *, earlier: list[ReflectionResponse], colleagues: list[ReflectionResponse], today: date
) -> tuple[SheetPriority, ...]:
    prefetch_related_objects([sheet.audit], Prefetch("priorities", priorities_with_notes()))
    priorities = sheet.audit.priorities.all()
    ratings = Rating.objects.filter(audit=sheet.audit_id, criterion__in=[one.criterion_id for one in priorities])
    agreed = dict(ratings.values_list("criterion", "agreed"))
    return tuple(
        SheetPriority(
            priority=priority,
            text=text,
            agreed=agreed.get(priority.criterion_id, ""),
            earlier=_of(priority, earlier),
            colleagues=_of(priority, colleagues),
        )
        for priority, text in zip(priorities, priority_texts(sheet.audit, today=today), strict=True)
    )


def _of(priority: Priority, responses: list[ReflectionResponse]) -> tuple[ReflectionAnswer, ...]:
    return tuple(answer for one in responses for answer in one.answers.all() if answer.priority_id == priority.pk)
