"""Builds the demo: register, staff and areas first, then the years of meetings are lived through day by day."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from hubportal.accounts.models import User
from hubportal.demo.lives import Calendar, plan_lives
from hubportal.demo.people import AREAS, PASSWORD, STAFF
from schools.models import Area, HubProfile
from schools.services import assign_areas_by_postcode

DATA = Path(settings.BASE_DIR) / "schools" / "data"


@transaction.atomic
def build_demo(*, say: Callable[[str], object]) -> None:
    """Fill an empty database, in one transaction: a demo that fails leaves nothing behind."""
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
    say("  four years of requests, meetings, audits, awards and reflections")
    live(plan_lives(), say=say)


PROFILE = {
    "name": "Leicester and Leicestershire Music Hub (demo)",
    "award_name": "Developing Quality Award",
    "contact_email": "music@hub.example.org",
    "contact_phone": "0116 496 0000",
    "website": "https://hub.example.org/",
    "signatory_name": "Helen Ashdown",
    "signatory_role": "Hub Manager",
}


def build_staff() -> None:
    for person in STAFF:
        User.objects.create_user(person.email, PASSWORD, name=person.name, role=person.role, job_title=person.job_title)


def build_areas() -> None:
    leaders = {user.email: user for user in User.objects.all()}
    for area in AREAS:
        Area.objects.create(name=area.name, leader=leaders[area.leader], postcode_districts=list(area.districts))
    assign_areas_by_postcode(by=User.objects.get(role="administrator"))


def live(calendar: Calendar, *, say: Callable[[str], object]) -> None:
    """Let everything happen on its day. Mail goes to nobody: it is marked as sent on the day it would have gone."""
    backend = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    try:
        calendar.run(say=say)
    finally:
        settings.EMAIL_BACKEND = backend
