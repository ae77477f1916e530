"""Background work of the outbox: ids in, one service call."""

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from hubportal.mail import services


@shared_task
def deliver_email(email_id: int) -> None:
    services.deliver(email_id=email_id)


@shared_task
def sweep_outbox() -> None:
    services.sweep(now=timezone.now())


@shared_task
def plan_outbox() -> None:
    services.plan_waiting(now=timezone.now())


@shared_task
def clear_sessions() -> None:
    call_command("clearsessions")
