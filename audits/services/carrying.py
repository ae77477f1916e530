"""Going on with a newer version of the framework, in the middle of an audit."""

from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from audits.models import (
    AUDIT_FIELDS,
    Audit,
    AuditChange,
    AuditStatus,
    ChangedField,
    Criterion,
    Framework,
    Priority,
    Rating,
)
from audits.queries.carrying import VIEWS, WORDS, CarryingPlan, lost_views, plan_between
from audits.queries.frameworks import published_framework
from hubportal.accounts.models import User
from schools.models import TimelineKind
from schools.services import record_event

from .changes import Change, read_field

# In the order in which they are written down in the history.
CARRIED = (*VIEWS, *WORDS, ChangedField.PARKED)


@dataclass(frozen=True)
class _Act:
    """Who carries over, and when."""

    by: User
    at: datetime


@transaction.atomic
def carry_over_audit(*, audit: Audit, by: User, now: datetime) -> Audit:
    """Go on with the framework version published today: a new audit takes every answer that has a place in it.

    All three ratings of a criterion, its notes and its place in the parking lot go along by the mapping, as do the
    audit's texts and the priorities as typed. Each value is written into the new audit's history. The old audit
    stays as it was, to be read, also what had no place. A second click returns the same new audit.

    Raises ValidationError: the audit is agreed, or is of the published version already.
    """
    # Ratings before the audit, as in `audits.services.changes`: nothing is saved between the copy and the end.
    list(audit.ratings.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    old = Audit.objects.select_for_update(of=("self",)).select_related("meeting__school", "framework").get(pk=audit.pk)
    if old.status == AuditStatus.CARRIED_OVER:
        return old.carried_to
    newer = _framework_to_go_on_with(old)
    plan = plan_between(old, newer)
    # What the school is told of later begins with these rows, so they are read before the audit is closed.
    priorities = list(old.priorities.select_related("criterion"))
    old.status = AuditStatus.CARRIED_OVER
    old.save(update_fields=["status"])
    act = _Act(by=by, at=now)
    new = _begin(old, newer, plan, act)
    _copy_answers(new, plan, act)
    _copy_priorities(new, priorities, plan)
    record_event(
        school=old.meeting.school,
        kind=TimelineKind.AUDIT,
        text=f"{old.framework.title} goes on with version {newer.version} (begun with {old.framework.version}).",
        by=by,
        at=now,
    )
    return new


def _framework_to_go_on_with(audit: Audit) -> Framework:
    if audit.status == AuditStatus.AGREED:
        raise ValidationError("This audit is agreed. It keeps the version of the framework that it was agreed with.")
    newer = published_framework(audit.framework.phase)
    if newer is None or newer.pk == audit.framework_id:
        raise ValidationError("This audit is of the newest version already; there is nothing to carry over.")
    if audit.meeting.audits.filter(framework=newer).exists():
        raise ValidationError(f"This meeting has an audit of version {newer.version} already.")
    return newer


def _begin(old: Audit, newer: Framework, plan: CarryingPlan, act: _Act) -> Audit:
    new = Audit.objects.create(
        meeting=old.meeting,
        framework=newer,
        carried_from=old,
        follows=old.follows,
        started_at=act.at,
        started_by=act.by,
        school_done_at=old.school_done_at,
        school_done_by_id=old.school_done_by_id,
        priorities_draft=[
            {**typed, "criterion": plan.codes.get(str(typed.get("criterion") or "")) or ""} for typed in plan.draft
        ],
        priorities_version=old.priorities_version,
        notes_version=sum(bool(getattr(old, name)) for name in AUDIT_FIELDS),
        **{name: getattr(old, name) for name in AUDIT_FIELDS},
    )
    texts = [name for name in AUDIT_FIELDS if getattr(new, name)]
    AuditChange.objects.bulk_create(
        _line(new, None, name, "", getattr(new, name), version, act) for version, name in enumerate(texts, start=1)
    )
    return new


def _copy_answers(new: Audit, plan: CarryingPlan, act: _Act) -> None:
    sources = {criterion.code: rating for rating, criterion in plan.taken}
    definitions = {criterion.code: criterion for _, criterion in plan.taken}
    ratings, history = [], []
    for criterion in new.framework.criteria.order_by("position"):
        rating = Rating(audit=new, criterion=criterion, updated_at=act.at)
        source = sources.get(criterion.code)
        if source:
            dropped = lost_views(source, definitions[criterion.code])
            lines = list(_carried_lines(rating, source, [name for name in CARRIED if name not in dropped], act))
            rating.updated_by = act.by if lines else None
            history += lines
        ratings.append(rating)
    Rating.objects.bulk_create(ratings)
    AuditChange.objects.bulk_create(history)


def _carried_lines(rating: Rating, source: Rating, names: list[str], act: _Act) -> Iterator[AuditChange]:
    """Take the values over, and say so in the history, a line for each that is not what it begins with."""
    for name in names:
        before, after = read_field(rating, name), read_field(source, name)
        if before != after:
            setattr(rating, name, getattr(source, name))
            rating.version += 1
            yield _line(rating.audit, rating.criterion, name, before, after, rating.version, act)


def _line(
    audit: Audit, criterion: Criterion | None, field: str, before: str, after: str, version: int, act: _Act
) -> AuditChange:
    return AuditChange(
        audit=audit,
        change_id=Change(field=field, value=after, before=before).change_id,
        criterion=criterion,
        field=field,
        before=before,
        after=after,
        version=version,
        made_at=act.at,
        saved_at=act.at,
        by=act.by,
    )


def _copy_priorities(new: Audit, priorities: list[Priority], plan: CarryingPlan) -> None:
    """Those whose criterion has a place; the others are left as typed words, to be given another criterion."""
    criteria = {criterion.code: criterion for criterion in new.framework.criteria.all()}
    copies = []
    for priority in priorities:
        code = plan.codes.get(priority.criterion.code)
        if code:
            taken = copy(priority)
            taken.pk, taken._state = None, copy(priority._state)
            taken._state.adding = True
            taken.audit, taken.criterion = new, criteria[code]
            copies.append(taken)
    Priority.objects.bulk_create(copies)
