"""Mail whose day has come. The question is always "what is due as of this day and not yet done?", so a server that
slept for a month catches up, once, and two that run at the same moment share the work."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from audits.models import Priority
from awards.emails import mail_reflection
from awards.models import Reflection, Renewal
from awards.queries import reflection_recipient, reflections_with_nobody, renewals_with_nobody
from awards.services.reflection_reminders import queue_due_reflection_reminders, take_back_undelivered
from awards.services.renewals import queue_due_renewal_reminders, queue_due_renewals
from meetings.rules import morning_of
from schools.models import Contact

BATCH = 100


@dataclass(frozen=True)
class DueMail:
    """What one run queued, and that for which there is nobody to write to."""

    reflections: tuple[Reflection, ...]
    reflection_reminders: tuple[Reflection, ...]
    renewals: tuple[Renewal, ...]
    renewal_reminders: tuple[Renewal, ...]
    reflections_with_nobody: tuple[Reflection, ...]
    renewals_with_nobody: tuple[Renewal, ...]


def queue_due_mail(as_of: date) -> DueMail:
    """Queue everything that is due as of this day and not yet done: sheets, invitations to renew, and the one reminder
    of each."""
    return DueMail(
        reflections=tuple(queue_due_reflections(as_of=as_of)),
        reflection_reminders=tuple(queue_due_reflection_reminders(as_of=as_of)),
        renewals=tuple(queue_due_renewals(as_of=as_of)),
        renewal_reminders=tuple(queue_due_renewal_reminders(as_of=as_of)),
        reflections_with_nobody=tuple(reflections_with_nobody(as_of=as_of)),
        renewals_with_nobody=tuple(renewals_with_nobody(as_of=as_of)),
    )


def queue_due_reflections(*, as_of: date) -> list[Reflection]:
    """Queue the reflection sheets that are due, each once, to the coordinator or else the head teacher.

    They go from `as_of` on, at the pace of mail that can wait: on school days from 09:00, within the daily number.
    With an `as_of` in the future that day is taken for today.
    """
    take_back_undelivered()
    not_before = None if as_of > timezone.localdate() else morning_of(as_of)
    return [reflection for batch in _batches(as_of, not_before) for reflection in batch]


def _batches(as_of: date, not_before: datetime | None) -> Iterator[list[Reflection]]:
    """Batch after batch, each in a transaction of its own: what another run holds is left to it."""
    last = 0
    while True:
        with transaction.atomic():
            batch = list(_due(as_of).filter(pk__gt=last)[:BATCH])
            queued = [reflection for reflection in batch if _queue(reflection, not_before=not_before)]
            Reflection.objects.bulk_update(queued, ["queued_at", "email"])
        yield queued
        if not batch:
            return
        last = batch[-1].pk


def _due(as_of: date) -> QuerySet[Reflection]:
    locked = Reflection.objects.due(as_of=as_of).select_for_update(of=("self",), no_key=True, skip_locked=True)
    return (
        locked.select_related("audit__meeting__school")
        .prefetch_related(
            Prefetch("audit__meeting__school__contacts", Contact.objects.reachable()),
            Prefetch("audit__priorities", Priority.objects.select_related("criterion", "hub_owner")),
        )
        .order_by("pk")
    )


def _queue(reflection: Reflection, *, not_before: datetime | None) -> bool:
    school = reflection.audit.meeting.school
    contact = reflection_recipient(school.contacts.all())
    if contact is None:
        return False
    contact.school = school
    reflection.email = mail_reflection(reflection=reflection, contact=contact, not_before=not_before)
    reflection.queued_at = timezone.now()
    return True
