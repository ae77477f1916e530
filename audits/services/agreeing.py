"""Agreeing an audit: from then on it is what the school and the hub agreed, and never changes."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from audits.models import PRIORITIES_OF_A_CONVERSATION, Audit, AuditStatus, Priority, Rating, RatingValue
from audits.services.promises import record_promises
from hubportal.accounts.models import User
from meetings.models import MeetingStatus
from meetings.services import hold_meeting
from schools.models import TimelineKind
from schools.services import record_event

COUNTED = (RatingValue.GREEN, RatingValue.AMBER, RatingValue.RED, RatingValue.NOT_APPLICABLE)


@transaction.atomic
def agree_audit(*, audit: Audit, by: User, now: datetime | None = None) -> Audit:
    """Record that the ratings and priorities are agreed; the meeting then counts as held. Twice is harmless.

    What school and hub promise with the priorities is tracked from now on (`Promise`).

    Raises:
        ValidationError: a criterion has no agreed rating, a rating that differs from the school's own has no reason,
            a quality conversation has not exactly three complete priorities, or the meeting is cancelled. The
            sentences say what is missing.
    """
    # Ratings before the audit, as in `audits.services.changes`: nothing changes between the check and the end.
    ratings = list(audit.ratings.select_related("criterion").select_for_update(of=("self",)).order_by("pk"))
    audit = (
        Audit.objects.select_for_update(of=("self",)).select_related("meeting__school", "framework").get(pk=audit.pk)
    )
    if not audit.is_open:
        return audit
    priorities = list(audit.priorities.all())
    problems = _what_is_missing(audit, ratings, priorities)
    if problems:
        raise ValidationError(problems)
    audit.status, audit.agreed_at, audit.agreed_by = AuditStatus.AGREED, now or timezone.now(), by
    audit.priorities_draft = []
    audit.save(update_fields=["status", "agreed_at", "agreed_by", "priorities_draft"])
    record_promises(audit)
    if audit.meeting.status == MeetingStatus.BOOKED:
        hold_meeting(meeting=audit.meeting, by=by)
    record_event(
        school=audit.meeting.school,
        kind=TimelineKind.AUDIT,
        text=f"{audit.framework.title} agreed: {_counts_in_words(ratings)}; {_number_of_priorities(len(priorities))}.",
        by=by,
        at=now,
    )
    return audit


def _what_is_missing(audit: Audit, ratings: list[Rating], priorities: list[Priority]) -> list[str]:
    problems = []
    if audit.meeting.status == MeetingStatus.CANCELLED:
        problems.append("The meeting of this audit is cancelled, so nothing can be agreed at it.")
    missing = sorted(
        (rating.criterion.position, rating.criterion.code)
        for rating in ratings
        if rating.agreed == RatingValue.NOT_DISCUSSED
    )
    if missing:
        codes = ", ".join(code for _, code in missing)
        problems.append(f"Still to be rated: {codes}. “Not discussed” is never counted as red, so it must be settled.")
    unexplained = sorted(
        (rating.criterion.position, rating.criterion.code)
        for rating in ratings
        if rating.differs and not rating.reason.strip()
    )
    if unexplained:
        codes = ", ".join(code for _, code in unexplained)
        problems.append(f"The school rated itself differently: say in a few words why, for {codes}.")
    number = len(priorities)
    if audit.needs_priorities and number != PRIORITIES_OF_A_CONVERSATION:
        problems.append(
            f"A quality conversation ends with exactly three complete priorities; there are {number or 'none'} yet."
        )
    return [*problems, *(sentence for priority in priorities for sentence in _gaps(priority))]


def _gaps(priority: Priority) -> list[str]:
    """What one priority still needs: priorities saved before all of this was asked for may have gaps."""
    gaps = []
    if not priority.good_looks_like.strip():
        gaps.append(f"{priority}: say what good looks like in 12 months.")
    if (priority.support.strip() or priority.offer_id) and not (priority.hub_owner_id and priority.hub_due_on):
        gaps.append(f"{priority}: say who at the hub sees to the support, and by when.")
    return gaps


def _counts_in_words(ratings: list[Rating]) -> str:
    counts = {value: sum(rating.agreed == value for rating in ratings) for value in COUNTED}
    return ", ".join(f"{count} {value.label.lower()}" for value, count in counts.items() if count)


def _number_of_priorities(number: int) -> str:
    return {0: "no priorities", 1: "1 priority"}.get(number, f"{number} priorities")
