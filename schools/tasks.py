"""Background work about schools and their contacts: one service call each."""

from celery import shared_task
from django.utils import timezone

from schools import services


# Seconds: it ends before the next one begins, and a worker is never busy with the mailbox for longer.
@shared_task(soft_time_limit=240, time_limit=270)
def read_inbox() -> None:
    services.read_inbox(now=timezone.now())


@shared_task
def end_pauses() -> None:
    services.end_pauses(as_of=timezone.localdate(), now=timezone.now())


@shared_task
def ask_still_there() -> None:
    services.ask_still_there(as_of=timezone.localdate())


@shared_task
def send_asked_links(request_id: str) -> None:
    services.send_asked_links(request_id=request_id)


@shared_task
def forget() -> None:
    services.forget_what_is_past_its_time(as_of=timezone.localdate())
