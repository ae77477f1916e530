"""`manage.py queue_due_mail --as-of DATE`: what Celery beat does every morning, by hand and for any day."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from awards.models import Reflection
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
        for reflection in due.queued:
            self.stdout.write(f"queued: {self._name(reflection)}")
        for reflection in due.nobody:
            self.stdout.write(f"nobody to write to: {self._name(reflection)}")
        self.stdout.write(f"queued {len(due.queued)}, nobody to write to {len(due.nobody)}")

    def _name(self, reflection: Reflection) -> str:
        school = reflection.audit.meeting.school
        return f"{school.name} ({school.urn}), {reflection.month}-month reflection due {reflection.due_on:%-d %B %Y}"
