"""What became of what school and hub promised with a priority: kept, given up, or moved to another day or person."""

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from audits.models import Audit, Promise, PromiseSide, PromiseStatus
from hubportal.accounts.models import User
from schools.models import Contact, School, TimelineKind
from schools.services import record_event

LONGEST_NOTE = 2000
NOT_YOURS = "Only your own school’s side can be marked as done here. Please write to the hub about anything else."


def record_promises(audit: Audit) -> list[Promise]:
    """What an audit that has just been agreed promises: each priority by the school, its support by the hub.

    The hub's side is due on the day named for the support, or else with the priority, and belongs to whoever was
    named for it, or else to the officer of the meeting.
    """
    promises = []
    for priority in audit.priorities.all():
        promises.append(Promise(priority=priority, side=PromiseSide.SCHOOL, due_on=priority.due_on))
        if priority.support.strip() or priority.offer_id:
            promises.append(
                Promise(
                    priority=priority,
                    side=PromiseSide.HUB,
                    due_on=priority.hub_due_on or priority.due_on,
                    owner_id=priority.hub_owner_id or audit.meeting.officer_id,
                )
            )
    return Promise.objects.bulk_create(promises)


@transaction.atomic
def keep_promise(
    *,
    promise: Promise,
    note: str = "",
    by: User | None = None,
    by_contact: Contact | None = None,
    now: datetime | None = None,
) -> Promise:
    """Note that a promise was kept, with a few words on what was done if there are any. Twice is harmless.

    Staff may say it of both sides, a contact of their own school's only.

    Raises:
        ValidationError: it was given up before, it is not the contact's to settle, or the note is too long.
    """
    current = _locked(promise)
    if by_contact and (current.is_of_hub or _school_of(current).pk != by_contact.school_id):
        raise ValidationError(NOT_YOURS)
    if current.status == PromiseStatus.KEPT:
        return current
    _check_is_open(current)
    _settle(current, PromiseStatus.KEPT, _checked(note), by=by, by_contact=by_contact, now=now)
    _tell(current, f"Done: {_what(current)}.", by=by, by_contact=by_contact, now=now)
    return current


@transaction.atomic
def give_up_promise(*, promise: Promise, reason: str, by: User, now: datetime | None = None) -> Promise:
    """Note that a promise will not be kept, and why.

    Raises:
        ValidationError: no reason is given or it is too long, or the promise is settled already.
    """
    reason = _checked(reason)
    if not reason:
        raise ValidationError("Say in a few words why it was given up.")
    current = _locked(promise)
    _check_is_open(current)
    _settle(current, PromiseStatus.GIVEN_UP, reason, by=by, by_contact=None, now=now)
    _tell(current, f"Given up: {_what(current)}. {reason}", by=by, now=now)
    return current


@transaction.atomic
def reopen_promise(*, promise: Promise, by: User, now: datetime | None = None) -> Promise:
    """Take back that a promise was kept or given up: it was a slip. An open one stays as it is."""
    current = _locked(promise)
    if current.is_open:
        return current
    current.status, current.note = PromiseStatus.OPEN, ""
    current.settled_at = current.settled_by = current.settled_by_contact = None
    current.save(update_fields=["status", "note", "settled_at", "settled_by", "settled_by_contact"])
    _tell(current, f"Open again: {_what(current)}.", by=by, now=now)
    return current


@transaction.atomic
def move_promise(
    *, promise: Promise, due_on: date, owner: User | None = None, by: User, now: datetime | None = None
) -> Promise:
    """Promise it for another day; what the hub promised perhaps also by another person. The timeline keeps both.

    `owner` None leaves the person as it is.

    Raises:
        ValidationError: the promise is settled, the new day is over, or the person does not work with schools.
    """
    current = _locked(promise)
    _check_is_open(current)
    owner = owner or current.owner
    if due_on == current.due_on and owner == current.owner:
        return current
    if due_on != current.due_on and due_on < timezone.localdate(now):
        raise ValidationError({"due_on": "Choose today or a day that is still to come."})
    if owner != current.owner:
        _check_owner(current, owner)
    changes = []
    if due_on != current.due_on:
        changes.append(f"by {_day(due_on)} instead of {_day(current.due_on)}")
    if owner != current.owner:
        changes.append(f"seen to by {owner} instead of {current.owner or 'nobody'}")
    current.due_on, current.owner = due_on, owner
    current.save(update_fields=["due_on", "owner"])
    _tell(current, f"{_what(current)}: {', '.join(changes)}.", by=by, now=now)
    return current


def _locked(promise: Promise) -> Promise:
    promises = Promise.objects.select_related("priority__criterion", "priority__audit__meeting__school", "owner")
    return promises.select_for_update(of=("self",)).get(pk=promise.pk)


def _check_is_open(promise: Promise) -> None:
    if not promise.is_open:
        raise ValidationError(f"This is settled already: {promise.get_status_display().lower()}. Nothing was changed.")


def _check_owner(promise: Promise, owner: User | None) -> None:
    if not promise.is_of_hub:
        raise ValidationError({"owner": "Who at the school sees to it was agreed with the priority."})
    if owner and not owner.is_officer:
        raise ValidationError({"owner": f"{owner} does not work with schools; choose an officer."})


def _checked(note: str) -> str:
    text = note.replace("\r\n", "\n").strip()
    if len(text) > LONGEST_NOTE:
        raise ValidationError(
            f"This may have at most {LONGEST_NOTE} characters; it has {len(text)}. Please shorten it."
        )
    return text


def _settle(
    promise: Promise,
    status: PromiseStatus,
    note: str,
    *,
    by: User | None,
    by_contact: Contact | None,
    now: datetime | None,
) -> None:
    promise.status, promise.note, promise.settled_at = status, note, now or timezone.now()
    promise.settled_by, promise.settled_by_contact = by, by_contact
    promise.save(update_fields=["status", "note", "settled_at", "settled_by", "settled_by_contact"])


def _school_of(promise: Promise) -> School:
    return promise.priority.audit.meeting.school


def _what(promise: Promise) -> str:
    """Which promise, with the day of its conversation: "the hub’s support with priority 2, A music lead (5 …)"."""
    side = "the hub’s support with" if promise.is_of_hub else "the school’s"
    priority = promise.priority
    return f"{side} priority {priority.number}, {priority.criterion.title} ({_day(priority.audit.meeting.held_on)})"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _tell(
    promise: Promise,
    text: str,
    *,
    by: User | None = None,
    by_contact: Contact | None = None,
    now: datetime | None = None,
) -> None:
    record_event(
        school=_school_of(promise),
        kind=TimelineKind.AUDIT,
        text=text[:1].upper() + text[1:],
        by=by,
        by_contact=by_contact,
        at=now,
    )
