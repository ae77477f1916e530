"""Reflections: planned when priorities are agreed, replaced by a newer conversation, answered by the school."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from audits.models import Audit
from awards.models import REFLECTION_MONTHS, Progress, Reflection, ReflectionAnswer, ReflectionResponse
from hubportal.accounts.models import User
from meetings.rules import add_months
from schools.models import Contact, School, TimelineKind
from schools.timeline import record_event

# After an answer the school may still change it for so long; then it stands as history.
CHANGE_TIME = timedelta(days=60)


@dataclass(frozen=True)
class PriorityProgress:
    """What the school says of one priority."""

    priority_id: int
    progress: str
    what_helped: str = ""
    what_next: str = ""


def schedule_reflections(*, audit: Audit, by: User, at: datetime) -> list[Reflection]:
    """Plan the sheets 12 and 24 months after the meeting, inside the caller's transaction.

    The clock starts with the meeting that agreed the current priorities: a meeting that agreed none leaves the
    older reminders as they are, one that agreed some ends them, and one older than the newest gets none.
    """
    if not audit.priorities.exists():
        return []
    held_on = audit.meeting.held_on
    Reflection.objects.bulk_create(
        Reflection(audit=audit, month=month, due_on=add_months(held_on, month)) for month in REFLECTION_MONTHS
    )
    _end_replaced(audit.meeting.school, by=by, at=at)
    return list(Reflection.objects.filter(audit=audit))


def _end_replaced(school: School, *, by: User, at: datetime) -> None:
    """Remove the school's planned sheets that ask for priorities of an older meeting than the newest."""
    planned = Reflection.objects.filter(audit__meeting__school=school, queued_at=None, answered_at=None)
    replaced = planned.exclude(pk__in=planned.of_current_priorities())
    # A sheet that is being queued at this moment is waited for, and then stays.
    ended = list(replaced.select_for_update(of=("self",)).values_list("pk", flat=True))
    Reflection.objects.filter(pk__in=ended).delete()
    if ended:
        text = f"{len(ended)} planned reflection(s) end: a newer conversation has agreed its own priorities."
        record_event(school=school, kind=TimelineKind.REFLECTION, text=text, by=by, at=at)


@transaction.atomic
def answer_reflection(
    *,
    reflection: Reflection,
    answers: Sequence[PriorityProgress],
    anything_else: str = "",
    by: Contact,
) -> ReflectionResponse:
    """Keep what this person says of the school's priorities, beside what a colleague may have said. A change within
    60 days keeps what was said before as well.

    Raises:
        ValidationError: the time for changes is over, or a priority has no answer.
    """
    at = timezone.now()
    locked = Reflection.objects.select_for_update(of=("self",)).select_related("audit__meeting__school")
    reflection = locked.get(pk=reflection.pk)
    if {answer.priority_id for answer in answers} != set(reflection.audit.priorities.values_list("pk", flat=True)):
        raise ValidationError("Say of each priority how far you have got.")
    response = reflection.responses.filter(contact=by).first()
    if not can_be_answered(response, at=at):
        raise ValidationError("The time to change this answer is over. Write to us instead.")
    if response and _content(response) == _as_data(answers, anything_else):
        return response
    kept = _keep(reflection, response, answers, anything_else, by=by, at=at)
    _record(reflection.audit.meeting.school, reflection, answers, by=by, at=at, is_change=response is not None)
    return kept


def can_be_answered(response: ReflectionResponse | None, *, at: datetime) -> bool:
    """Whether a person who has said this (None: nothing yet) may write into the sheet."""
    return response is None or at <= response.answered_at + CHANGE_TIME


def _keep(
    reflection: Reflection,
    response: ReflectionResponse | None,
    answers: Sequence[PriorityProgress],
    anything_else: str,
    *,
    by: Contact,
    at: datetime,
) -> ReflectionResponse:
    if response is None:
        response = ReflectionResponse(reflection=reflection, contact=by, answered_at=at)
    else:
        response.earlier_answers.append({**_content(response), "replaced_at": at.isoformat()})
        response.changed_at = at
    response.anything_else = anything_else
    response.save()
    if reflection.answered_at is None:
        reflection.answered_at, reflection.answered_by = at, by
        reflection.save(update_fields=["answered_at", "answered_by"])
    for answer in answers:
        said = {"progress": answer.progress, "what_helped": answer.what_helped, "what_next": answer.what_next}
        ReflectionAnswer.objects.update_or_create(response=response, priority_id=answer.priority_id, defaults=said)
    return response


def _content(response: ReflectionResponse) -> dict[str, Any]:
    answers = response.answers.values("priority_id", "progress", "what_helped", "what_next")
    return {"anything_else": response.anything_else, "answers": list(answers.order_by("priority__number"))}


def _as_data(answers: Sequence[PriorityProgress], anything_else: str) -> dict[str, Any]:
    return {"anything_else": anything_else, "answers": [vars(answer) for answer in answers]}


def _record(
    school: School,
    reflection: Reflection,
    answers: Sequence[PriorityProgress],
    *,
    by: Contact,
    at: datetime,
    is_change: bool,
) -> None:
    what = "changed" if is_change else "answered"
    progress = ", ".join(Progress(answer.progress).label.partition(":")[0].lower() for answer in answers)
    record_event(
        school=school,
        kind=TimelineKind.REFLECTION,
        text=f"{reflection.month}-month reflection {what}: {progress}.",
        by_contact=by,
        at=at,
    )
