"""Background work about awards: one service call each."""

from celery import shared_task
from django.utils import timezone

from awards import services


@shared_task
def queue_due_mail() -> None:
    services.queue_due_mail(timezone.localdate())
