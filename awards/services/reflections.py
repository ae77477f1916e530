"""Reflections: planned when priorities are agreed, replaced by a newer conversation, answered by the school."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from audits.models import Audit
from awards.models import REFLECTION_MONTHS, Progress, Reflection, ReflectionAnswer
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
    what_helped: str


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
    what_next: str,
    by: Contact,
) -> Reflection:
    """Keep what the school says of its priorities. A change within 60 days keeps what was said before as well.

    Raises:
        ValidationError: the time for changes is over, or a priority has no answer.
    """
    at = timezone.now()
    locked = Reflection.objects.select_for_update(of=("self",)).select_related("audit__meeting__school")
    reflection = locked.get(pk=reflection.pk)
    if not can_be_answered(reflection, at=at):
        raise ValidationError("The time to change this answer is over. Write to us instead.")
    if {answer.priority_id for answer in answers} != set(reflection.audit.priorities.values_list("pk", flat=True)):
        raise ValidationError("Say of each priority how far you have got.")
    before = _content(reflection)
    new = {"what_next": what_next, "answers": [vars(answer) for answer in answers]}
    if reflection.answered_at and before == new:
        return reflection
    _keep(reflection, answers, what_next, by=by, at=at, before=before)
    return reflection


def can_be_answered(reflection: Reflection, *, at: datetime) -> bool:
    """Whether the school may (still) write into the sheet."""
    return reflection.answered_at is None or at <= reflection.answered_at + CHANGE_TIME


def _keep(
    reflection: Reflection,
    answers: Sequence[PriorityProgress],
    what_next: str,
    *,
    by: Contact,
    at: datetime,
    before: dict[str, Any],
) -> None:
    is_change = reflection.answered_at is not None
    if is_change:
        reflection.earlier_answers.append({**before, "replaced_at": at.isoformat(), "replaced_by": by.pk})
    else:
        reflection.answered_at, reflection.answered_by = at, by
    reflection.what_next = what_next
    reflection.save(update_fields=["what_next", "answered_at", "answered_by", "earlier_answers"])
    for answer in answers:
        ReflectionAnswer.objects.update_or_create(
            reflection=reflection,
            priority_id=answer.priority_id,
            defaults={"progress": answer.progress, "what_helped": answer.what_helped},
        )
    _record(reflection.audit.meeting.school, reflection, answers, by=by, at=at, is_change=is_change)


def _content(reflection: Reflection) -> dict[str, Any]:
    answers = reflection.answers.values("priority_id", "progress", "what_helped").order_by("priority__number")
    return {"what_next": reflection.what_next, "answers": list(answers)}


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
