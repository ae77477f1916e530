"""Background work about schools and their contacts: one service call each."""

from celery import shared_task
from django.utils import timezone

from schools import services


@shared_task
def read_inbox() -> None:
    services.read_inbox(now=timezone.now())
