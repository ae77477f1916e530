"""Saving what was agreed of each criterion, without one person's page overwriting another's.

Lock order, everywhere in this app: ratings (by id), then the audit. A trigger makes each write of a rating wait
for an agreement under way, and refuses it once the audit is agreed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from audits.models import Audit, AuditStatus, Criterion, Rating, RatingValue
from hubportal.accounts.models import User

AGREED_ALREADY = "This audit is agreed, so it cannot be changed any more. Nothing was saved."


class StaleRating(Exception):
    """Somebody else has saved this criterion since the page was loaded; `current` is what is stored."""

    def __init__(self, current: Rating) -> None:
        self.current = current
        super().__init__(f"rating {current.pk} is at version {current.version}")


@dataclass(frozen=True)
class RatingChange:
    """What a page sends for one criterion: as it is now, and as it was when the page was loaded."""

    code: str
    agreed: str
    note: str
    version: int
    agreed_before: str
    note_before: str


@dataclass(frozen=True)
class NotesChange:
    """The audit's two texts: as they are now, and as they were when the page was loaded (None: not told)."""

    strengths: str
    private_note: str
    version: int
    strengths_before: str | None = None
    private_note_before: str | None = None


@dataclass(frozen=True)
class SheetOutcome:
    """What became of a saved page: how much was stored, and what somebody else had changed in the meantime."""

    saved: int = 0
    conflicts: dict[str, Rating] = field(default_factory=dict)
    notes_conflict: Audit | None = None

    @property
    def is_complete(self) -> bool:
        return not self.conflicts and self.notes_conflict is None


def rate_criterion(*, audit: Audit, code: str, agreed: str, note: str, version: int, by: User) -> Rating:
    """Store the agreed rating and note of one criterion, if it is still at `version`.

    Raises:
        ValidationError: the audit is agreed, it has no such criterion, or the rating is not allowed there.
        StaleRating: somebody else saved it in the meantime; nothing is stored.
    """
    rating = audit.ratings.select_related("criterion", "updated_by").filter(criterion__code=code).first()
    if rating is None:
        raise ValidationError(f"This audit has no criterion {code}.")
    _check_is_open(audit)
    check_rating_allowed(rating.criterion, agreed)
    if rating.version != version:
        raise StaleRating(rating)
    now = timezone.now()
    # One statement with the version on the row itself: of two saves at once, exactly one finds it.
    written = Rating.objects.filter(pk=rating.pk, version=version).update(
        agreed=agreed, note=note, version=version + 1, updated_at=now, updated_by=by
    )
    if not written:
        rating.refresh_from_db()
        raise StaleRating(rating)
    rating.agreed, rating.note, rating.version = agreed, note, version + 1
    rating.updated_at, rating.updated_by = now, by
    return rating


def check_rating_allowed(criterion: Criterion, agreed: str) -> None:
    """Raise ValidationError unless this rating exists and may be given to this criterion."""
    if agreed not in RatingValue.values:
        raise ValidationError(f"{criterion.code}: choose one of the ratings shown.")
    if agreed == RatingValue.NOT_APPLICABLE and not criterion.allow_not_applicable:
        raise ValidationError(f"{criterion.code} applies to every school: choose red, amber or green.")


@transaction.atomic
def save_sheet(*, audit: Audit, changes: Sequence[RatingChange], notes: NotesChange, by: User) -> SheetOutcome:
    """Store a whole page: the ratings and the audit's two texts. Conflicting parts are left as they are.

    Raises:
        ValidationError: the audit is agreed, or a rating is not allowed.
    """
    ratings = save_ratings(audit=audit, changes=changes, by=by)
    texts = save_notes(audit=audit, change=notes, by=by)
    return SheetOutcome(
        saved=ratings.saved + texts.saved, conflicts=ratings.conflicts, notes_conflict=texts.notes_conflict
    )


@transaction.atomic
def save_ratings(*, audit: Audit, changes: Sequence[RatingChange], by: User) -> SheetOutcome:
    """Store the ratings of a page. What only others changed stays theirs; what both changed is a conflict.

    Raises:
        ValidationError: the audit is agreed, or a rating is not allowed.
    """
    locked = audit.ratings.select_related("criterion", "updated_by").select_for_update(of=("self",)).order_by("pk")
    ratings = {rating.criterion.code: rating for rating in locked}
    _check_is_open(Audit.objects.get(pk=audit.pk))
    conflicts: dict[str, Rating] = {}
    changed = []
    for change in changes:
        rating = ratings.get(change.code)
        if rating is None:
            raise ValidationError(f"This audit has no criterion {change.code}.")
        is_known = change.version == rating.version
        agreed = merge(change.agreed, rating.agreed, before=rating.agreed if is_known else change.agreed_before)
        note = merge(change.note, rating.note, before=rating.note if is_known else change.note_before)
        if agreed is None or note is None:
            conflicts[change.code] = rating
        elif (agreed, note) != (rating.agreed, rating.note):
            check_rating_allowed(rating.criterion, agreed)
            rating.agreed, rating.note, rating.version = agreed, note, rating.version + 1
            rating.updated_at, rating.updated_by = timezone.now(), by
            changed.append(rating)
    Rating.objects.bulk_update(changed, ["agreed", "note", "version", "updated_at", "updated_by"])
    return SheetOutcome(saved=len(changed), conflicts=conflicts)


@transaction.atomic
def save_notes(*, audit: Audit, change: NotesChange, by: User) -> SheetOutcome:
    """Store what to celebrate and the private note, unless somebody else changed the same text in the meantime.

    Raises:
        ValidationError: the audit is agreed.
    """
    current = Audit.objects.select_for_update().get(pk=audit.pk)
    _check_is_open(current)
    is_known = change.version == current.notes_version
    strengths = merge(
        change.strengths, current.strengths, before=current.strengths if is_known else change.strengths_before
    )
    private_note = merge(
        change.private_note,
        current.private_note,
        before=current.private_note if is_known else change.private_note_before,
    )
    if strengths is None or private_note is None:
        return SheetOutcome(notes_conflict=current)
    if (strengths, private_note) == (current.strengths, current.private_note):
        return SheetOutcome()
    current.strengths, current.private_note = strengths, private_note
    current.notes_version += 1
    current.save(update_fields=["strengths", "private_note", "notes_version"])
    return SheetOutcome(saved=1)


def merge(mine: str, theirs: str, *, before: str | None) -> str | None:
    """The value to keep when two people started from `before`; None when both changed it, differently."""
    if mine in (before, theirs):
        return theirs
    return mine if theirs == before else None


def _check_is_open(audit: Audit) -> None:
    if audit.status != AuditStatus.OPEN:
        raise ValidationError(AGREED_ALREADY)
