"""Writing down the three priorities, complete or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from audits.models import PRIORITIES_OF_A_CONVERSATION, Audit, Priority
from audits.services.changes import check_is_open
from hubportal.accounts.models import User
from support.models import Offer


class StalePriorities(Exception):
    """Somebody else has saved the priorities since the page was loaded; `current` is the audit as stored."""

    def __init__(self, current: Audit) -> None:
        self.current = current
        super().__init__(f"priorities of audit {current.pk} are at version {current.priorities_version}")


@dataclass(frozen=True)
class PriorityWords:
    """One complete priority: what the school will do, and, where support is promised, who at the hub by when."""

    number: int
    code: str
    action: str
    support: str
    owner: str
    due_on: date
    good_looks_like: str = ""
    offer: Offer | None = None
    hub_owner: User | None = None
    hub_due_on: date | None = None


@transaction.atomic
def save_priorities(
    *,
    audit: Audit,
    complete: Sequence[PriorityWords],
    draft: Sequence[dict[str, str]],
    version: int,
    by: User,
) -> Audit:
    """Replace the audit's priorities by the complete ones, and keep the whole form as typed in `draft`.

    Raises:
        ValidationError: the audit is not open, a criterion is not in it or is used twice, a date is not after
            the meeting, or whoever is to see to the support does not work with schools.
        StalePriorities: somebody else saved them in the meantime; nothing is stored.
    """
    current = Audit.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=audit.pk)
    check_is_open(current)
    if current.priorities_version != version:
        raise StalePriorities(current)
    criteria = dict(current.framework.criteria.values_list("code", "pk"))
    _check_priorities(current, complete, criteria)
    current.priorities.all().delete()
    Priority.objects.bulk_create(
        Priority(
            audit=current,
            number=words.number,
            criterion_id=criteria[words.code],
            action=words.action,
            support=words.support,
            owner=words.owner,
            due_on=words.due_on,
            good_looks_like=words.good_looks_like,
            offer=words.offer,
            hub_owner=words.hub_owner,
            hub_due_on=words.hub_due_on,
        )
        for words in complete
    )
    current.priorities_draft, current.priorities_version = list(draft), version + 1
    current.save(update_fields=["priorities_draft", "priorities_version"])
    return current


def _check_priorities(audit: Audit, complete: Sequence[PriorityWords], criteria: dict[str, int]) -> None:
    if len(complete) > PRIORITIES_OF_A_CONVERSATION:
        raise ValidationError("There are three priorities at most.")
    codes = [words.code for words in complete]
    for words in complete:
        if words.code not in criteria:
            raise ValidationError(f"Priority {words.number}: this audit has no criterion {words.code}.")
        if codes.count(words.code) > 1:
            raise ValidationError(f"{words.code} is a priority twice: choose a different criterion for one of them.")
        if words.due_on <= audit.meeting.held_on:
            raise ValidationError(f"Priority {words.number}: the date must be after the day of the meeting.")
        _check_hub_side(audit, words)


def _check_hub_side(audit: Audit, words: PriorityWords) -> None:
    if words.hub_due_on and not words.hub_owner:
        raise ValidationError(f"Priority {words.number}: choose who at the hub sees to the support.")
    if words.hub_owner and not words.hub_owner.is_officer:
        raise ValidationError(
            f"Priority {words.number}: {words.hub_owner} does not work with schools; choose an officer."
        )
    if words.hub_due_on and words.hub_due_on <= audit.meeting.held_on:
        raise ValidationError(f"Priority {words.number}: the support must come after the day of the meeting.")
