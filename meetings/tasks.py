"""Background work about requests and meetings: one service call each."""

from celery import shared_task
from django.utils import timezone

from meetings import services


@shared_task
def queue_due_reminders() -> None:
    services.queue_due_reminders(timezone.localdate())


@shared_task
def escalate_requests() -> None:
    services.escalate_requests(as_of=timezone.localdate(), now=timezone.now())
