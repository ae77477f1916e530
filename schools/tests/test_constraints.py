"""What must hold whatever the code does: each constraint of the app's tables, broken once."""

import hashlib
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from schools.models import (
    Area,
    Contact,
    ContactLink,
    HubPicture,
    HubProfile,
    ImportRun,
    School,
    SchoolLink,
    TimelineEvent,
    TimelineKind,
)
from schools.tests.factories import AreaFactory, ContactFactory, SchoolFactory, UserFactory

pytestmark = pytest.mark.django_db


def hub_profile_twice():
    HubProfile.objects.create(pk=2)


def unknown_design():
    HubProfile.objects.update_or_create(pk=1, defaults={"certificate_design": "baroque"})


def picture(**changes):
    content = b"a picture"
    details = {"kind": "logo", "content": content, "width": 2, "height": 1}
    HubPicture.objects.create(**{**details, "sha256": hashlib.sha256(content).hexdigest(), **changes})


def unknown_kind_of_picture():
    picture(kind="banner")


def picture_of_no_width():
    picture(width=0)


def picture_with_another_fingerprint():
    picture(sha256="0" * 64)


def second_logo():
    picture()
    picture()


def unknown_status():
    SchoolFactory(status="merged")


def unknown_offer():
    SchoolFactory(audit_offer="both")


def ages_turned_round():
    SchoolFactory(low_age=11, high_age=4)


def urn_twice():
    SchoolFactory(urn=1)
    SchoolFactory(urn=1)


def area_name_twice():
    AreaFactory(name="North")
    AreaFactory(name="North")


def link_twice():
    school = SchoolFactory()
    for _ in range(2):
        SchoolLink.objects.create(school=school, linked_urn=1, link_type="Successor")


def import_that_ends_before_it_begins():
    now = timezone.now()
    ImportRun.objects.create(file_name="x", sha256="x", rows=0, started_at=now, finished_at=now - timedelta(seconds=1))


def unknown_role():
    ContactFactory(role="caretaker")


def current_contact_twice():
    first = ContactFactory(email="music@school.example.org")
    ContactFactory(email="Music@school.example.org", school=first.school)


def consent_without_wording():
    ContactFactory(consent_wording="")


def wording_without_consent():
    ContactFactory(consented_at=None)


def confirmed_by_somebody_at_no_time():
    ContactFactory(confirmed_by=UserFactory(), confirmed_at=None)


def bounced_for_a_reason_at_no_time():
    ContactFactory(bounce_reason="No such mailbox")


def erased_and_still_there():
    ContactFactory(erased_at=timezone.now())


def replaced_and_still_there():
    ContactFactory(replaced_by=ContactFactory())


def unknown_engagement():
    SchoolFactory(engagement="asleep", engagement_reason="x", engagement_since=date(2026, 1, 1))


def paused_without_a_reason():
    SchoolFactory(engagement="paused", engagement_since=date(2026, 1, 1))


def pause_that_ends_before_it_begins():
    SchoolFactory(
        engagement="paused",
        engagement_reason="x",
        engagement_since=date(2026, 1, 2),
        engagement_until=date(2026, 1, 1),
    )


def link_that_expires_before_it_is_made():
    contact, now = ContactFactory(), timezone.now()
    ContactLink.objects.create(contact=contact, token_hash="x", destination="/", created_at=now, expires_at=now)


def unknown_kind_of_event():
    TimelineEvent.objects.create(school=SchoolFactory(), kind="gossip", text="x")


def event_by_two():
    contact = ContactFactory()
    TimelineEvent.objects.create(
        school=contact.school, kind=TimelineKind.NOTE, text="x", by=UserFactory(), by_contact=contact
    )


def mail_event_without_mail():
    TimelineEvent.objects.create(school=SchoolFactory(), kind=TimelineKind.MAIL, text="x")


@pytest.mark.parametrize(
    ("constraint", "break_it"),
    [
        ("schools_hubprofile_only_one", hub_profile_twice),
        ("schools_hubprofile_design_known", unknown_design),
        ("schools_hubpicture_kind_known", unknown_kind_of_picture),
        ("schools_hubpicture_has_a_size", picture_of_no_width),
        ("schools_hubpicture_fingerprint_true", picture_with_another_fingerprint),
        ("schools_hubpicture_kind", second_logo),
        ("schools_school_status_known", unknown_status),
        ("schools_school_offer_known", unknown_offer),
        ("schools_school_ages_in_order", ages_turned_round),
        ("schools_school_urn", urn_twice),
        ("schools_area_name", area_name_twice),
        ("schools_schoollink_once", link_twice),
        ("schools_importrun_times_in_order", import_that_ends_before_it_begins),
        ("schools_contact_role_known", unknown_role),
        ("schools_contact_current_once", current_contact_twice),
        ("schools_contact_consent_with_wording", consent_without_wording),
        ("schools_contact_consent_with_wording", wording_without_consent),
        ("schools_contact_confirmed_with_time", confirmed_by_somebody_at_no_time),
        ("schools_contact_bounced_with_time", bounced_for_a_reason_at_no_time),
        ("schools_contact_erased_has_left", erased_and_still_there),
        ("schools_contact_replaced_has_left", replaced_and_still_there),
        ("schools_school_engagement_known", unknown_engagement),
        ("schools_school_engagement_with_reason", paused_without_a_reason),
        ("schools_school_pause_in_order", pause_that_ends_before_it_begins),
        ("schools_contactlink_expires_after_creation", link_that_expires_before_it_is_made),
        ("schools_timeline_kind_known", unknown_kind_of_event),
        ("schools_timeline_one_author", event_by_two),
        ("schools_timeline_mail_has_email", mail_event_without_mail),
    ],
)
def test_database_refuses_what_must_not_be(constraint, break_it):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        break_it()


def test_every_constraint_of_the_app_is_broken_once():
    tables: list[type[models.Model]] = [
        HubProfile, HubPicture, Area, School, SchoolLink, ImportRun, Contact, ContactLink, TimelineEvent,
    ]  # fmt: skip
    (parameters,) = (mark.args[1] for mark in test_database_refuses_what_must_not_be.pytestmark)

    named = {constraint.name for table in tables for constraint in table._meta.constraints}
    assert named - {name for name, _ in parameters} == set()


def test_contact_who_left_may_come_back():
    gone = ContactFactory(left_at=timezone.now())

    ContactFactory(email=gone.email, school=gone.school)

    assert Contact.objects.count() == 2
