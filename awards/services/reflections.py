"""Reflections: planned when priorities are agreed, replaced by a newer conversation, answered by the school."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from audits.models import Audit
from awards.models import (
    REFLECTION_MONTHS,
    Progress,
    Reflection,
    ReflectionAnswer,
    ReflectionRating,
    ReflectionResponse,
    SelfRating,
)
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


@dataclass(frozen=True)
class Sayings:
    """All that one person says of a sheet: of each priority, how they now rate criteria (by id; what is left out stays
    as it was agreed), and anything else."""

    answers: Sequence[PriorityProgress]
    ratings: Mapping[int, str] = field(default_factory=dict)
    anything_else: str = ""

    def as_data(self) -> dict[str, Any]:
        """As `_content` reads it from the database."""
        ratings = [{"criterion_id": pk, "rating": rating} for pk, rating in sorted(self.ratings.items())]
        answers = [vars(answer) for answer in self.answers]
        return {"anything_else": self.anything_else, "answers": answers, "ratings": ratings}


@transaction.atomic
def answer_reflection(
    *,
    reflection: Reflection,
    answers: Sequence[PriorityProgress],
    ratings: Mapping[int, str] | None = None,
    anything_else: str = "",
    by: Contact,
) -> ReflectionResponse:
    """Keep what this person says of the school's priorities, beside what a colleague may have said. A change within
    60 days keeps what was said before as well.

    Nothing that somebody has written is turned away because it comes late: not after the next sheet has gone, the award
    has ended or a newer conversation has been held.

    Raises:
        ValidationError: the time for changes is over, a priority has no answer, or a criterion is none of theirs.
    """
    at = timezone.now()
    reflection, said = _lock(reflection), Sayings(answers, ratings or {}, anything_else)
    _check(reflection, said)
    response = reflection.responses.filter(contact=by).first()
    if not can_be_answered(response, at=at):
        raise ValidationError("The time to change this answer is over. Write to us instead.")
    if response and _content(response) == said.as_data():
        return response
    is_change = response is not None
    kept = _keep(reflection, _replaced(response, at=at) or ReflectionResponse(contact=by), said, at=at)
    _record(reflection, said, by_contact=by, at=at, what="changed" if is_change else "answered")
    return kept


@transaction.atomic
def take_down_answer(
    *, reflection: Reflection, contact: Contact | None, said: Sayings, by: User, now: datetime
) -> ReflectionResponse:
    """Write down what somebody of the school says on the telephone; `contact` is None where they are not a contact.

    Raises:
        ValidationError: this person has answered already, is of another school, or as in `answer_reflection`.
    """
    reflection = _lock(reflection)
    _check(reflection, said)
    if contact and contact.school_id != reflection.audit.meeting.school_id:
        raise ValidationError({"person": "This person is not a contact of the school."})
    if contact and reflection.responses.filter(contact=contact).exists():
        told = f"{contact.name} has answered this sheet already, and that stays. Choose somebody else."
        raise ValidationError({"person": told})
    response = ReflectionResponse(contact=contact, taken_by=by)
    kept = _keep(reflection, response, said, at=now)
    of = f" by {contact.name}" if contact else ""
    _record(reflection, said, by=by, at=now, what=f"answered{of} on the telephone")
    return kept


def can_be_answered(response: ReflectionResponse | None, *, at: datetime) -> bool:
    """Whether a person who has said this (None: nothing yet) may write into the sheet."""
    return response is None or at <= response.answered_at + CHANGE_TIME


def _lock(reflection: Reflection) -> Reflection:
    locked = Reflection.objects.select_for_update(of=("self",)).select_related("audit__meeting__school")
    return locked.get(pk=reflection.pk)


def _check(reflection: Reflection, said: Sayings) -> None:
    priorities = dict(reflection.audit.priorities.values_list("pk", "criterion"))
    if {answer.priority_id for answer in said.answers} != set(priorities):
        raise ValidationError("Say of each priority how far you have got.")
    if not set(said.ratings) <= set(priorities.values()) or not set(said.ratings.values()) <= set(SelfRating.values):
        raise ValidationError("Rate only what your priorities are about, as red, amber or green.")


def _replaced(response: ReflectionResponse | None, *, at: datetime) -> ReflectionResponse | None:
    """The same response, with what it said so far put aside. From now on it is in the person's own words."""
    if response:
        response.earlier_answers.append({**_content(response), "replaced_at": at.isoformat()})
        response.changed_at, response.taken_by = at, None
    return response


def _keep(reflection: Reflection, response: ReflectionResponse, said: Sayings, *, at: datetime) -> ReflectionResponse:
    if response._state.adding:
        response.reflection, response.answered_at = reflection, at
    response.anything_else = said.anything_else
    response.save()
    if reflection.answered_at is None:
        reflection.answered_at, reflection.answered_by = at, response.contact
        reflection.save(update_fields=["answered_at", "answered_by"])
    response.answers.all().delete()
    ReflectionAnswer.objects.bulk_create(ReflectionAnswer(response=response, **vars(answer)) for answer in said.answers)
    response.ratings.all().delete()
    ReflectionRating.objects.bulk_create(
        ReflectionRating(response=response, criterion_id=pk, rating=rating) for pk, rating in said.ratings.items()
    )
    return response


def _content(response: ReflectionResponse) -> dict[str, Any]:
    answers = response.answers.values("priority_id", "progress", "what_helped", "what_next")
    ratings = response.ratings.order_by("criterion_id").values("criterion_id", "rating")
    return {
        "anything_else": response.anything_else,
        "answers": list(answers.order_by("priority__number")),
        "ratings": list(ratings),
    }


def _record(
    reflection: Reflection,
    said: Sayings,
    *,
    by: User | None = None,
    by_contact: Contact | None = None,
    at: datetime,
    what: str,
) -> None:
    progress = ", ".join(Progress(answer.progress).label.partition(":")[0].lower() for answer in said.answers)
    text = f"{reflection.month}-month reflection {what}: {progress}."
    school = reflection.audit.meeting.school
    record_event(school=school, kind=TimelineKind.REFLECTION, text=text, by=by, by_contact=by_contact, at=at)
