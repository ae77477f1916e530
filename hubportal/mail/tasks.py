"""Background work of the outbox: ids in, one service call."""

from celery import shared_task
from django.core.management import call_command
from django.db import connection
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


@shared_task
def clear_cache() -> None:
    """Remove what the shared cache kept past its time, such as an address that somebody typed to get their link.
    Django itself removes a row only when it is asked for again."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM hubportal_cache WHERE expires < now()")
