"""Builds the demo: register, staff and areas first, then the years of meetings are lived through day by day."""

import logging
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import time_machine
from dateutil.easter import easter
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from hubportal.accounts.models import User
from hubportal.celery import app as celery_app
from hubportal.demo.lives import plan_lives
from hubportal.demo.people import AREAS, PASSWORD, STAFF
from hubportal.demo.support import build_offers
from meetings.models import HubHoliday
from schools.models import Area, HubProfile
from schools.services import assign_areas_by_postcode

DATA = Path(settings.BASE_DIR) / "schools" / "data"
SEPTEMBER = 9
# When no school had asked for anything yet.
BEFORE_THE_FIRST = timedelta(days=5 * 366)
delivering = logging.getLogger("hubportal.mail.services.delivering")


def build_demo(*, say: Callable[[str], object]) -> None:
    """Fill an empty database, in one transaction: a demo that fails leaves nothing behind.

    Mail goes to nobody: each is marked as sent on the day it would have gone, unless its mailbox is full, and no worker
    is told.
    """
    backend, broker, level = settings.EMAIL_BACKEND, celery_app.conf.broker_url, delivering.level
    settings.EMAIL_BACKEND = "hubportal.demo.mailbox.Nowhere"
    celery_app.conf.update(broker_url="memory://demo")
    # That a mailbox is full is no news here.
    delivering.setLevel(logging.ERROR)
    try:
        with transaction.atomic():
            build_hub(say=say)
    finally:
        settings.EMAIL_BACKEND = backend
        celery_app.conf.update(broker_url=broker)
        delivering.setLevel(level)


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
    build_offers(now=timezone.now() - BEFORE_THE_FIRST)
    this_year = school_year(timezone.localdate())
    build_holidays(first=this_year - 5, last=this_year + 1)
    say("  four years of requests, meetings, audits, awards and reflections")
    plan_lives().run(say=say)


def school_year(day: date) -> int:
    """The calendar year in which the school year of this day began."""
    return day.year if day.month >= SEPTEMBER else day.year - 1


PROFILE = {
    "name": "Leicester and Leicestershire Music Hub (demo)",
    "award_name": "Developing Quality Award",
    "contact_email": "music@hub.example.org",
    "contact_phone": "0116 496 0000",
    "website": "https://hub.example.org/",
    "signatory_name": "Helen Ashdown",
    "signatory_role": "Hub Manager",
}


def build_holidays(*, first: int, last: int) -> None:
    """The school holidays of the school years that begin in these years, about as Leicestershire has them."""
    HubHoliday.objects.bulk_create(
        HubHoliday(name=name, first_on=first_on, last_on=last_on, ends_term=name.startswith(TERM_ENDS))
        for year in range(first, last + 1)
        for name, first_on, last_on in _holidays(year)
    )
    # The city's schools have their half term a week later.
    city = Area.objects.get(name=AREA_OF_ITS_OWN)
    for holiday in list(HubHoliday.objects.filter(name__startswith="October")):
        monday = holiday.first_on + timedelta(weeks=1)
        HubHoliday.objects.create(
            name=f"{holiday.name}, city schools", first_on=monday, last_on=monday + FRIDAY, area=city
        )


TERM_ENDS = ("Christmas", "Easter", "Summer")
AREA_OF_ITS_OWN = "Leicester South and East"
FRIDAY = timedelta(days=4)


def _holidays(year: int) -> list[tuple[str, date, date]]:
    """Name, first and last day of each holiday in the school year that begins in this year."""
    october, february = _monday_from(date(year, 10, 15)), _monday_from(date(year + 1, 2, 13))
    may, sunday = _monday_from(date(year + 1, 5, 25)), easter(year + 1)
    return [
        (f"October half-term {year}", october, october + FRIDAY),
        (f"Christmas {year}", date(year, 12, 20), date(year + 1, 1, 3)),
        (f"February half-term {year + 1}", february, february + FRIDAY),
        (f"Easter {year + 1}", sunday - timedelta(days=6), sunday + timedelta(days=7)),
        (f"May half-term {year + 1}", may, may + FRIDAY),
        (f"Summer {year + 1}", date(year + 1, 7, 13), date(year + 1, 8, 31)),
    ]


def _monday_from(day: date) -> date:
    return day + timedelta(days=-day.weekday() % 7)


def build_staff() -> None:
    # It takes a while to make, on purpose, and all have the same.
    password = make_password(PASSWORD)
    User.objects.bulk_create(
        User(email=person.email, password=password, name=person.name, role=person.role, job_title=person.job_title)
        for person in STAFF
    )


def build_areas() -> None:
    leaders = {user.email: user for user in User.objects.all()}
    for area in AREAS:
        Area.objects.create(name=area.name, leader=leaders[area.leader], postcode_districts=list(area.districts))
    with time_machine.travel(timezone.now() - BEFORE_THE_FIRST, tick=False):
        assign_areas_by_postcode(by=User.objects.get(role="administrator"))
