"""Writing down the three priorities, complete or not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from audits.models import PRIORITIES_OF_A_CONVERSATION, Audit, Priority
from audits.services.changes import AGREED_ALREADY
from hubportal.accounts.models import User


class StalePriorities(Exception):
    """Somebody else has saved the priorities since the page was loaded; `current` is the audit as stored."""

    def __init__(self, current: Audit) -> None:
        self.current = current
        super().__init__(f"priorities of audit {current.pk} are at version {current.priorities_version}")


@dataclass(frozen=True)
class PriorityWords:
    """One complete priority."""

    number: int
    code: str
    action: str
    support: str
    owner: str
    due_on: date


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
        ValidationError: the audit is agreed, a criterion is not in it or is used twice, or a date is not after
            the meeting.
        StalePriorities: somebody else saved them in the meantime; nothing is stored.
    """
    current = Audit.objects.select_for_update(of=("self",)).select_related("meeting").get(pk=audit.pk)
    if not current.is_open:
        raise ValidationError(AGREED_ALREADY)
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
