"""A reflection sheet that waited to go to somebody who has left goes to whoever answers for music now."""

from datetime import date

import pytest
from django.utils import timezone

from awards.models import Reflection
from awards.services import queue_due_reflections
from awards.tests.factories import make_due_reflections
from hubportal.mail.models import Email
from schools.models import Contact
from schools.services import hand_over
from schools.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
DUE_ON = date(2026, 11, 4)


def over(contact):
    return hand_over(contact=contact, name="Ben", email="ben@other.example.org", by=UserFactory(), now=timezone.now())


@pytest.fixture
def sheet():
    (made,) = make_due_reflections(1, due_on=DUE_ON)
    queue_due_reflections(as_of=date(2026, 11, 23))
    made.refresh_from_db()
    return made


def test_sheet_that_waited_goes_to_the_successor_once(sheet):
    alice = Contact.objects.get(pk=sheet.email.context["contact"])
    ben = over(alice)

    for _ in range(2):
        queue_due_reflections(as_of=date(2026, 11, 24))

    mails = Email.objects.filter(kind="reflection").order_by("pk").values_list("to_address", "status")
    assert list(mails) == [(alice.email, "cancelled"), (ben.email, "queued")]


def test_sheet_that_went_stays_with_its_mail(sheet):
    Email.objects.filter(pk=sheet.email_id).update(status="sent", sent_at=timezone.now())

    over(Contact.objects.get(pk=sheet.email.context["contact"]))

    assert Reflection.objects.get(pk=sheet.pk).email_id == sheet.email_id
