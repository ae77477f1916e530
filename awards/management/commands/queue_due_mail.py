"""`manage.py queue_due_mail --as-of DATE`: what Celery beat does every morning, by hand and for any day."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from awards.models import Reflection, Renewal
from awards.services import queue_due_mail


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is not a date; write it as 2027-11-05.") from error


class Command(BaseCommand):
    help = "Queue the mail that is due and not yet queued, and print it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--as-of",
            type=day,
            metavar="DATE",
            help="the day to ask for (2027-11-05), today when left out; a day in the future is taken for today",
        )

    def handle(self, *args: Any, as_of: date | None, **options: Any) -> None:
        due = queue_due_mail(as_of or timezone.localdate())
        queued = [
            *(f"queued: {_sheet(one)}" for one in due.reflections),
            *(f"queued: reminder of the {_sheet(one)}" for one in due.reflection_reminders),
            *(f"queued: {_renewal(one)}" for one in due.renewals),
            *(f"queued: reminder of the {_renewal(one)}" for one in due.renewal_reminders),
        ]
        nobody = [
            *(f"nobody to write to: {_sheet(one)}" for one in due.reflections_with_nobody),
            *(f"nobody to write to: {_renewal(one)}" for one in due.renewals_with_nobody),
        ]
        for line in (*queued, *nobody, f"queued {len(queued)}, nobody to write to {len(nobody)}"):
            self.stdout.write(line)


def _sheet(reflection: Reflection) -> str:
    school = reflection.audit.meeting.school
    return f"{reflection.month}-month reflection due {_long(reflection.due_on)}, {school.name} ({school.urn})"


def _renewal(renewal: Renewal) -> str:
    school = renewal.award.school
    return f"invitation to renew due {_long(renewal.due_on)}, {school.name} ({school.urn})"


def _long(day: date) -> str:
    return f"{day:%-d %B %Y}"
