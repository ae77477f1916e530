"""Builds the demo: register, staff and areas first, then the years of meetings are lived through day by day."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import time_machine
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from hubportal.accounts.models import User
from hubportal.celery import app as celery_app
from hubportal.demo.lives import plan_lives
from hubportal.demo.people import AREAS, PASSWORD, STAFF
from meetings.models import HubHoliday
from schools.models import Area, HubProfile
from schools.services import assign_areas_by_postcode

DATA = Path(settings.BASE_DIR) / "schools" / "data"


def build_demo(*, say: Callable[[str], object]) -> None:
    """Fill an empty database, in one transaction: a demo that fails leaves nothing behind.

    Mail goes to nobody: each is marked as sent on the day it would have gone, and no worker is told.
    """
    backend, broker = settings.EMAIL_BACKEND, celery_app.conf.broker_url
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    celery_app.conf.update(broker_url="memory://demo")
    try:
        with transaction.atomic():
            build_hub(say=say)
    finally:
        settings.EMAIL_BACKEND = backend
        celery_app.conf.update(broker_url=broker)


def build_hub(*, say: Callable[[str], object]) -> None:
    say("  real schools of Leicestershire and Leicester, from the Department for Education's register")
    call_command(
        "import_schools",
        str(DATA / "gias_leicestershire.csv"),
        "--links",
        str(DATA / "gias_links_leicestershire.csv"),
        verbosity=0,
    )
    call_command("load_frameworks", verbosity=0)
    say("  staff and areas, all of them invented")
    HubProfile.objects.update_or_create(pk=1, defaults=PROFILE)
    build_staff()
    build_areas()
    build_holidays(first_year=timezone.localdate().year - 4, last_year=timezone.localdate().year + 1)
    say("  four years of requests, meetings, audits, awards and reflections")
    plan_lives().run(say=say)


PROFILE = {
    "name": "Leicester and Leicestershire Music Hub (demo)",
    "award_name": "Developing Quality Award",
    "contact_email": "music@hub.example.org",
    "contact_phone": "0116 496 0000",
    "website": "https://hub.example.org/",
    "signatory_name": "Helen Ashdown",
    "signatory_role": "Hub Manager",
}


# Roughly the school holidays: name, first day and last day as (month, day).
HOLIDAYS = (
    ("Half term in February", (2, 14), (2, 20)),
    ("Easter", (4, 1), (4, 15)),
    ("Half term in May", (5, 25), (5, 31)),
    ("Summer", (7, 12), (9, 2)),
    ("Half term in October", (10, 16), (10, 25)),
)


def build_holidays(*, first_year: int, last_year: int) -> None:
    for year in range(first_year, last_year + 1):
        HubHoliday.objects.create(
            name=f"Christmas {year}", first_on=date(year, 12, 20), last_on=date(year + 1, 1, 3), ends_term=True
        )
        for name, first, last in HOLIDAYS:
            HubHoliday.objects.create(
                name=f"{name} {year}",
                first_on=date(year, *first),
                last_on=date(year, *last),
                ends_term=not name.startswith("Half term"),
            )


def build_staff() -> None:
    for person in STAFF:
        User.objects.create_user(person.email, PASSWORD, name=person.name, role=person.role, job_title=person.job_title)


def build_areas() -> None:
    leaders = {user.email: user for user in User.objects.all()}
    for area in AREAS:
        Area.objects.create(name=area.name, leader=leaders[area.leader], postcode_districts=list(area.districts))
    # Before the first school asked for anything.
    with time_machine.travel(timezone.now() - timedelta(days=4 * 366), tick=False):
        assign_areas_by_postcode(by=User.objects.get(role="administrator"))
