"""Celery: the background worker, and the beat schedule kept in code."""

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import beat_init, worker_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hubportal.settings")

app = Celery("hubportal")


@worker_init.connect
@beat_init.connect
def refuse(**kwargs: object) -> None:
    """Worker and beat refuse an unsafe start as the web does."""
    from hubportal.deploy_checks import refuse_unsafe_start

    refuse_unsafe_start()


app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["hubportal.mail", "schools", "meetings", "awards"])

app.conf.beat_schedule = {
    # Whatever a lost broker or a killed worker left behind goes out a few minutes late, never not at all.
    "sweep-outbox": {"task": "hubportal.mail.tasks.sweep_outbox", "schedule": 120.0},
    # Holidays and pauses may have been entered since yesterday: what waits says again when it goes.
    "plan-outbox": {"task": "hubportal.mail.tasks.plan_outbox", "schedule": crontab(hour="5", minute="0")},
    # 09:00 Europe/London is when mail that can wait goes out; asking earlier gives the queue its day.
    "queue-due-mail": {
        "task": "awards.tasks.queue_due_mail",
        "schedule": crontab(hour="6", minute="0"),
    },
    # A server that slept through the morning catches up the same day.
    "queue-due-mail-again": {
        "task": "awards.tasks.queue_due_mail",
        "schedule": crontab(hour="12", minute="0"),
    },
    "queue-due-reminders": {
        "task": "meetings.tasks.queue_due_reminders",
        "schedule": crontab(hour="6,12", minute="10"),
    },
    "escalate-requests": {
        "task": "meetings.tasks.escalate_requests",
        "schedule": crontab(hour="6,12", minute="20"),
    },
    # A run that waited for its turn longer than until the next one is not wanted any more.
    "read-inbox": {"task": "schools.tasks.read_inbox", "schedule": 300.0, "options": {"expires": 300}},
    # A part that a lost broker or a worker that died left is packed a few minutes late.
    "sweep-batches": {"task": "awards.tasks.sweep_batches", "schedule": 120.0},
    "clear-sessions": {
        "task": "hubportal.mail.tasks.clear_sessions",
        "schedule": crontab(hour="3", minute="15"),
    },
    "clear-cache": {"task": "hubportal.mail.tasks.clear_cache", "schedule": crontab(hour="3", minute="20")},
    # Before the mail of the day is queued: a school whose pause is over gets its share.
    "end-pauses": {"task": "schools.tasks.end_pauses", "schedule": crontab(hour="4", minute="0")},
    "ask-still-there": {"task": "schools.tasks.ask_still_there", "schedule": crontab(hour="6", minute="15")},
    "forget": {"task": "schools.tasks.forget", "schedule": crontab(hour="3", minute="30")},
}
