"""Staff's pages about mail that came in."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from hubportal.accounts.models import Role
from hubportal.mail.inbox.queries import UNREADABLE_SINCE
from hubportal.mail.models import IncomingSort
from hubportal.mail.tests.factories import EmailFactory, IncomingEmailFactory
from schools.tests.factories import ContactFactory
from schools.tests.visitors import said

pytestmark = pytest.mark.django_db
LIST = "/staff/mail/incoming/"


@pytest.mark.parametrize(
    ("role", "status"), [(None, 302), (Role.VIEWER, 403), (Role.OFFICER, 200), (Role.ADMINISTRATOR, 200)]
)
def test_pages_are_for_officers(as_role, role, status):
    incoming = IncomingEmailFactory()
    client = as_role(role)

    addresses = [LIST, reverse("incoming", args=[incoming.pk]), reverse("music_leads")]

    assert [client.get(address).status_code for address in addresses] == [status] * 3


@pytest.mark.parametrize(("role", "status"), [(None, 302), (Role.VIEWER, 403)])
def test_buttons_are_for_officers(as_role, role, status):
    incoming, contact = IncomingEmailFactory(needs_staff=True), ContactFactory()
    client = as_role(role)

    answers = [
        client.post(reverse("incoming_dealt_with", args=[incoming.pk])),
        client.post(reverse("incoming_withdraw", args=[incoming.pk]), {"contact": contact.pk}),
        client.post(reverse("incoming", args=[incoming.pk]), {"text": contact.name}),
    ]

    incoming.refresh_from_db()
    contact.refresh_from_db()
    assert [answer.status_code for answer in answers] == [status] * 3
    assert (incoming.handled_at, contact.withdrawn_at) == (None, None)


def test_contact_does_not_see_the_mail_of_others(as_contact):
    client = as_contact(ContactFactory())

    assert client.get(LIST).status_code == 302


@pytest.mark.parametrize("number", [1, 3])
def test_list_asks_the_same_number_of_queries(client, officer, number, django_assert_num_queries):
    for _ in range(number):
        IncomingEmailFactory(needs_staff=True, about=EmailFactory())

    with django_assert_num_queries(5):
        client.get(LIST)


@pytest.mark.parametrize("number", [1, 3])
def test_music_leads_ask_the_same_number_of_queries(client, officer, number, django_assert_num_queries):
    ContactFactory.create_batch(number, bounced_at=timezone.now())

    with django_assert_num_queries(6):
        client.get(reverse("music_leads"))


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", ["Unclear", "Bounced to a stranger"]),
        ("?show=all", ["Unclear", "Dealt with", "Bounced to a stranger", "Away"]),
        ("?sort=bounce", ["Bounced to a stranger"]),
        ("?show=all&sort=automatic", ["Away"]),
        ("?show=all&sort=nonsense", ["Unclear", "Dealt with", "Bounced to a stranger", "Away"]),
    ],
)
def test_list_shows_what_needs_us_or_all(client, officer, query, shown):
    now = timezone.now()
    rows = [
        {"subject": "Away", "sort": IncomingSort.AUTOMATIC},
        {"subject": "Bounced to a stranger", "sort": IncomingSort.BOUNCE, "needs_staff": True},
        {"subject": "Dealt with", "needs_staff": True, "handled_at": now, "handled_by": officer},
        {"subject": "Unclear", "needs_staff": True},
    ]
    for minutes, row in enumerate(rows):
        IncomingEmailFactory(received_at=now + timedelta(minutes=minutes), **row)

    response = client.get(LIST + query)

    assert [incoming.subject for incoming in response.context["page_obj"]] == shown


def test_list_is_paged(client, officer):
    for _ in range(51):
        IncomingEmailFactory(needs_staff=True)

    assert client.get(LIST).content.decode().count("?page=2") == 2


@pytest.mark.parametrize(
    ("url", "since", "sentences"), [("", False, 1), ("imaps://x", True, 1), ("imaps://x", False, 0)]
)
def test_list_says_when_the_mailbox_cannot_be_read(client, officer, settings, url, since, sentences):
    settings.INBOX_URL = url
    if since:
        cache.set(UNREADABLE_SINCE, timezone.now())

    content = client.get(LIST).content.decode()

    assert content.count("No mailbox is read") + content.count("could not be read since") == sentences


def test_page_shows_the_mail_and_what_it_answers(client, officer):
    email = EmailFactory(subject="Your meeting is booked")
    incoming = IncomingEmailFactory(body_text="<b>Thursday</b>", about=email, outcome="Nothing.")

    content = client.get(reverse("incoming", args=[incoming.pk])).content.decode()

    assert content.count("&lt;b&gt;Thursday&lt;/b&gt;") == 1
    assert content.count(f'href="{reverse("email", args=[email.pk])}"') == 1
    assert content.count("Dealt with") == 0


def test_page_names_the_contact_whose_address_it_is(client, officer):
    ada = ContactFactory(name="Ada Lee")
    ContactFactory(name="Bea Ray")
    incoming = IncomingEmailFactory(from_address=ada.email.upper())

    content = client.get(reverse("incoming", args=[incoming.pk])).content.decode()

    assert (content.count("Ada Lee, music coordinator of"), content.count("Bea Ray")) == (1, 0)


def test_page_of_a_mail_that_came_back_offers_no_withdrawal(client, officer):
    incoming = IncomingEmailFactory(needs_staff=True, sort=IncomingSort.BOUNCE)

    content = client.get(reverse("incoming", args=[incoming.pk])).content.decode()

    assert (content.count("Dealt with"), content.count("Find the contact")) == (1, 0)


def test_page_does_not_lead_to_a_mail_that_held_a_key(client, officer):
    email = EmailFactory(kind="account")
    incoming = IncomingEmailFactory(about=email)

    content = client.get(reverse("incoming", args=[incoming.pk])).content.decode()

    assert reverse("email", args=[email.pk]) not in content


def test_dealt_with_by_button_only(client, officer):
    incoming = IncomingEmailFactory(needs_staff=True)
    address = reverse("incoming_dealt_with", args=[incoming.pk])

    assert client.get(address).status_code == 405
    response = client.post(address)

    incoming.refresh_from_db()
    assert (incoming.handled_by, response.url) == (officer, LIST)
    assert said(response) == ["Noted as dealt with."]


def test_dealt_with_twice_says_so(client, officer):
    incoming = IncomingEmailFactory(needs_staff=False)

    response = client.post(reverse("incoming_dealt_with", args=[incoming.pk]))

    assert said(response) == ["This mail needs nothing, or somebody has dealt with it already."]
    assert response.url == reverse("incoming", args=[incoming.pk])


def test_sender_is_searched_without_a_name_in_the_address(client, officer):
    incoming = IncomingEmailFactory(needs_staff=True, sort=IncomingSort.WITHDRAWAL)
    ada = ContactFactory(name="Ada Lee")
    ContactFactory(name="Bea")

    response = client.post(reverse("incoming", args=[incoming.pk]), {"text": "ada"})

    assert [contact for contact, _ in response.context["senders"]] == [ada]
    assert response.content.decode().count(f'name="contact" value="{ada.pk}"') == 1
    assert response.context["form"]["text"].value() == "ada"


def test_search_without_words_says_what_is_missing(client, officer):
    incoming = IncomingEmailFactory(needs_staff=True)

    response = client.post(reverse("incoming", args=[incoming.pk]), {"text": ""})

    assert response.context["form"].errors == {"text": ["Fill in “Name or e-mail address of the contact”."]}
    assert response.content.decode().count("<title>Error:") == 1


def test_search_that_finds_nobody_says_so(client, officer):
    incoming = IncomingEmailFactory(needs_staff=True)

    response = client.post(reverse("incoming", args=[incoming.pk]), {"text": "Nobody"})

    assert response.content.decode().count("No contact who still gets mail has “Nobody”") == 1


def test_officer_withdraws_for_a_sender_by_button_only(client, officer):
    incoming, ada = IncomingEmailFactory(needs_staff=True), ContactFactory()
    address = reverse("incoming_withdraw", args=[incoming.pk])

    assert client.get(address).status_code == 405
    response = client.post(address, {"contact": ada.pk})

    ada.refresh_from_db()
    assert ada.withdrawn_at is not None
    assert said(response) == ["All mail to this person has stopped. They are told so, once."]


@pytest.mark.parametrize("given", ["", "0", "x", "9" * 30])
def test_withdrawing_for_nobody_is_not_found(client, officer, given):
    incoming = IncomingEmailFactory(needs_staff=True)

    response = client.post(reverse("incoming_withdraw", args=[incoming.pk]), {"contact": given})

    assert response.status_code == 404


def test_music_leads_name_whose_mail_came_back_and_who_left(client, officer):
    now = timezone.now()
    silent = ContactFactory(name="Ada Lee", bounced_at=now, bounce_reason="User unknown")
    ContactFactory(name="Bea Ray", left_at=now)

    content = client.get(reverse("music_leads")).content.decode()

    assert content.count("Mail to Ada Lee came back on") == 1
    assert content.count("User unknown") == 1
    assert content.count("Bea Ray left on") == 1
    assert content.count(f'action="{reverse("contact_address_works", args=[silent.pk])}"') == 1
