from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from hubportal.access.rules import WITHHELD, placeholder
from hubportal.accounts.models import Role
from hubportal.mail.models import EmailStatus
from hubportal.mail.tests.factories import EmailFactory, IncomingEmailFactory
from schools.models import TimelineKind
from schools.tests.factories import SchoolFactory, UserFactory
from schools.timeline import record_event

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

    addresses = [
        reverse("outbox"),
        reverse("email", args=[email.pk]),
        reverse("email_html", args=[email.pk]),
        reverse("email_attachment", args=[email.pk, 1]),
        reverse("email_cancel", args=[email.pk]),
        reverse("mail_kinds"),
        reverse("mail_kind", args=["booking"]),
        reverse("mail_sample", args=["booking", 1]),
    ]

    assert [client.get(address).status_code for address in addresses] == [status] * 8


@pytest.mark.parametrize("number", [1, 3])
def test_outbox_asks_the_same_number_of_queries(client, officer, number, django_assert_num_queries):
    for _ in range(number):
        record_event(school=SchoolFactory(), kind=TimelineKind.MAIL, text="Mail", email=EmailFactory())

    with django_assert_num_queries(6):
        client.get(reverse("outbox"))


def shown(response) -> list[str]:
    return [row.email.subject for row in response.context["rows"]]


def test_outbox_filters_by_status_kind_and_words(client, officer):
    failed = {"status": EmailStatus.FAILED, "kind": "reflection"}
    EmailFactory(subject="Booked", **failed)
    EmailFactory(subject="Thank you", **failed)
    EmailFactory(subject="Booked again", kind="reflection")
    EmailFactory(subject="Booked once more", status=EmailStatus.FAILED)

    response = client.get(reverse("outbox"), {"status": "failed", "kind": "reflection", "q": "booked"})

    assert shown(response) == ["Booked"]


@pytest.mark.parametrize("words", ["hillside", "ada@hill", "Ada L", "meeting"])
def test_outbox_finds_by_school_address_name_or_subject(client, officer, words):
    EmailFactory(subject="Other", to_address="else@school.example.org")
    found = EmailFactory(subject="Your meeting", to_address="ada@hill.example.org", to_name="Ada Lee")
    school = SchoolFactory(name="Hillside Primary School")
    record_event(school=school, kind=TimelineKind.MAIL, text="Mail", email=found)

    response = client.get(reverse("outbox"), {"q": words})

    assert shown(response) == ["Your meeting"]


def test_outbox_with_days_shows_what_goes_or_went_on_them(client, officer):
    def at(hour, day):
        return datetime(2026, 11, day, hour, tzinfo=UTC)

    EmailFactory(subject="Went", status=EmailStatus.SENT, sent_at=at(23, 20))
    EmailFactory(subject="Went before", status=EmailStatus.SENT, sent_at=at(23, 19))
    EmailFactory(subject="Goes", not_before=at(0, 22))
    EmailFactory(subject="Goes later", not_before=at(0, 23))
    joining = EmailFactory(subject="Several", status=EmailStatus.SENT, sent_at=at(9, 21))
    EmailFactory(subject="Part", status=EmailStatus.JOINED, joined_into=joining, not_before=at(9, 1))

    response = client.get(reverse("outbox"), {"since": "2026-11-20", "until": "2026-11-22", "sort": "when"})

    assert shown(response) == ["Went", "Part", "Several", "Goes"]


@pytest.mark.parametrize(
    ("sort", "subjects"),
    [
        ("subject", ["A", "B"]),
        ("-subject", ["B", "A"]),
        ("to", ["B", "A"]),
        ("-when", ["A", "B"]),
        ("school", ["A", "B"]),
        ("status", ["B", "A"]),
        ("nonsense", ["B", "A"]),
    ],
)
def test_outbox_sorts_by_each_heading(client, officer, sort, subjects):
    now = timezone.now()
    first = EmailFactory(subject="A", to_address="b@school.example.org", not_before=now + timedelta(days=1))
    EmailFactory(subject="B", to_address="a@school.example.org", not_before=now, status=EmailStatus.FAILED)
    record_event(school=SchoolFactory(), kind=TimelineKind.MAIL, text="Mail", email=first)

    response = client.get(reverse("outbox"), {"sort": sort})

    assert shown(response) == subjects


def test_outbox_with_nonsense_in_the_address_bar_shows_all(client, officer):
    EmailFactory(subject="One")

    response = client.get(reverse("outbox"), {"status": "lost", "kind": "none", "since": "soon", "until": "later"})

    assert (response.status_code, shown(response)) == (200, ["One"])


def test_outbox_counts_each_status_whatever_is_filtered(client, officer):
    EmailFactory(status=EmailStatus.FAILED)
    EmailFactory.create_batch(2)

    response = client.get(reverse("outbox"), {"status": "held"})

    numbers = {status.value: number for status, number, _ in response.context["statuses"] if number}
    assert (numbers, shown(response)) == ({"failed": 1, "queued": 2}, [])


def test_outbox_as_csv_is_what_the_page_shows(client, officer):
    EmailFactory(subject="Other")
    failed = EmailFactory(
        subject="=Booked",
        to_address="ada@school.example.org",
        to_name="Ada Lee",
        status=EmailStatus.FAILED,
        claimed_at=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
        last_error="SMTPRecipientsRefused 550: 5.1.1 Unknown",
    )
    school = SchoolFactory(name="Hillside Primary School", urn=100001)
    record_event(school=school, kind=TimelineKind.MAIL, text="Mail", email=failed)

    response = client.get(reverse("outbox"), {"status": "failed", "format": "csv"})

    lines = response.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2
    assert lines[1] == (
        "Failed,last tried,2026-11-20 09:30,test,100001,Hillside Primary School,Ada Lee,ada@school.example.org,"
        "'=Booked,0,There is no such mailbox. Ask the school for the right address.,"
        "SMTPRecipientsRefused 550: 5.1.1 Unknown"
    )


def test_outbox_explains_why_a_mail_failed(client, officer):
    failed = EmailFactory(status=EmailStatus.FAILED, last_error="SMTPRecipientsRefused 550: 5.1.1 Unknown")

    page = client.get(reverse("email", args=[failed.pk])).content.decode()

    assert page.count("There is no such mailbox. Ask the school for the right address.") == 1
    assert page.count("<q>SMTPRecipientsRefused 550: 5.1.1 Unknown</q>") == 1


def test_outbox_gives_no_way_into_a_mail_that_holds_a_key(client, officer):
    email = EmailFactory(kind="account", subject="Choose a password")

    page = client.get(reverse("outbox")).content.decode()

    assert (page.count("Choose a password"), page.count(reverse("email", args=[email.pk]))) == (1, 0)


def test_email_page_leads_to_the_mail_it_went_in_and_back(client, officer):
    several = EmailFactory(subject="Two messages", status=EmailStatus.SENT, sent_at=timezone.now())
    part = EmailFactory(subject="Reflection", status=EmailStatus.JOINED, joined_into=several)

    of_part = client.get(reverse("email", args=[part.pk])).content.decode()
    of_several = client.get(reverse("email", args=[several.pk])).content.decode()

    assert of_part.count(f'<a href="{reverse("email", args=[several.pk])}">Two messages</a>') == 1
    assert of_several.count(f'<a href="{reverse("email", args=[part.pk])}">Reflection</a>') == 1


@pytest.mark.parametrize("number", [1, 3])
def test_email_page_asks_the_same_number_of_queries(client, officer, number, django_assert_num_queries):
    email = EmailFactory(status=EmailStatus.SENT, sent_at=timezone.now())
    EmailFactory.create_batch(number, status=EmailStatus.JOINED, joined_into=email)
    for position in range(number):
        email.attachments.create(
            position=position, filename="a.pdf", content_type="application/pdf", content=b"x", sha256=""
        )
        email.earlier_texts.create(subject="Old", body_text="Old", replaced_at=timezone.now(), replaced_by=officer)
    IncomingEmailFactory.create_batch(number, about=email)

    with django_assert_num_queries(8):
        client.get(reverse("email", args=[email.pk]))


def test_email_html_runs_and_loads_nothing_and_shows_in_our_pages_only(client, officer):
    email = EmailFactory(body_html=f'<a href="/link/{placeholder(LINK)}/">Open</a>')

    response = client.get(reverse("email_html", args=[email.pk]))

    rules = {rule.strip() for rule in response["Content-Security-Policy"].split(";")}
    assert rules == {
        "default-src 'none'",
        "script-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src 'none'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        "sandbox",
    }
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert response.content.decode() == f'<a href="/link/{WITHHELD}/">Open</a>'


def test_email_page_withholds_personal_links(client, officer):
    email = EmailFactory(body_text=f"Open /link/{placeholder(LINK)}/")

    content = client.get(reverse("email", args=[email.pk])).content.decode()

    assert LINK not in content
    assert content.count("Open [personal link]") == 1


def test_email_that_holds_a_key_to_an_account_is_not_shown(client, officer):
    email = EmailFactory(kind="account")
    reading = [reverse(name, args=[email.pk]) for name in ("email", "email_html", "email_edit", "email_cancel")]
    acting = [reverse(name, args=[email.pk]) for name in ("email_hold", "email_release", "email_edit", "email_cancel")]

    assert [client.get(address).status_code for address in reading] == [404] * 4
    assert [client.post(address, {"reason": "No"}).status_code for address in acting] == [404] * 4


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
