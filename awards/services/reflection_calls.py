"""Ringing a school about a sheet that did not come back: the calls, and the decision to stop asking."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from awards.models import Reflection, ReflectionCall
from hubportal.accounts.models import User
from schools.models import TimelineKind
from schools.timeline import record_event

NOTE_AT_MOST = 500
REASON_AT_MOST = 300


@transaction.atomic
def record_call(
    *, reflection: Reflection, has_reached: bool, note: str = "", by: User, now: datetime
) -> ReflectionCall:
    """Note that somebody of the hub rang about a sheet; the note is for hub staff only.

    Raises:
        ValidationError: the note is too long.
    """
    note = note.strip()
    if len(note) > NOTE_AT_MOST:
        raise ValidationError({"note": f"Make the note shorter: {NOTE_AT_MOST} letters at most."})
    call = ReflectionCall.objects.create(reflection=reflection, has_reached=has_reached, note=note, by=by, at=now)
    outcome = "somebody was reached" if has_reached else "nobody was reached"
    _tell(reflection, f"Rang about the {reflection.month}-month reflection: {outcome}.", by=by, now=now)
    return call


@transaction.atomic
def stop_asking(*, reflection: Reflection, reason: str, by: User, now: datetime) -> Reflection:
    """Give up a sheet: no mail and no call any more. An answer that comes all the same is kept.

    Raises:
        ValidationError: the reason is missing or too long, or the sheet is answered or given up already.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise ValidationError({"reason": "Say why: whoever looks after this school next will want to know."})
    if len(reason) > REASON_AT_MOST:
        raise ValidationError({"reason": f"Make the reason shorter: {REASON_AT_MOST} letters at most."})
    reflection = _lock(reflection)
    if reflection.answered_at:
        raise ValidationError("The school has answered meanwhile, so there is nothing to stop.")
    if reflection.closed_at:
        raise ValidationError("We have stopped asking for this sheet already.")
    reflection.closed_at, reflection.closed_by, reflection.closed_reason = now, by, reason
    reflection.save(update_fields=["closed_at", "closed_by", "closed_reason"])
    _tell(reflection, f"We stop asking for the {reflection.month}-month reflection.", by=by, now=now)
    return reflection


@transaction.atomic
def ask_again(*, reflection: Reflection, by: User, now: datetime) -> Reflection:
    """Take back that a sheet was given up. Where it was not, nothing changes."""
    reflection = _lock(reflection)
    if reflection.closed_at is None:
        return reflection
    reflection.closed_at, reflection.closed_by, reflection.closed_reason = None, None, ""
    reflection.save(update_fields=["closed_at", "closed_by", "closed_reason"])
    _tell(reflection, f"We ask for the {reflection.month}-month reflection again.", by=by, now=now)
    return reflection


def _lock(reflection: Reflection) -> Reflection:
    locked = Reflection.objects.select_for_update(of=("self",)).select_related("audit__meeting__school")
    return locked.get(pk=reflection.pk)


def _tell(reflection: Reflection, text: str, *, by: User, now: datetime) -> None:
    school = reflection.audit.meeting.school
    record_event(school=school, kind=TimelineKind.REFLECTION, text=text, by=by, at=now)
