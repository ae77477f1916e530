"""Once a year the hub asks a school's people whether they are still there."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone

from hubportal.mail.models import Email
from schools.emails import STILL_YOU, mail_still_you
from schools.models import Contact, ContactRole, School, TimelineKind
from schools.queries import last_sign_of_life
from schools.rules import next_asking, years_after
from schools.services.contacts import let_contact_go
from schools.timeline import record_event

BATCH = 100
ASKED_ROLES = (ContactRole.MUSIC_COORDINATOR, ContactRole.HEAD_TEACHER)


def ask_still_there(*, as_of: date, not_before: datetime | None = None) -> int:
    """Ask everybody who is due as of this day and was not asked yet. Returns how many mails that makes.

    Due are confirmed coordinators and head teachers who may be written to, a year after their last sign of life and
    after the last question, at schools that take part and have not paused their mail. A server that slept for years
    asks once.
    """
    asked = 0
    for batch in _nearly_due(as_of):
        asked_next = next_asked_on(batch)
        asked += sum(_ask(one, asked_next[one.pk], as_of=as_of, not_before=not_before) for one in batch)
    return asked


def people_to_ask() -> QuerySet[Contact]:
    """Those who are asked once a year: confirmed coordinators and head teachers who may be written to, at schools that
    take part."""
    return Contact.objects.reachable().filter(role__in=ASKED_ROLES, school__in=School.objects.taking_part())


def next_asked_on(contacts: Collection[Contact]) -> dict[int, date]:
    """The day on which each of these people is to be asked next, by their keys."""
    last_asked, days = _last_asked(contacts), {}
    for contact in contacts:
        last_sign, asked = last_sign_of_life(contact), last_asked.get(contact.pk)
        assert last_sign, "whoever is reachable was confirmed at some time"
        days[contact.pk] = next_asking(
            last_sign_on=timezone.localdate(last_sign), last_asked_on=timezone.localdate(asked) if asked else None
        )
    return days


def _nearly_due(as_of: date) -> Iterator[Sequence[Contact]]:
    """Whoever is due and perhaps others: `next_asking` counts the exact day, in Europe/London."""
    mail_flows = Q(school__mail_paused_until__isnull=True) | Q(school__mail_paused_until__lte=as_of)
    nearly = years_after(as_of, -1) + timedelta(days=2)
    candidates = (
        people_to_ask()
        .filter(mail_flows)
        .annotate(last_sign=Greatest("still_there_at", "confirmed_at", "consented_at"))
        .filter(last_sign__lt=timezone.make_aware(datetime.combine(nearly, time.min)))
        .select_related("school")
        .order_by("pk")
    )
    last = 0
    while batch := list(candidates.filter(pk__gt=last)[:BATCH]):
        yield batch
        last = batch[-1].pk


def _last_asked(contacts: Collection[Contact]) -> dict[int, datetime]:
    asked = Email.objects.filter(kind=STILL_YOU.key, context__contact__in=[contact.pk for contact in contacts])
    return dict(asked.order_by().values_list("context__contact").annotate(Max("created_at")))


def _ask(contact: Contact, due_on: date, *, as_of: date, not_before: datetime | None) -> bool:
    if due_on > as_of:
        return False
    _, is_new = mail_still_you(contact=contact, due_on=due_on, not_before=not_before)
    return is_new


@transaction.atomic
def say_still_there(*, contact: Contact, now: datetime) -> None:
    """The person says "yes, still me", for every role they have at this school."""
    same_person = Contact.objects.filter(
        school=contact.school_id, email__iexact=contact.email, left_at__isnull=True, confirmed_at__isnull=False
    )
    same_person.update(still_there_at=now)
    text = f"{contact.name} is still there."
    record_event(school=contact.school, kind=TimelineKind.CONTACT, text=text, by_contact=contact, at=now)


def leave_school(*, contact: Contact, now: datetime) -> None:
    """The person says that they have left and knows no successor: the hub has to ask the school.

    Raises:
        ValidationError: the person has left already.
    """
    let_contact_go(contact=contact, by_contact=contact, now=now)
