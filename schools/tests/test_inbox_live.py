"""The mailbox for answers, read from a real IMAP server."""

import logging
from email import message_from_bytes, policy

import pytest
from django.core import mail
from django.utils import timezone

from hubportal.mail.inbox.queries import inbox_unreadable_since
from hubportal.mail.inbox.reading import Inbox
from hubportal.mail.inbox.tests.letters import delivery_report, letter
from hubportal.mail.models import Email, EmailStatus, IncomingEmail
from hubportal.mail.services import deliver
from hubportal.tests.imap import PASSWORD, Mailbox
from schools.emails import mail_personal_link
from schools.models import Contact
from schools.tasks import read_inbox
from schools.tests.factories import ContactFactory

pytestmark = [pytest.mark.live, pytest.mark.django_db]


@pytest.fixture
def inbox(mailbox: Mailbox, settings) -> Mailbox:
    """The portal reads this mailbox."""
    settings.INBOX_URL = mailbox.url
    return mailbox


def sent_mail(contact: Contact) -> tuple[Email, bytes]:
    """A mail that our outbox has really sent, and its bytes as the server over there got them."""
    email = mail_personal_link(contact=contact, number=0)
    assert deliver(email_id=email.pk) == EmailStatus.SENT
    return email, mail.outbox[-1].message().as_bytes()


def taken_in() -> list[tuple[str, str, bool]]:
    return list(IncomingEmail.objects.order_by("pk").values_list("subject", "sort", "needs_staff"))


def test_mailbox_is_read_in_order_and_put_away(inbox):
    ada, bea = ContactFactory(email="ada@school.example.org"), ContactFactory(email="bea@school.example.org")
    email, original = sent_mail(bea)
    inbox.deliver(
        letter(sender="ADA@school.example.org", subject="Re: withdraw"),
        delivery_report(original=original),
        letter(sender="bea@school.example.org", subject="Out of office", message_id="<2@x.example.org>"),
        letter(sender="carol@school.example.org", subject="Withdraw", message_id="<3@x.example.org>"),
        b"Subject: \xff\xfe broken\r\nContent-Type: multipart/mixed; boundary=\r\n\r\n\x80\x81 \xc3",
    )

    read_inbox()

    assert taken_in() == [
        ("Re: withdraw", "withdrawal", False),
        ("Undelivered Mail Returned to Sender", "bounce", False),
        ("Out of office", "automatic", False),
        ("Withdraw", "withdrawal", True),
        ("\ufffd\ufffd broken", "other", True),
    ]
    ada.refresh_from_db()
    bea.refresh_from_db()
    assert (ada.withdrawn_at is None, ada.bounced_at) == (False, None)
    assert (bea.withdrawn_at, bea.bounced_at is None) == (None, False)
    assert [each.pk for each in Email.objects.filter(answers__sort="bounce")] == [email.pk]
    assert inbox.subjects() == []
    assert len(inbox.subjects("Done")) == 5
    assert inbox.unseen("Done") == 0


def test_mailbox_read_twice_does_nothing_more(inbox):
    ContactFactory(email="ada@school.example.org")
    inbox.deliver(letter())
    read_inbox()
    # The same mail once more, as a server sends it that was not sure.
    inbox.deliver(letter())

    read_inbox()

    assert taken_in() == [("Withdraw", "withdrawal", False)]
    assert Email.objects.filter(kind="withdrawal_confirmed").count() == 1
    assert inbox.subjects() == []


class PowerCut(BaseException):
    """Nothing after it is reached."""


def test_power_cut_between_commit_and_putting_away_does_nothing_twice(inbox, monkeypatch):
    ContactFactory(email="ada@school.example.org")
    inbox.deliver(letter(), letter(subject="Hello", message_id="<2@x.example.org>"))

    def cut(inbox, delivered):
        raise PowerCut

    with monkeypatch.context() as patch:
        patch.setattr(Inbox, "put_away", cut)
        with pytest.raises(PowerCut):
            read_inbox()
    assert taken_in() == [("Withdraw", "withdrawal", False)]
    assert inbox.subjects() == ["Withdraw", "Hello"]

    read_inbox()

    assert taken_in() == [("Withdraw", "withdrawal", False), ("Hello", "other", True)]
    assert Email.objects.filter(kind="withdrawal_confirmed").count() == 1
    assert (inbox.subjects(), inbox.subjects("Done")) == ([], ["Withdraw", "Hello"])


def test_poisonous_mail_goes_to_staff_and_blocks_no_other(inbox, monkeypatch, caplog):
    ContactFactory(email="ada@school.example.org")
    inbox.deliver(letter(sender="eve@school.example.org", subject="Poison", message_id="<1@x.example.org>"), letter())
    from schools.services import answers

    act = answers._act

    def choke(incoming, found, *, now):
        if incoming.subject == "Poison":
            raise ZeroDivisionError(f"about {incoming.from_address}")
        return act(incoming, found, now=now)

    monkeypatch.setattr(answers, "_act", choke)

    with caplog.at_level(logging.ERROR):
        read_inbox()

    assert taken_in() == [("Poison", "other", True), ("Withdraw", "withdrawal", False)]
    assert inbox.subjects() == []
    (line,) = caplog.messages
    assert line.startswith("A mail could not be acted on: ZeroDivisionError at ")
    assert "eve@" not in line


def test_mail_that_somebody_has_opened_is_taken_in_all_the_same(inbox):
    inbox.deliver(letter())
    inbox.mark_as_seen()

    read_inbox()

    assert taken_in() == [("Withdraw", "withdrawal", True)]


@pytest.mark.parametrize(("scheme", "path"), [("imaps", "/INBOX"), ("imap", "/INBOX?starttls=1")])
def test_mailbox_is_read_over_an_encrypted_connection(mailbox, settings, monkeypatch, scheme, path):
    monkeypatch.setenv("SSL_CERT_FILE", str(mailbox.certificate))
    settings.INBOX_URL = mailbox.url_of(scheme, path=path)
    mailbox.deliver(letter())

    read_inbox()

    assert mailbox.subjects("Done") == ["Withdraw"]


@pytest.mark.parametrize(("scheme", "path"), [("imaps", ""), ("imap", "/?starttls=1")])
def test_server_that_nobody_vouches_for_is_not_spoken_to(mailbox, settings, caplog, scheme, path):
    settings.INBOX_URL = mailbox.url_of(scheme, path=path)

    read_inbox()

    assert caplog.messages == ["The mailbox could not be read: SSLCertVerificationError"]


@pytest.mark.parametrize(
    ("change", "kind"),
    [({"password": "wrong"}, "MailboxLoginError"), ({"path": "/Nowhere"}, "MailboxFolderSelectError")],
)
def test_mailbox_that_does_not_open_is_told_without_address_or_password(mailbox, settings, caplog, change, kind):
    settings.INBOX_URL = mailbox.url_of("imap", **change)

    read_inbox()

    assert caplog.messages == [f"The mailbox could not be read: {kind}"]
    assert PASSWORD not in caplog.text
    since = inbox_unreadable_since()
    assert since is not None
    assert (timezone.now() - since).total_seconds() < 60


def test_mailbox_that_opens_again_is_no_more_said_to_be_closed(mailbox, settings):
    settings.INBOX_URL = mailbox.url_of("imap", password="wrong")
    read_inbox()
    settings.INBOX_URL = mailbox.url

    read_inbox()

    assert inbox_unreadable_since() is None


def test_mail_of_ours_asks_to_be_answered_there(inbox, settings):
    """The address in our mail's header leads back to a withdrawal."""
    contact = ContactFactory(email="ada@school.example.org")
    _, raw = sent_mail(contact)
    header = str(message_from_bytes(raw, policy=policy.default)["List-Unsubscribe"])

    assert "<mailto:music@hub.example.org?subject=Withdraw>" in header
