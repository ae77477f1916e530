import pytest
from django.urls import reverse
from django.utils import timezone

from hubportal.access.rules import WITHHELD, placeholder
from hubportal.accounts.models import Role
from hubportal.mail.models import EmailStatus
from hubportal.mail.tests.factories import EmailFactory
from schools.tests.factories import UserFactory

pytestmark = pytest.mark.django_db
LINK = "3f0c0a52-6c43-4d4f-9b6b-3d7d0a3d9b11"


@pytest.mark.parametrize(
    ("role", "status"), [(None, 302), (Role.VIEWER, 403), (Role.OFFICER, 200), (Role.ADMINISTRATOR, 200)]
)
def test_outbox_is_for_officers(client, role, status):
    email = EmailFactory()
    email.attachments.create(position=1, filename="a.pdf", content_type="application/pdf", content=b"x", sha256="")
    if role:
        client.force_login(UserFactory(role=role))

    addresses = [reverse("outbox"), reverse("email", args=[email.pk]), reverse("email_attachment", args=[email.pk, 1])]

    assert [client.get(address).status_code for address in addresses] == [status] * 3


@pytest.mark.parametrize("number", [1, 3])
def test_outbox_asks_the_same_number_of_queries(client, officer, number, django_assert_num_queries):
    EmailFactory.create_batch(number)

    with django_assert_num_queries(6):
        client.get(reverse("outbox"))


def test_outbox_filters_by_status_and_words(client, officer):
    EmailFactory(subject="Booked", status=EmailStatus.FAILED)
    EmailFactory(subject="Thank you")
    EmailFactory(subject="Booked")

    response = client.get(reverse("outbox"), {"status": "failed", "q": "booked"})

    assert [(email.subject, email.status) for email in response.context["page_obj"]] == [("Booked", "failed")]


def test_email_page_withholds_personal_links(client, officer):
    email = EmailFactory(body_text=f"Open /link/{placeholder(LINK)}/")

    content = client.get(reverse("email", args=[email.pk])).content.decode()

    assert LINK not in content
    assert content.count(WITHHELD) == 1


def test_email_that_holds_a_key_to_an_account_is_not_shown(client, officer):
    email = EmailFactory(kind="account")

    assert client.get(reverse("email", args=[email.pk])).status_code == 404


def test_email_attachment_comes_as_it_was_sent(client, officer):
    email = EmailFactory()
    email.attachments.create(position=1, filename="a.pdf", content_type="application/pdf", content=b"%PDF", sha256="")

    response = client.get(reverse("email_attachment", args=[email.pk, 1]))

    assert (response.content, response["Content-Type"]) == (b"%PDF", "application/pdf")
    assert response["Content-Disposition"] == 'attachment; filename="a.pdf"'


def test_send_again_by_button_only(client, officer):
    email = EmailFactory(status=EmailStatus.FAILED)
    address = reverse("send_again", args=[email.pk])

    assert client.get(address).status_code == 405
    client.post(address)

    email.refresh_from_db()
    assert email.status == EmailStatus.QUEUED


def test_send_again_of_a_sent_mail_says_why_not(client, officer):
    email = EmailFactory(status=EmailStatus.SENT, sent_at=timezone.now())

    response = client.post(reverse("send_again", args=[email.pk]), follow=True)

    assert [str(message) for message in response.context["messages"]] == ["Only a mail that failed can be sent again."]
