"""Between colleagues: please read this outcome pack before it goes, and what was said of it."""

from typing import Any

from django.urls import reverse

from awards.models import Award, PackReading
from hubportal.mail.kinds import MailKind, register
from hubportal.mail.models import Email
from hubportal.mail.render import render_email
from hubportal.mail.services import queue_email
from meetings.emails.sending import staff_context

FOLDER = "awards/emails"


def reading_no_longer_applies(email: Email) -> str | None:
    """Somebody else was asked meanwhile, it is answered, or there is nothing left to read."""
    reading = PackReading.objects.select_related("award").filter(pk=email.context["reading"]).first()
    if reading is None:
        return "Somebody else was asked to read it."
    if reading.answered_at:
        return "It has been read already."
    waits = Award.objects.to_send().filter(pk=reading.award_id).exists()
    return None if waits else "The outcome pack has gone, or will not go."


PACK_READING = register(
    MailKind(key="pack_reading", name="Outcome pack to read", no_longer_applies=reading_no_longer_applies)
)
PACK_READ = register(MailKind(key="pack_read", name="Outcome pack read by a colleague"))


def mail_pack_reading(*, reading: PackReading) -> Email:
    """Ask the second reader; the button leads to the pack as it will go."""
    reader = reading.reader
    return _queue(PACK_READING, reading, to_address=reader.email, to_name=reader.name, path="pack_reading")


def mail_pack_read(*, reading: PackReading) -> Email:
    """Tell whoever asked what the reader says. What should change stands on the award's page, not in the mail."""
    asker = reading.asked_by
    return _queue(PACK_READ, reading, to_address=asker.email, to_name=asker.name, path="award_detail")


def _queue(kind: MailKind, reading: PackReading, *, to_address: str, to_name: str, path: str) -> Email:
    context = reading_context(reading, path=reverse(path, args=[reading.award_id]))
    email, _ = queue_email(
        kind=kind.key,
        dedupe_key=f"{kind.key}:{reading.pk}",
        to_address=to_address,
        to_name=to_name,
        context={"reading": reading.pk},
        **render_email(f"{FOLDER}/{kind.key}", context),
    )
    return email


def reading_context(reading: PackReading, *, path: str) -> dict[str, Any]:
    """What the templates of both mails get; `path` is where the button leads."""
    return staff_context(path=path) | {
        "school": reading.award.school,
        "level": reading.award.get_level_display(),
        "asked_by": reading.asked_by.name,
        "reader": reading.reader.name,
        "is_fine": reading.is_fine,
    }
