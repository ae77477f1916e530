"""The demo hub: every stage of the journey is there, no address is real, and it builds whole or not at all."""

import pytest
from django.core.management import CommandError, call_command

from awards.models import Award, Certificate, OutcomePack, Reflection
from hubportal.accounts.models import User
from hubportal.demo import logins
from hubportal.demo.building import build_demo
from hubportal.mail.models import Email
from meetings.models import Meeting, MeetingRequest
from schools.models import Contact, School
from schools.tests.factories import SchoolFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_demo_has_schools_at_every_stage_and_no_real_address():
    build_demo(say=lambda line: None)

    assert School.objects.count() == 433
    assert set(Award.objects.values_list("level", flat=True)) == {"working_towards", "bronze", "silver", "gold"}
    assert set(Award.objects.values_list("status", flat=True)) == {"current", "superseded"}
    assert set(MeetingRequest.objects.values_list("status", flat=True)) == {"new", "booked"}
    assert set(Meeting.objects.values_list("status", flat=True)) == {"booked", "held"}
    assert Certificate.objects.count() > 15
    assert OutcomePack.objects.count() > 20
    assert Reflection.objects.filter(answered_at__isnull=False).count() > 10
    assert Reflection.objects.unanswered().count() > 2
    assert Email.objects.exclude(status="sent").count() == 0
    addresses = {
        *User.objects.values_list("email", flat=True),
        *Contact.objects.values_list("email", flat=True),
        *Email.objects.values_list("to_address", flat=True),
    }
    assert [address for address in addresses if not address.endswith(".example.org")] == []
    for _, email, password in logins():
        assert User.objects.get(email=email).check_password(password)


def test_demo_in_a_database_with_schools_is_refused():
    SchoolFactory()

    with pytest.raises(CommandError, match="has schools already"):
        call_command("demo")


def test_demo_that_fails_leaves_nothing_behind(monkeypatch):
    def fail(**kwargs):
        raise RuntimeError

    monkeypatch.setattr("hubportal.demo.building.plan_lives", fail)

    with pytest.raises(RuntimeError):
        build_demo(say=lambda line: None)

    assert (School.objects.count(), User.objects.count()) == (0, 0)
