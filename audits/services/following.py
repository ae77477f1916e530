"""A follow-up visit goes on from what was agreed before: its audit begins with those ratings."""

from collections.abc import Mapping
from datetime import datetime

from audits.models import Audit, AuditChange, ChangedField, Criterion, Rating, RatingValue
from audits.queries import agreed_last_time
from hubportal.accounts.models import User
from meetings.models import MeetingKind
from schools.models import Contact

from .changes import Change


def begin_ratings(audit: Audit, *, by: User | None, by_contact: Contact | None, at: datetime) -> None:
    """Write the first ratings of a new audit: nothing is discussed yet.

    At a follow-up visit what was agreed at the school's last audit of the phase stands already, so that only what
    has changed is talked about. Each rating taken over is a line of the history.
    """
    last, agreed = agreed_last_time(audit) if audit.meeting.kind == MeetingKind.FOLLOW_UP else (None, {})
    ratings, history = [], []
    for criterion in audit.framework.criteria.order_by("position"):
        rating = Rating(audit=audit, criterion=criterion, updated_at=at)
        taken = _allowed(criterion, agreed)
        if taken != RatingValue.NOT_DISCUSSED:
            rating.agreed, rating.version, rating.updated_by = taken, 1, by
            history.append(_line(audit, criterion, taken, by=by, by_contact=by_contact, at=at))
        ratings.append(rating)
    if last:
        audit.follows = last
        audit.save(update_fields=["follows"])
    Rating.objects.bulk_create(ratings)
    AuditChange.objects.bulk_create(history)


def _allowed(criterion: Criterion, agreed: Mapping[str, str]) -> str:
    """What was agreed of this criterion; one that applies to every school by now has to be talked about again."""
    value = agreed.get(criterion.code, RatingValue.NOT_DISCUSSED)
    if value == RatingValue.NOT_APPLICABLE and not criterion.allow_not_applicable:
        return RatingValue.NOT_DISCUSSED
    return value


def _line(
    audit: Audit, criterion: Criterion, value: str, *, by: User | None, by_contact: Contact | None, at: datetime
) -> AuditChange:
    before = RatingValue.NOT_DISCUSSED.value
    return AuditChange(
        audit=audit,
        change_id=Change(field=ChangedField.AGREED, value=value, before=before).change_id,
        criterion=criterion,
        field=ChangedField.AGREED,
        before=before,
        after=value,
        version=1,
        made_at=at,
        saved_at=at,
        by=by,
        by_contact=by_contact,
    )
