"""Background work about awards: one service call each."""

from celery import shared_task
from django.utils import timezone

from awards import services


@shared_task
def queue_due_mail() -> None:
    services.queue_due_mail(timezone.localdate())


@shared_task(soft_time_limit=240, time_limit=270)
def pack_part(part_id: int) -> None:
    services.pack_part(part_id=part_id)


@shared_task
def sweep_batches() -> None:
    services.sweep_batches(now=timezone.now())
