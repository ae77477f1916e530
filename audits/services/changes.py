"""Every change of an audit, one field at a time: the only way in which ratings and an audit's texts are written.

A device sends each change under an id that it made up, with the value that it saw before. A message may come twice,
late or out of order: what was acknowledged is done exactly once, is never undone by an older message, and stands in
the history. What two people changed at once, each from the same value, is a conflict that a person decides.

Lock order, everywhere in this app: ratings (by id), then the audit. A trigger makes each write of a rating wait
for an agreement under way, and refuses it once the audit is agreed.
"""

import dataclasses
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from audits.models import (
    AUDIT_FIELDS,
    Audit,
    AuditChange,
    AuditStatus,
    ChangedField,
    Criterion,
    Rating,
    RatingValue,
)
from hubportal.accounts.models import User
from schools.models import Contact

AGREED_ALREADY = "This audit is agreed, so it cannot be changed any more. Nothing was saved."
CARRIED_OVER = "This audit goes on with a newer version of its framework. Open it anew: nothing was saved here."
LONGEST_TEXT = 5000
# No change waits longer on a device to be sent. A clock that says so is wrong, and must not spoil the history.
LONGEST_WAY = timedelta(days=366)
RATING_FIELDS = (ChangedField.SCHOOL, ChangedField.OFFICER, ChangedField.AGREED)
SCHOOL_FIELDS = (ChangedField.SCHOOL, ChangedField.SCHOOL_NOTE)
YES = "yes"


@dataclass(frozen=True)
class Change:
    """What a device asks for: one field's new value, and the value and version it had there before.

    `code` is the criterion's; empty for the audit's own texts. `made_at` is by the device's clock.
    """

    field: str
    value: str
    before: str
    code: str = ""
    version: int = -1
    change_id: uuid.UUID = dataclasses.field(default_factory=uuid.uuid4)
    made_at: datetime | None = None


@dataclass(frozen=True)
class Stored:
    """How a field stands now: its value, the version of what it belongs to, and who changed it last and when."""

    value: str
    version: int
    by: str = ""
    at: datetime | None = None


class ChangeConflict(Exception):
    """Somebody else has changed this field since the device last saw it; `stored` is what they left there."""

    def __init__(self, change: Change, stored: Stored) -> None:
        self.change, self.stored = change, stored
        super().__init__(f"{change.code} {change.field} is at version {stored.version}")


@dataclass(frozen=True)
class PageOutcome:
    """What became of a page that was sent as a whole: how many fields were stored, and what others had changed."""

    saved: int = 0
    conflicts: tuple[ChangeConflict, ...] = ()

    @property
    def is_complete(self) -> bool:
        return not self.conflicts

    def conflicts_of(self, code: str) -> dict[str, Stored]:
        """What others left in the fields of one criterion (empty code: the audit's texts), by field."""
        return {each.change.field: each.stored for each in self.conflicts if each.change.code == code}


def apply_change(
    *,
    audit: Audit,
    change: Change,
    by: User | None = None,
    by_contact: Contact | None = None,
    now: datetime | None = None,
) -> Stored:
    """Store one change and put it into the history; a change known already is acknowledged again, nothing more.

    Staff may change every field, a school's contact its own rating and words. Returns how the field stands after it.

    Raises:
        ValidationError: the audit is not open, it has no such criterion or field, or the value is not allowed there.
        ChangeConflict: somebody else changed the same field in the meantime; nothing is stored.
    """
    _check_field(change, is_school=by is None)
    try:
        return _apply(audit, change, _Author(by, by_contact, now or timezone.now()))
    except (IntegrityError, ChangeConflict, ValidationError) as error:
        # A message that came before is acknowledged again, whatever has become of the field and the audit since.
        if AuditChange.objects.filter(audit=audit, change_id=change.change_id).exists():
            return stored_field(audit=audit, code=change.code, field=change.field)
        if isinstance(error, ChangeConflict):
            raise ChangeConflict(change, stored_field(audit=audit, code=change.code, field=change.field)) from error
        if isinstance(error, ValidationError):
            raise
        # The audit was agreed between our look and our write.
        check_is_open(Audit.objects.get(pk=audit.pk))
        raise ValidationError("This could not be saved. Please try again.") from error


@transaction.atomic
def apply_changes(*, audit: Audit, changes: Sequence[Change], by: User, now: datetime | None = None) -> PageOutcome:
    """Store a whole page of changes at once. Conflicting fields stay as they are, everything else is stored.

    Raises:
        ValidationError: the audit is not open, or one of the changes is not allowed; then nothing is stored.
    """
    author = _Author(by, None, now or timezone.now())
    locked = audit.ratings.select_related("criterion").select_for_update(of=("self",)).order_by("pk")
    ratings = {rating.criterion.code: rating for rating in locked}
    current = Audit.objects.select_for_update().get(pk=audit.pk)
    check_is_open(current)
    written: dict[int, Rating] = {}
    history: list[AuditChange] = []
    conflicts: list[ChangeConflict] = []
    for change in changes:
        _check_field(change, is_school=False)
        target = ratings.get(change.code) if change.code else current
        if target is None:
            raise ValidationError(f"This audit has no criterion {change.code}.")
        try:
            entry = _write(target, change, author)
        except ChangeConflict as conflict:
            conflicts.append(conflict)
            continue
        if entry.before != entry.after:
            history.append(entry)
            if isinstance(target, Rating):
                written[target.pk] = target
    Rating.objects.bulk_update(written.values(), [*(name for name in ChangedField.values if name not in AUDIT_FIELDS),
                                                  "version", "updated_at", "updated_by"])  # fmt: skip
    if any(entry.criterion_id is None for entry in history):
        current.save(update_fields=[*AUDIT_FIELDS, "notes_version"])
    AuditChange.objects.bulk_create(history)
    return PageOutcome(saved=len(history), conflicts=tuple(_with_authors(audit, conflicts)))


def stored_field(*, audit: Audit, code: str, field: str) -> Stored:
    """How one field stands, and who changed it last. Raises Rating.DoesNotExist for an unknown criterion."""
    target = audit.ratings.get(criterion__code=code) if code else Audit.objects.get(pk=audit.pk)
    criterion = {"criterion__code": code} if code else {"criterion__isnull": True}
    last = (
        AuditChange.objects.filter(audit=audit, field=field, **criterion)
        .exclude(before=F("after"))
        .select_related("by", "by_contact")
        .last()
    )
    return Stored(
        value=read_field(target, field),
        version=_version_of(target),
        by=author_of(last) if last else "",
        at=last.saved_at if last else None,
    )


def author_of(change: AuditChange) -> str:
    """Who made a change, by name; empty when the portal does not know any more."""
    person = change.by or change.by_contact
    return person.name if person else ""


def read_field(target: Rating | Audit, name: str) -> str:
    """A field as messages carry it: text as it is, a tick as "yes" or nothing."""
    value = getattr(target, name)
    return (YES if value else "") if isinstance(value, bool) else value


def check_rating_allowed(criterion: Criterion, value: str) -> None:
    """Raise ValidationError unless this rating exists and may be given to this criterion."""
    if value not in RatingValue.values:
        raise ValidationError(f"{criterion.code}: choose one of the ratings shown.")
    if value == RatingValue.NOT_APPLICABLE and not criterion.allow_not_applicable:
        raise ValidationError(f"{criterion.code} applies to every school: choose red, amber or green.")


@dataclass(frozen=True)
class _Author:
    by: User | None
    by_contact: Contact | None
    at: datetime


@transaction.atomic
def _apply(audit: Audit, change: Change, author: _Author) -> Stored:
    target = _locked(audit, change)
    check_is_open(target.audit if isinstance(target, Rating) else target)
    entry = _write(target, change, author)
    # Before the change itself: a message that came before stops here and writes nothing.
    entry.save(force_insert=True)
    if entry.before != entry.after:
        _save(target, change.field)
    person = author.by or author.by_contact
    return Stored(value=entry.after, version=entry.version, by=person.name if person else "", at=author.at)


def _locked(audit: Audit, change: Change) -> Rating | Audit:
    """The row that the change belongs to, with no more of it than a save needs: officers save every second."""
    if not change.code:
        return (
            Audit.objects.only("status", "notes_version", *AUDIT_FIELDS)
            .select_for_update(of=("self",))
            .get(pk=audit.pk)
        )
    ratings = Rating.objects.filter(audit=audit, criterion__code=change.code).select_related("criterion", "audit")
    needed = ("version", change.field, "audit__status", "criterion__code", "criterion__allow_not_applicable")
    try:
        return ratings.only(*needed).order_by().select_for_update(of=("self",)).get()
    except Rating.DoesNotExist:
        raise ValidationError(f"This audit has no criterion {change.code}.") from None


def _write(target: Rating | Audit, change: Change, author: _Author) -> AuditChange:
    """Put the change into the row in memory, and return its line in the history."""
    stored, version = read_field(target, change.field), _version_of(target)
    value = change.value.replace("\r\n", "\n")
    before = stored if change.version == version else change.before.replace("\r\n", "\n")
    kept = merge(value, stored, before=before)
    if kept is None:
        raise ChangeConflict(change, Stored(value=stored, version=version))
    if kept != stored:
        _put(target, change.field, kept, author)
    criterion = target.criterion if isinstance(target, Rating) else None
    return AuditChange(
        audit_id=target.audit_id if isinstance(target, Rating) else target.pk,
        change_id=change.change_id,
        criterion=criterion,
        field=change.field,
        before=stored,
        after=kept,
        version=_version_of(target),
        made_at=_made_at(change, author.at),
        saved_at=author.at,
        by=author.by,
        by_contact=author.by_contact,
    )


def _made_at(change: Change, now: datetime) -> datetime:
    """When the device says it was made; now, where its clock cannot be right."""
    made_at = change.made_at or now
    return made_at if now - LONGEST_WAY <= made_at <= now else now


def merge(mine: str, theirs: str, *, before: str) -> str | None:
    """The value to keep when two people started from `before`; None when both changed it, differently."""
    if mine in (before, theirs):
        return theirs
    return mine if theirs == before else None


def _put(target: Rating | Audit, name: str, value: str, author: _Author) -> None:
    if isinstance(target, Audit):
        setattr(target, name, value)
        target.notes_version += 1
        return
    if name in RATING_FIELDS:
        check_rating_allowed(target.criterion, value)
    setattr(target, name, value == YES if name == ChangedField.PARKED else value)
    target.version += 1
    target.updated_at, target.updated_by = author.at, author.by


def _save(target: Rating | Audit, name: str) -> None:
    own = ["version", "updated_at", "updated_by"] if isinstance(target, Rating) else ["notes_version"]
    target.save(update_fields=[name, *own])


def _version_of(target: Rating | Audit) -> int:
    return target.version if isinstance(target, Rating) else target.notes_version


def _with_authors(audit: Audit, conflicts: Sequence[ChangeConflict]) -> list[ChangeConflict]:
    return [
        ChangeConflict(each.change, stored_field(audit=audit, code=each.change.code, field=each.change.field))
        for each in conflicts
    ]


def _check_field(change: Change, *, is_school: bool) -> None:
    known = SCHOOL_FIELDS if is_school else ChangedField.values
    if change.field not in known or (change.field in AUDIT_FIELDS) != (not change.code):
        raise ValidationError("This is nothing that can be changed here. Please load the page again.")
    if change.field == ChangedField.PARKED and change.value not in ("", YES):
        raise ValidationError(f"{change.code}: it is either put aside or not.")
    if "\x00" in change.value:
        raise ValidationError("This text has a character that cannot be stored. Please type it anew.")
    if len(change.value) > LONGEST_TEXT:
        raise ValidationError(
            f"This may have at most {LONGEST_TEXT} characters; it has {len(change.value)}. Please shorten it."
        )


def check_is_open(audit: Audit) -> None:
    """Raise ValidationError unless the audit can still be changed."""
    if audit.status != AuditStatus.OPEN:
        raise ValidationError(CARRIED_OVER if audit.status == AuditStatus.CARRIED_OVER else AGREED_ALREADY)
