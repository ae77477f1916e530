"""The one reminder of a reflection sheet, three school weeks after it left; and sheets that never arrived."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Prefetch, Value
from django.db.models.functions import Concat
from django.utils import timezone

from awards.emails import REFLECTION_COLLEAGUE, mail_reflection_reminder
from awards.models import Reflection
from awards.queries import reflection_recipient, reflections_to_remind
from hubportal.mail.models import Email, EmailStatus
from meetings.rules import morning_of
from schools.models import Contact

BATCH = 100
NEVER_WENT = (EmailStatus.CANCELLED, EmailStatus.FAILED)
SETTLED = (*NEVER_WENT, EmailStatus.SENT, EmailStatus.JOINED)


def queue_due_reflection_reminders(*, as_of: date) -> list[Reflection]:
    """Remind each school once of a sheet that left three school weeks ago and did not come back.

    The reminder goes to the colleague whom the sheet was handed to, or whom it went to, or whoever answers for music
    now; at the pace of mail that can wait. Where there is nobody to write to, the sheet stands on the list of schools
    to ring. With an `as_of` in the future that day is taken for today.
    """
    take_back_undelivered()
    not_before = None if as_of > timezone.localdate() else morning_of(as_of)
    reminded: list[Reflection] = []
    last = 0
    while batch := _remind_batch(as_of, after=last, not_before=not_before, reminded=reminded):
        last = batch
    return reminded


@transaction.atomic
def _remind_batch(as_of: date, *, after: int, not_before: datetime | None, reminded: list[Reflection]) -> int | None:
    """The key of the last sheet looked at; None where there was none left. What another run holds is left to it."""
    rows = (
        reflections_to_remind(as_of=as_of)
        .filter(pk__gt=after)
        .select_for_update(of=("self",), no_key=True, skip_locked=True)
        .select_related("audit__meeting__school", "email")
        .prefetch_related(
            Prefetch("audit__meeting__school__contacts", Contact.objects.reachable()), "audit__priorities"
        )
        .order_by("pk")
    )
    batch = list(rows[:BATCH])
    handed_to = _handed_to(batch)
    queued = [sheet for sheet in batch if _remind(sheet, handed_to.get(sheet.pk), not_before=not_before)]
    Reflection.objects.bulk_update(queued, ["reminded_at", "reminder_email"])
    reminded.extend(queued)
    return batch[-1].pk if batch else None


def _handed_to(sheets: Collection[Reflection]) -> dict[int, int]:
    """By sheet the contact whom it was handed to last."""
    mails = Email.objects.filter(
        kind=REFLECTION_COLLEAGUE.key, context__reflection__in=[sheet.pk for sheet in sheets]
    ).order_by("pk")
    return {context["reflection"]: context["contact"] for context in mails.values_list("context", flat=True)}


def _remind(sheet: Reflection, handed_to: int | None, *, not_before: datetime | None) -> bool:
    school = sheet.audit.meeting.school
    asked = sheet.email.context.get("contact") if sheet.email else None
    contact = _first_of((handed_to, asked), school.contacts.all()) or reflection_recipient(school.contacts.all())
    if contact is None:
        return False
    contact.school = school
    sheet.reminder_email = mail_reflection_reminder(reflection=sheet, contact=contact, not_before=not_before)
    sheet.reminded_at = timezone.now()
    return True


def _first_of(wanted: Iterable[int | None], reachable: Iterable[Contact]) -> Contact | None:
    people = {person.pk: person for person in reachable}
    return next((people[pk] for pk in wanted if pk in people), None)


@transaction.atomic
def take_back_undelivered() -> int:
    """Make sheets due again that never reached a person: the mail was cancelled or failed because its reader left,
    withdrew or takes no mail, or it came back before a reminder went. Somebody else may answer for music now.

    Returns how many. A mail that staff cancelled, or whose reader can be written to, stays as it is.
    """
    locked = Reflection.objects.unanswered().filter(email__status__in=SETTLED, reminded_at__isnull=True)
    rows = locked.select_for_update(of=("self",), no_key=True, skip_locked=True).values_list(
        "pk", "email", "email__status", "email__created_at", "email__context__contact"
    )
    sheets = list(rows)
    people = Contact.objects.in_bulk({reader for *_, reader in sheets})
    lost = {
        pk: email
        for pk, email, status, created_at, reader in sheets
        if _is_lost(status, created_at, people.get(reader))
    }
    if lost:
        Reflection.objects.filter(pk__in=lost).update(queued_at=None, email=None)
        # The key says what may go once, and this mail reached nobody.
        key = Concat(F("dedupe_key"), Value(":lost:"), F("pk"), output_field=Email._meta.get_field("dedupe_key"))
        Email.objects.filter(pk__in=lost.values()).update(dedupe_key=key)
    return len(lost)


def _is_lost(status: str, created_at: datetime, reader: Contact | None) -> bool:
    if status in NEVER_WENT:
        return reader is None or not reader.is_reachable
    return reader is not None and bool(reader.bounced_at and reader.bounced_at >= created_at)
