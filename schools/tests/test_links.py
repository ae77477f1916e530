"""Personal links: opening does nothing, the button acts, and what has ended opens nothing."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from hubportal.access.rules import derive_token
from hubportal.mail.tests.factories import EmailFactory
from schools.models import ContactLink
from schools.permissions import SESSION_KEY
from schools.tests.factories import ContactFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def link():
    made = ContactLink.mint(destination="/my-school/", contact=ContactFactory())
    made.save()
    return made


def token_of(link, settings):
    return derive_token(link_id=link.id, secret=settings.SECRET_KEY)


def address(name, link, settings):
    return reverse(name, args=[token_of(link, settings)])


def test_personal_link_opened_changes_nothing(client, link, settings):
    response = client.get(address("personal_link", link, settings))

    link.refresh_from_db()
    assert (response.status_code, link.last_used_at, SESSION_KEY in client.session) == (200, None, False)


def test_personal_link_button_opens_the_session_without_the_token(client, link, settings):
    response = client.post(address("personal_link", link, settings))

    link.refresh_from_db()
    assert (response.status_code, response.url) == (302, "/my-school/")
    assert client.session[SESSION_KEY] == str(link.pk)
    assert link.last_used_at is not None


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", ["personal_link", "withdraw"])
def test_link_changed_in_one_letter_opens_nothing(client, link, settings, name, method):
    token = token_of(link, settings)
    changed = ("A" if token[0] != "A" else "B") + token[1:]

    response = getattr(client, method)(reverse(name, args=[changed]))

    assert (response.status_code, SESSION_KEY in client.session) == (404, False)


def end(link, ending):
    now = timezone.now()
    if ending == "expired":
        ContactLink.objects.update(created_at=now - timedelta(days=9), expires_at=now - timedelta(seconds=1))
    elif ending == "revoked":
        ContactLink.objects.update(revoked_at=now)
    else:
        link.contact.left_at = now
        link.contact.save()


ENDINGS = ("expired", "revoked", "owner has left")


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_personal_link_that_has_ended_opens_nothing(client, link, settings, method, ending):
    end(link, ending)

    response = getattr(client, method)(address("personal_link", link, settings))

    assert (response.status_code, SESSION_KEY in client.session) == (410, False)
    assert link.contact.name not in response.content.decode()


@pytest.mark.parametrize("ending", ENDINGS)
def test_withdraw_works_however_old_the_mail_is(client, link, settings, ending):
    end(link, ending)

    response = client.post(address("withdraw", link, settings))

    link.contact.refresh_from_db()
    assert (response.status_code, link.contact.withdrawn_at is not None) == (200, True)


@pytest.mark.parametrize("method", ["get", "post"])
def test_withdraw_of_somebody_who_was_erased_has_nothing_left_to_stop(client, link, settings, method):
    link.contact.left_at = link.contact.erased_at = timezone.now()
    link.contact.save()

    response = getattr(client, method)(address("withdraw", link, settings))

    link.contact.refresh_from_db()
    assert (response.status_code, link.contact.withdrawn_at) == (410, None)


def test_link_revoked_later_ends_the_running_session(client, link, settings):
    client.post(address("personal_link", link, settings))
    assert client.get(reverse("my_school")).status_code == 200

    ContactLink.objects.update(revoked_at=timezone.now())

    assert client.get(reverse("my_school")).url == reverse("link_needed")


def test_leave_school_ends_the_session(client, link, settings):
    client.post(address("personal_link", link, settings))

    client.post(reverse("leave_school"))

    assert SESSION_KEY not in client.session


def test_leave_school_by_mere_opening_is_refused(client):
    assert client.get(reverse("leave_school")).status_code == 405


def test_withdraw_opened_changes_nothing(client, link, settings):
    client.get(address("withdraw", link, settings))

    link.contact.refresh_from_db()
    assert link.contact.withdrawn_at is None


def test_withdraw_button_stops_the_address_everywhere_and_cancels_what_waits(client, link, settings):
    elsewhere = ContactFactory(email=link.contact.email.upper())
    other = ContactFactory()
    waiting = EmailFactory(to_address=link.contact.email, context={"contact": link.contact.pk})
    unrelated = EmailFactory(to_address=other.email, context={"contact": other.pk})

    client.post(address("withdraw", link, settings))

    for row in (link.contact, elsewhere, other, waiting, unrelated):
        row.refresh_from_db()
    assert link.contact.withdrawn_at is not None
    assert elsewhere.withdrawn_at is not None
    assert (other.withdrawn_at, waiting.status, unrelated.status) == (None, "cancelled", "queued")
    assert elsewhere.school.timeline.get().kind == "contact"


@pytest.mark.slow
def test_links_tried_too_often_are_stopped(client, link, settings):
    statuses = [client.get(reverse("personal_link", args=["x"])).status_code for _ in range(121)]

    assert (statuses[119], statuses[120]) == (404, 429)


def test_link_expiring_before_its_creation_is_refused(link):
    with pytest.raises(IntegrityError, match="schools_contactlink_expires_after_creation"), transaction.atomic():
        ContactLink.objects.update(expires_at=link.created_at)
