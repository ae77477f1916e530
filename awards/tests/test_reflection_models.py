"""What the database itself refuses of reminders, responses and ratings, and of sheets that are given up."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from awards.models import Reflection, ReflectionRating, ReflectionResponse
from awards.tests.factories import make_due_reflections
from hubportal.mail.tests.factories import EmailFactory
from schools.models import Contact
from schools.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sheet() -> Reflection:
    (made,) = make_due_reflections(1, due_on=date(2026, 11, 5))
    return made


@pytest.fixture
def response(sheet) -> ReflectionResponse:
    return sheet.responses.create(contact=Contact.objects.get())


def refused(constraint: str, act) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        act()


def change(sheet: Reflection, **fields) -> None:
    Reflection.objects.filter(pk=sheet.pk).update(**fields)


@pytest.mark.parametrize("minutes, has_mail", [(-1, True), (1, False)])
def test_reflection_reminded_before_the_sheet_or_without_a_mail_is_refused(sheet, minutes, has_mail):
    now = timezone.now()
    change(sheet, queued_at=now, email=EmailFactory())
    reminder = {
        "reminded_at": now + timedelta(minutes=minutes),
        "reminder_email": EmailFactory() if has_mail else None,
    }

    refused("awards_reflection_reminded_after_sheet", lambda: change(sheet, **reminder))


@pytest.mark.parametrize("missing", ["closed_at", "closed_by", "closed_reason"])
def test_reflection_given_up_by_half_is_refused(sheet, missing):
    closed = {"closed_at": timezone.now(), "closed_by": UserFactory(), "closed_reason": "They are rebuilding."}
    del closed[missing]

    refused("awards_reflection_closed_in_full", lambda: change(sheet, **closed))


def test_response_of_one_person_twice_is_refused(sheet, response):
    refused("awards_reflectionresponse_one_a_person", lambda: sheet.responses.create(contact=response.contact))


def test_responses_of_people_who_are_no_contacts_may_be_several(sheet):
    for _ in range(2):
        sheet.responses.create(contact=None, taken_by=UserFactory())

    assert sheet.responses.count() == 2


def test_response_changed_before_it_was_given_is_refused(response):
    before = response.answered_at - timedelta(seconds=1)
    found = ReflectionResponse.objects.filter(pk=response.pk)

    refused("awards_reflectionresponse_times_in_order", lambda: found.update(changed_at=before))


def test_rating_of_one_criterion_twice_is_refused(sheet, response):
    said = {"response": response, "criterion": sheet.audit.priorities.first().criterion, "rating": "red"}
    ReflectionRating.objects.create(**said)

    refused("awards_reflectionrating_once", lambda: ReflectionRating.objects.create(**said))


@pytest.mark.parametrize("rating", ["", "blue"])
def test_rating_that_is_no_colour_is_refused(sheet, response, rating):
    said = {"response": response, "criterion": sheet.audit.priorities.first().criterion, "rating": rating}

    refused("awards_reflectionrating_known", lambda: ReflectionRating.objects.create(**said))
