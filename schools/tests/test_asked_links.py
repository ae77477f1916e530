"""Asking for a personal link on the public site: the same answer for everybody, and mail only to whom we write to."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hubportal.access.rules import derive_token
from hubportal.mail.models import Email
from hubportal.mail.tasks import clear_cache
from schools.models import Contact, ContactLink, ContactRole
from schools.services.asked_links import MOST_A_DAY, mail_links_to, send_asked_links
from schools.tests.factories import ContactFactory, SchoolFactory

pytestmark = pytest.mark.django_db
BROKER = "schools.services.asked_links.current_app.send_task"


@pytest.fixture
def contact() -> Contact:
    return ContactFactory(email="ada@wren.example.org", school__name="Wren Primary School")


def ask(client, address):
    """Asks on the page; returns its answer and what the worker was told."""
    with patch(BROKER) as told:
        response = client.post(reverse("link_needed"), {"email": address})
    return response, told


def test_link_needed_answers_and_does_the_same_whoever_asks(client, contact):
    seen = []
    # The first visit of an hour is counted in another way than the rest.
    for address in ("first@example.org", contact.email, "stranger@example.org"):
        with CaptureQueriesContext(connection) as queries:
            response, told = ask(client, address)
        page = client.get(response.url)
        seen.append((response.status_code, response.url, page.content, told.call_count, len(queries)))

    assert seen[1] == seen[2]
    assert seen[1][:2] == (302, reverse("link_asked"))
    assert not Email.objects.exists()


def test_link_needed_tells_the_broker_no_address(client, contact):
    _, told = ask(client, contact.email)

    (name, (request_id,)), options = told.call_args
    assert (name, options) == ("schools.tasks.send_asked_links", {"retry": False})
    assert contact.email not in request_id
    assert cache.get(f"asked_link:{request_id}") == contact.email


def test_link_asked_for_in_vain_leaves_no_address_in_the_cache(client):
    def kept() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM hubportal_cache WHERE cache_key LIKE '%asked_link:%'")
            return cursor.fetchone()[0]

    ask(client, "lost@example.org")
    clear_cache()
    still_wanted = kept()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE hubportal_cache SET expires = now() - interval '1 minute'")
    clear_cache()

    assert (still_wanted, kept()) == (1, 0)


def test_asked_link_is_mailed_once_to_the_address_we_know(client, contact):
    _, told = ask(client, contact.email.upper())
    request_id = told.call_args.args[1][0]

    first, second = send_asked_links(request_id=request_id), send_asked_links(request_id=request_id)

    link = ContactLink.objects.get(contact=contact)
    assert (first.to_address, first.kind, second) == ("ada@wren.example.org", "links_asked", None)
    assert first.body_text.count(str(link.pk)) == 2
    assert contact.school.timeline.get().email == first


def test_link_needed_without_a_broker_mails_the_link_all_the_same(client, contact):
    with patch(BROKER, side_effect=OSError):
        client.post(reverse("link_needed"), {"email": contact.email})

    assert Email.objects.get().to_address == contact.email


def test_asked_link_opens_the_school(client, contact, settings):
    mail_links_to(address=contact.email, now=timezone.now())
    token = derive_token(link_id=ContactLink.objects.get().pk, secret=settings.SECRET_KEY)

    client.post(reverse("personal_link", args=[token]))

    assert client.get(reverse("my_school")).context["contact"] == contact


def test_asked_links_of_several_schools_come_in_one_mail(contact):
    elsewhere = ContactFactory(email=contact.email.upper(), school__name="Brook Infant School")
    ContactFactory(email=contact.email, school=contact.school, role=ContactRole.HEAD_TEACHER)

    email = mail_links_to(address=contact.email, now=timezone.now())

    links = {link.contact: str(link.pk) for link in ContactLink.objects.all()}
    assert set(links) == {contact, elsewhere}
    assert set(email.context["links"]) == set(links.values())
    assert [email.body_text.count(name) for name in ("Brook Infant School:", "Wren Primary School:")] == [1, 1]
    assert [email.body_text.count(f"link/[[personal-link:{link}]]") for link in links.values()] == [1, 1]
    assert (
        contact.school.timeline.get().text
        == f"{contact.name} asked for a personal link on the website and got it by e-mail."
    )


@pytest.mark.parametrize(
    "change", ["confirmed_at=None", "withdrawn_at", "bounced_at", "left_at"], ids=lambda change: change.split("=")[0]
)
def test_asked_link_goes_to_nobody_whom_we_may_not_write_to(contact, change):
    value = None if change.endswith("None") else timezone.now()
    Contact.objects.update(**{change.partition("=")[0]: value})

    assert mail_links_to(address=contact.email, now=timezone.now()) is None
    assert not ContactLink.objects.exists()


def test_asked_link_comes_again_only_after_half_an_hour(contact):
    now = timezone.now()
    mails = [mail_links_to(address=contact.email, now=now + timedelta(minutes=after)) for after in (0, 29, 31)]

    assert [mail is None for mail in mails] == [False, True, False]


def test_link_needed_asked_too_often_is_stopped(client):
    statuses = [ask(client, "stranger@example.org")[0].status_code for _ in range(11)]

    assert statuses == [302] * 10 + [429]


def test_link_needed_with_what_is_no_address_says_so_and_keeps_it(client):
    response, told = ask(client, "ada at wren")

    assert response.context["form"].errors == {"email": ["Enter an e-mail address like name@example.org."]}
    assert response.context["form"]["email"].value() == "ada at wren"
    assert told.call_count == 0


def test_switch_school_leads_to_another_school_of_the_same_person(as_contact, contact):
    elsewhere = ContactFactory(email=contact.email.upper(), school=SchoolFactory(name="Brook Infant School"))
    client = as_contact(contact)

    client.post(reverse("switch_school", args=[elsewhere.pk]))

    assert client.get(reverse("my_school")).context["page"].school == elsewhere.school
    ContactLink.objects.update(revoked_at=timezone.now())
    assert client.get(reverse("my_school")).url == reverse("link_needed")


@pytest.mark.parametrize("other", ["another address", "not confirmed", "left"])
def test_switch_school_to_what_is_not_this_persons_is_not_found(as_contact, contact, other):
    facts = {
        "another address": {},
        "not confirmed": {"email": contact.email, "confirmed_at": None},
        "left": {"email": contact.email, "left_at": timezone.now()},
    }[other]
    elsewhere = ContactFactory(**facts)

    assert as_contact(contact).post(reverse("switch_school", args=[elsewhere.pk])).status_code == 404


def test_switched_school_ends_when_the_person_leaves_it(as_contact, contact):
    elsewhere = ContactFactory(email=contact.email)
    client = as_contact(contact)
    client.post(reverse("switch_school", args=[elsewhere.pk]))

    Contact.objects.filter(pk=elsewhere.pk).update(left_at=timezone.now())

    assert client.get(reverse("my_school")).context["contact"] == contact


def test_switch_school_for_somebody_nobody_knows_changes_nothing(as_contact, contact):
    Contact.objects.filter(pk=contact.pk).update(confirmed_at=None)
    elsewhere = ContactFactory(email=contact.email)
    client = as_contact(contact)

    client.post(reverse("switch_school", args=[elsewhere.pk]))

    assert client.get(reverse("my_school")).templates[0].name == "schools/not_confirmed.html"
    assert "contact_entry" not in client.session


@pytest.mark.parametrize("mailed, is_mailed", [(MOST_A_DAY - 1, True), (MOST_A_DAY, False)])
def test_asked_links_within_a_day_are_few_however_often_somebody_asks(contact, mailed, is_mailed):
    now = timezone.now()
    for hours in range(mailed, 0, -1):
        at = now - timedelta(hours=hours)
        email = mail_links_to(address=contact.email, now=at)
        Email.objects.filter(pk=email.pk).update(created_at=at)

    assert (mail_links_to(address=contact.email.upper(), now=now) is not None) == is_mailed
    assert mail_links_to(address=contact.email, now=now + timedelta(hours=26)) is not None
