"""The outbox: once, and never lost."""

import smtplib
import threading
from collections import Counter
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from hubportal.access.rules import WITHHELD, derive_token, placeholder
from hubportal.mail import kinds, services
from hubportal.mail.models import Email, EmailStatus
from hubportal.mail.services import delivering
from hubportal.mail.tasks import deliver_email
from hubportal.mail.tests.factories import EmailFactory

pytestmark = pytest.mark.django_db


def queue(**changes):
    arguments = {
        "kind": "test",
        "dedupe_key": "booking:1",
        "to_address": "teacher@school.example.org",
        "subject": "Your meeting",
        "body_text": "It is booked.",
        "body_html": "<p>It is booked.</p>",
    }
    return services.queue_email(**arguments | changes)


@pytest.fixture
def announced(monkeypatch):
    """What the broker would have been told."""
    ids: list[int] = []
    monkeypatch.setattr(delivering, "announce", ids.extend)
    return ids


class Refusal:
    """A mail server that answers every message with the same error."""

    def __init__(self, error: Exception):
        self.error = error

    def send(self, message):
        raise self.error


def refuse(monkeypatch, error: Exception) -> None:
    monkeypatch.setattr(
        "hubportal.mail.services.delivering.EmailMultiAlternatives.send", lambda message: Refusal(error).send(message)
    )


def test_queue_email_with_the_same_key_twice_is_one_mail(announced):
    first, first_is_new = queue()
    second, second_is_new = queue(subject="Another subject")

    assert (first.pk, first_is_new, second_is_new) == (second.pk, True, False)
    assert Email.objects.get().subject == "Your meeting"


def test_queue_email_announces_after_commit_only(announced, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        email, _ = queue()
        assert announced == []

    assert announced == [email.pk]


def test_queue_email_for_later_is_not_announced(announced, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        queue(not_before=timezone.now() + timedelta(days=1))

    assert announced == []


def test_queue_email_with_a_line_break_in_the_subject_keeps_one_line(announced):
    email, _ = queue(subject="Your meeting\r\nBcc: everyone@school.example.org")

    assert email.subject == "Your meeting Bcc: everyone@school.example.org"


def test_queue_email_freezes_attachments_with_their_fingerprint(announced):
    email, _ = queue(attachments=[services.Attachment("a.txt", "text/plain", b"abc")])

    file = email.attachments.get()
    assert bytes(file.content) == b"abc"
    assert file.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_announce_with_the_broker_down_does_not_fail(monkeypatch):
    def no_broker(*args, **kwargs):
        raise ConnectionError

    monkeypatch.setattr(delivering.current_app, "send_task", no_broker)

    services.announce([1])


def test_announce_names_the_task_that_delivers(monkeypatch):
    told = []
    monkeypatch.setattr(delivering.current_app, "send_task", lambda *args, **kwargs: told.append((args, kwargs)))

    services.announce([7])

    assert told == [((deliver_email.name, (7,)), {"retry": False})]


def test_deliver_sends_once_with_a_fixed_message_id():
    email = EmailFactory(to_name='Ada "Muse" Lee')

    first = services.deliver(email_id=email.pk)
    second = services.deliver(email_id=email.pk)

    email.refresh_from_db()
    assert (first, second) == (EmailStatus.SENT, None)
    assert [message.extra_headers["Message-ID"] for message in mail.outbox] == [email.message_id]
    assert (email.status, email.attempts) == (EmailStatus.SENT, 1)
    assert email.sent_at is not None


def test_deliver_before_its_time_does_nothing():
    email = EmailFactory(not_before=timezone.now() + timedelta(hours=1))

    assert services.deliver(email_id=email.pk) is None
    assert mail.outbox == []


def test_deliver_puts_the_token_in_only_while_sending(settings):
    link_id = uuid4()
    page = f"/link/{placeholder(link_id)}/"
    email = EmailFactory(body_text=page, body_html=page, context={"link": str(link_id)})
    token = derive_token(link_id=link_id, secret=settings.SECRET_KEY)

    services.deliver(email_id=email.pk)

    email.refresh_from_db()
    assert mail.outbox[0].body == f"/link/{token}/"
    assert mail.outbox[0].alternatives[0][0] == f"/link/{token}/"
    assert token not in email.body_text + email.body_html


def test_deliver_fills_in_no_token_but_those_of_its_own_links(settings):
    own, other = uuid4(), uuid4()
    # A name on the public form may be anything.
    email = EmailFactory(body_text=f"Dear {placeholder(other)}, {placeholder(own)}", context={"link": str(own)})

    services.deliver(email_id=email.pk)

    token = derive_token(link_id=own, secret=settings.SECRET_KEY)
    assert mail.outbox[0].body == f"Dear {WITHHELD}, {token}"


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPResponseException(451, b"try later"),
        smtplib.SMTPServerDisconnected("gone"),
        smtplib.SMTPRecipientsRefused({"teacher@school.example.org": (450, b"busy")}),
        ConnectionRefusedError(),
        TimeoutError(),
    ],
)
def test_deliver_with_a_temporary_error_waits_and_tries_again(monkeypatch, error):
    email = EmailFactory()
    refuse(monkeypatch, error)

    status = services.deliver(email_id=email.pk)

    email.refresh_from_db()
    assert status == EmailStatus.QUEUED == email.status
    assert timedelta(seconds=50) < email.not_before - timezone.now() <= timedelta(seconds=60)
    assert email.last_error.startswith(type(error).__name__)


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPResponseException(550, b"no such person"),
        smtplib.SMTPRecipientsRefused({"teacher@school.example.org": (550, b"no such person")}),
    ],
)
def test_deliver_with_a_permanent_error_lands_on_the_staffs_list(monkeypatch, error):
    email = EmailFactory()
    refuse(monkeypatch, error)

    assert services.deliver(email_id=email.pk) == EmailStatus.FAILED
    assert Email.objects.failed().get() == email


def test_deliver_after_the_last_attempt_gives_up(monkeypatch):
    email = EmailFactory(attempts=6)
    refuse(monkeypatch, ConnectionRefusedError())

    assert services.deliver(email_id=email.pk) == EmailStatus.FAILED


def test_deliver_when_the_mail_no_longer_applies_cancels_it(monkeypatch):
    email = EmailFactory(kind="off")
    monkeypatch.setitem(kinds.KINDS, "off", kinds.MailKind("off", "Off", lambda email: "The meeting was cancelled."))

    assert services.deliver(email_id=email.pk) == EmailStatus.CANCELLED
    email.refresh_from_db()
    assert (email.last_error, mail.outbox) == ("The meeting was cancelled.", [])


def test_sweep_returns_stuck_mail_and_announces_all_that_is_due(announced):
    now = timezone.now()
    stuck = EmailFactory(status=EmailStatus.SENDING, claimed_at=now - timedelta(minutes=16))
    EmailFactory(status=EmailStatus.SENDING, claimed_at=now - timedelta(minutes=14))
    due = EmailFactory()
    EmailFactory(not_before=now + timedelta(hours=1))
    EmailFactory(status=EmailStatus.SENT, sent_at=now)

    assert services.sweep(now=timezone.now()) == 2
    assert sorted(announced) == sorted([stuck.pk, due.pk])


def test_finish_after_the_claim_was_lost_leaves_the_new_claim_alone():
    email = EmailFactory()
    claimed = services.claim(email_id=email.pk, now=timezone.now())
    Email.objects.update(status=EmailStatus.QUEUED, claimed_at=None)

    delivering._finish(claimed, EmailStatus.FAILED, last_error="late")

    assert Email.objects.get().status == EmailStatus.QUEUED


def test_send_again_queues_a_failed_mail_only(announced, django_capture_on_commit_callbacks):
    failed = EmailFactory(status=EmailStatus.FAILED, attempts=7)
    sent = EmailFactory(status=EmailStatus.SENT, sent_at=timezone.now())

    with django_capture_on_commit_callbacks(execute=True):
        services.send_again(email=failed)
    with pytest.raises(ValidationError, match="Only a mail that failed"):
        services.send_again(email=sent)

    failed.refresh_from_db()
    assert (failed.status, failed.attempts, announced) == (EmailStatus.QUEUED, 0, [failed.pk])


def test_cancel_queued_spares_what_went_other_people_and_staff():
    contact = {"contact": 1}
    waiting = EmailFactory(to_address="Ada@school.example.org", context=contact)
    sent = EmailFactory(
        to_address="ada@school.example.org", status=EmailStatus.SENT, sent_at=timezone.now(), context=contact
    )
    other = EmailFactory(context=contact)
    invitation = EmailFactory(to_address="ada@school.example.org")

    assert services.cancel_queued(to_address="ada@school.example.org", reason="Withdrew.") == 1
    statuses = dict(Email.objects.values_list("pk", "status"))
    assert statuses == {waiting.pk: "cancelled", sent.pk: "sent", other.pk: "queued", invitation.pk: "queued"}


def test_deliver_of_a_mail_that_cannot_be_written_fails_once_and_for_all(monkeypatch):
    email = EmailFactory()
    refuse(monkeypatch, UnicodeEncodeError("ascii", "ö", 0, 1, "no"))

    assert services.deliver(email_id=email.pk) == EmailStatus.FAILED
    assert Email.objects.get().last_error.startswith("UnicodeEncodeError")


def test_deliver_keeps_no_copy_of_a_key_to_an_account():
    email = EmailFactory(kind="account", body_text="/password/reset/key/secret/", body_html="secret")

    services.deliver(email_id=email.pk)

    email.refresh_from_db()
    assert mail.outbox[0].body == "/password/reset/key/secret/"
    assert (email.body_text, email.body_html) == (delivering.WITHHELD_BODY, "")


@pytest.mark.django_db(transaction=True)
def test_deliver_by_many_workers_at_once_sends_each_mail_once(monkeypatch):
    emails = [EmailFactory() for _ in range(40)]
    sent: Counter[str] = Counter()
    monkeypatch.setattr(
        "hubportal.mail.services.delivering.EmailMultiAlternatives.send",
        lambda message: sent.update([message.extra_headers["Message-ID"]]),
    )

    def work():
        try:
            for email in emails:
                services.deliver(email_id=email.pk)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sent == Counter({email.message_id: 1 for email in emails})


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"status": "lost"}, "mail_email_status_known"),
        ({"status": "sent"}, "mail_email_sent_with_time"),
        ({"status": "sending"}, "mail_email_claimed_with_time"),
        ({"pace": "soon"}, "mail_email_pace_known"),
        ({"pace": "school_day", "counted_on": date(2026, 11, 23)}, "mail_email_counted_is_paced"),
        ({"status": "joined"}, "mail_email_joined_into_another"),
        ({"status": "held"}, "mail_email_held_in_full"),
        ({"edited_at": timezone.now()}, "mail_email_edited_in_full"),
    ],
)
def test_email_constraint_broken_is_refused(changes, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        EmailFactory(**changes)


def test_email_joined_into_another_while_it_waits_is_refused():
    other = EmailFactory()
    with pytest.raises(IntegrityError, match="mail_email_joined_into_another"), transaction.atomic():
        EmailFactory(joined_into=other)


def test_email_dedupe_key_twice_is_refused():
    EmailFactory(dedupe_key="one")
    with pytest.raises(IntegrityError, match="dedupe_key"), transaction.atomic():
        EmailFactory(dedupe_key="one")


def test_attachment_position_twice_is_refused():
    email = EmailFactory()
    email.attachments.create(position=1, filename="a", content_type="text/plain", content=b"", sha256="")
    with pytest.raises(IntegrityError, match="mail_emailattachment_position_once"), transaction.atomic():
        email.attachments.create(position=1, filename="b", content_type="text/plain", content=b"", sha256="")
