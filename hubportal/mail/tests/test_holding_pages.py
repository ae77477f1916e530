"""The buttons and pages by which staff hold, edit and cancel a mail."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from hubportal.accounts.models import Role
from hubportal.mail import services
from hubportal.mail.models import Email, EmailStatus
from hubportal.mail.services import draft_of
from hubportal.mail.tests.factories import EmailFactory
from schools.emails import mail_personal_link
from schools.tests.factories import ContactFactory, UserFactory
from schools.tests.visitors import said

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def held() -> Email:
    email = mail_personal_link(contact=ContactFactory(name="Ada Lee", school__name="Hillside"), number=1)
    services.hold(email=email, by=UserFactory(name="Olga Officer"), now=NOW)
    email.refresh_from_db()
    return email


@pytest.mark.parametrize("name", ["email_hold", "email_release"])
def test_buttons_act_on_post_only(client, officer, name):
    email = EmailFactory() if name == "email_hold" else held()
    before = email.status

    assert client.get(reverse(name, args=[email.pk])).status_code == 405
    assert Email.objects.get(pk=email.pk).status == before


@pytest.mark.parametrize(
    ("role", "status"), [(None, 302), (Role.VIEWER, 403), (Role.OFFICER, 302), (Role.ADMINISTRATOR, 302)]
)
def test_holding_is_for_officers(client, as_role, role, status):
    email = EmailFactory()
    as_role(role)

    response = client.post(reverse("email_hold", args=[email.pk]))

    is_allowed = role in (Role.OFFICER, Role.ADMINISTRATOR)
    assert response.status_code == status
    assert Email.objects.get().status == (EmailStatus.HELD if is_allowed else EmailStatus.QUEUED)


@pytest.mark.parametrize(("role", "status"), [(None, 302), (Role.VIEWER, 403), (Role.OFFICER, 200)])
@pytest.mark.parametrize("name", ["email_edit", "email_cancel"])
def test_pages_are_for_officers(client, as_role, name, role, status):
    email = held()
    as_role(role)

    assert client.get(reverse(name, args=[email.pk])).status_code == status
    posted = client.post(reverse(name, args=[email.pk]), {"reason": "", "subject": "", "message": ""})
    assert posted.status_code == status
    assert Email.objects.get(pk=email.pk).status == EmailStatus.HELD


def test_hold_and_let_go_by_button(client, officer):
    email = EmailFactory()

    first = client.post(reverse("email_hold", args=[email.pk]))
    second = client.post(reverse("email_hold", args=[email.pk]))
    client.post(reverse("email_release", args=[email.pk]))

    assert said(first) == ["The e-mail is held back. It goes only when somebody lets it go."]
    assert said(second)[-1] == "It does not wait any more (held back), so it cannot be held back."
    assert Email.objects.get().status == EmailStatus.QUEUED


def test_edit_page_shows_marks_instead_of_links_and_what_stands_below(client, officer):
    email = held()

    page = client.get(reverse("email_edit", args=[email.pk])).content.decode()

    assert "[[personal-link:" not in page
    assert page.count("Open your school’s page:\n[personal link]</textarea>") == 1
    assert page.count("To stop all our mail to you, open [link to stop our mail] and confirm there.") == 1
    assert page.count('value="Your link to the pages of Hillside"') == 1


def test_edit_page_saves_and_the_mail_shows_both_texts(client, officer):
    email = held()
    draft = draft_of(email)
    data = {"subject": "Your new link", "message": "Hello!\r\n\r\n[personal link]", "seen": draft.seen}

    response = client.post(reverse("email_edit", args=[email.pk]), data)
    page = client.get(reverse("email", args=[email.pk])).content.decode()

    assert said(response) == ["Saved. The e-mail is still held back: let it go when it is right."]
    assert page.count("<p>Hello!</p>") == 1
    assert page.count("Here is a new personal link to the pages of Hillside") == 1
    assert page.count("[[personal-link:") == 0


def test_edit_page_with_a_link_missing_says_so_and_keeps_what_was_typed(client, officer):
    email = held()
    data = {"subject": "Your new link", "message": "No link at all.", "seen": draft_of(email).seen}

    response = client.post(reverse("email_edit", args=[email.pk]), data)

    page = response.content.decode()
    sentence = "“[personal link]” is missing. Put it back where the reader should find the link."
    assert response.context["form"].errors["message"] == [sentence]
    assert page.count("No link at all.</textarea>") == 1
    assert "<title>Error: Edit" in page


def test_edit_page_when_a_colleague_was_quicker_shows_both_and_saves_the_second_time(client, officer):
    email = held()
    mine, address = draft_of(email), reverse("email_edit", args=[email.pk])
    theirs = {"subject": "Theirs", "message": "By Cara.\n\n[personal link]", "seen": mine.seen}
    services.edit_held(email=email, by=UserFactory(name="Cara Colleague"), now=NOW, **theirs)
    data = {"subject": "Mine", "message": "By me.\n\n[personal link]", "seen": mine.seen}

    refused = client.post(address, data)
    page = refused.content.decode()
    seen = refused.context["form"]["seen"].value()

    # In the summary and above the form.
    assert page.count("Cara Colleague changed this e-mail while you were writing.") == 2
    assert page.count("By me.\n\n[personal link]</textarea>") == 1
    assert page.count("<p>By Cara.</p>") == 1
    assert Email.objects.get(pk=email.pk).subject == "Theirs"
    assert client.post(address, data | {"seen": seen}).status_code == 302
    assert Email.objects.get(pk=email.pk).subject == "Mine"


def test_edit_page_of_a_mail_that_is_not_held_leads_back_to_it(client, officer):
    email = EmailFactory()

    response = client.get(reverse("email_edit", args=[email.pk]))

    assert response["Location"] == reverse("email", args=[email.pk])


def test_cancel_page_asks_why_and_cancels(client, officer):
    email = held()
    address = reverse("email_cancel", args=[email.pk])

    without = client.post(address, {"reason": " "})
    response = client.post(address, {"reason": "They rang"})

    assert without.context["form"].errors["reason"] == [
        "Say in a few words why it should not go. The reason stays with the e-mail."
    ]
    assert response["Location"] == reverse("email", args=[email.pk])
    assert Email.objects.get(pk=email.pk).last_error == "Olga Officer cancelled it: They rang"


def test_cancel_page_of_a_sent_mail_leads_back_to_it(client, officer):
    email = EmailFactory(status=EmailStatus.SENT, sent_at=NOW)

    assert client.get(reverse("email_cancel", args=[email.pk])).status_code == 302


@pytest.mark.parametrize(
    ("fields", "buttons"),
    [
        ({}, {"email_hold", "email_cancel"}),
        ({"status": "failed"}, {"send_again"}),
        ({"status": "sent", "sent_at": NOW}, set()),
        ({"status": "cancelled"}, set()),
    ],
)
def test_email_page_offers_what_can_be_done_now(client, officer, fields, buttons):
    email = EmailFactory(**fields)

    page = client.get(reverse("email", args=[email.pk])).content.decode()

    names = ("email_hold", "email_release", "email_edit", "email_cancel", "send_again")
    assert {name for name in names if f'"{reverse(name, args=[email.pk])}"' in page} == buttons


def test_email_page_of_a_held_mail_offers_to_edit_let_go_and_cancel(client, officer):
    email = held()

    page = client.get(reverse("email", args=[email.pk])).content.decode()

    names = ("email_hold", "email_release", "email_edit", "email_cancel", "send_again")
    offered = {name for name in names if f'"{reverse(name, args=[email.pk])}"' in page}
    assert offered == {"email_release", "email_edit", "email_cancel"}
