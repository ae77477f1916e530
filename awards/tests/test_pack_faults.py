"""A process is killed at each step between the decision and the mail in the school's hands, and it is tried again.

Each time a process of its own does the work and dies by SIGKILL as it comes to the step: nothing is cleaned up, no
connection is closed politely. At the end there is one award, one pack and one mail a person, with the same bytes
everywhere. Only a worker that dies after the mail server took a mail and before the row says so brings a second
copy, under the same Message-ID: exactly once over SMTP is impossible, and a copy is better than a lost mail.
"""

import hashlib
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from pkgutil import resolve_name
from typing import Any
from unittest.mock import patch

import pytest
from aiosmtpd.controller import Controller
from django.conf import LazySettings
from django.db import connections
from django.db.models import F
from django.utils import timezone

from awards.models import Award, Certificate, OutcomePack, PackFile, Reflection, Renewal
from awards.services import decide_award, preview_outcome_pack, send_outcome_pack
from awards.tests.factories import make_audit, make_award, stand_in
from hubportal.mail.models import Email, EmailAttachment
from hubportal.mail.services import deliver, sweep
from hubportal.tests.live import free_port
from schools.models import TimelineEvent
from schools.tests.factories import ContactFactory, UserFactory

pytestmark = [
    pytest.mark.live,
    pytest.mark.django_db(transaction=True),
    # From Python 3.12 on; the mail server's thread holds nothing that the new process needs.
    pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning"),
]

BEFORE, AFTER = "before", "after"
COMMIT = "django.db.backends.base.base.BaseDatabaseWrapper.commit"
Step = tuple[str, str]


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _work_and_die(step: Step, work: Callable[[], object]) -> None:
    when, place = step
    original = resolve_name(place)

    def deadly(*arguments: Any, **named: Any) -> Any:
        if when == AFTER:
            original(*arguments, **named)
        _die()

    with patch(place, deadly):
        work()


def killed_at(step: Step, work: Callable[[], object]) -> None:
    """Do the work in a process that is killed at this step, just before or just after what is done there."""
    # Whoever shares a connection with a dead process shares its fate.
    connections.close_all()
    process = multiprocessing.get_context("fork").Process(target=_work_and_die, args=(step, work))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL, f"{step}: the process ended with {process.exitcode}"


# --- Deciding and issuing ---------------------------------------------------------------------------

AWARDING = "awards.services.awarding"
DECIDING: list[Step] = [
    (BEFORE, f"{AWARDING}.record_event"),
    (BEFORE, f"{AWARDING}.issue_certificate"),
    (AFTER, "awards.services.certificates.new_certificate_key"),
    (BEFORE, "awards.services.certificates.record_event"),
    (AFTER, f"{AWARDING}.issue_certificate"),
    (AFTER, f"{AWARDING}.schedule_reflections"),
    (AFTER, f"{AWARDING}.schedule_renewal"),
    (BEFORE, COMMIT),
]


def counts() -> tuple[int, ...]:
    tables = (Award, Certificate, Reflection, Renewal, TimelineEvent)
    return tuple(table.objects.count() for table in tables)


def test_award_decided_by_processes_that_die_is_one_award_with_one_certificate() -> None:
    audit, officer = make_audit(level="silver"), UserFactory()
    before = counts()

    def decide() -> Award:
        return decide_award(audit=audit, by=officer)

    with patch("awards.pdf.render_certificate", stand_in):
        for step in DECIDING:
            killed_at(step, decide)
            assert counts() == before, step
        # Dead after the commit: it is decided, and whoever presses again finds it.
        killed_at((AFTER, COMMIT), decide)
        decided = counts()
        award = decide()

    assert (Award.objects.get(), counts()) == (award, decided)
    assert decided[:4] == (1, 1, 2, 1)
    # No number is left out for those who died.
    assert award.certificates.get().number == f"DQA-{timezone.localdate().year}-0001"


# --- Sending the pack -------------------------------------------------------------------------------

OUTCOME = "awards.services.outcome"
SENDING: list[Step] = [
    (BEFORE, f"{OUTCOME}.preview_outcome_pack"),
    (BEFORE, f"{OUTCOME}.mail_outcome"),
    (AFTER, "hubportal.mail.services.delivering._attachment_rows"),
    (AFTER, f"{OUTCOME}.mail_outcome"),
    (BEFORE, f"{OUTCOME}._keep_files"),
    (AFTER, f"{OUTCOME}._keep_files"),
    (AFTER, f"{OUTCOME}.record_event"),
    (BEFORE, COMMIT),
]
PEOPLE = ("ada@school.example.org", "hal@school.example.org")


def make_award_with_people() -> Award:
    """An award with its real certificate, and two people to tell."""
    award = make_award(level="silver", is_set=True)
    ContactFactory(school=award.school, name="Ada Coordinator", email=PEOPLE[0])
    ContactFactory(school=award.school, name="Hal Head", email=PEOPLE[1], role="head_teacher")
    return award


def written() -> tuple[int, ...]:
    tables = (OutcomePack, PackFile, EmailAttachment, TimelineEvent)
    return (Email.objects.filter(kind="outcome").count(), *(table.objects.count() for table in tables))


def fingerprints(email: Email) -> list[str]:
    return [hashlib.sha256(bytes(file.content)).hexdigest() for file in email.attachments.all()]


def test_pack_sent_by_processes_that_die_is_one_pack_with_one_mail_a_person() -> None:
    award, officer = make_award_with_people(), UserFactory()
    preview = preview_outcome_pack(award)
    before = written()

    def send() -> tuple[OutcomePack, bool]:
        return send_outcome_pack(award=award, by=officer, seen=preview.fingerprint)

    for step in SENDING:
        killed_at(step, send)
        assert written() == before, step
    # Dead after the commit, before any worker is told: pressing again sends nothing, and the sweep finds the mails.
    killed_at((AFTER, COMMIT), send)
    once = written()
    pack, is_new = send()
    with patch("hubportal.mail.services.delivering.announce") as announce:
        sweep(now=timezone.now())

    mails = Email.objects.filter(kind="outcome").order_by("pk")
    assert (is_new, written(), pack.sha256) == (False, once, preview.fingerprint)
    assert [mail.to_address for mail in mails] == list(PEOPLE)
    assert announce.call_args.args == ([mail.pk for mail in mails],)
    kept = list(pack.files.values_list("sha256", flat=True))
    assert kept == [file.sha256 for file in preview.files]
    assert kept[0] == award.certificates.get().sha256
    assert [fingerprints(mail) for mail in mails] == [kept, kept]


# --- Delivering the mails ---------------------------------------------------------------------------


class Postbox:
    """A mail server that takes everything and keeps it."""

    def __init__(self) -> None:
        self.taken: list[Message] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.taken.append(message_from_bytes(envelope.content))
        return "250 Taken"

    def ids(self) -> list[str]:
        return [message["Message-ID"] for message in self.taken]


@pytest.fixture
def postbox(settings: LazySettings) -> Iterator[Postbox]:
    postbox, port = Postbox(), free_port()
    server = Controller(postbox, hostname="127.0.0.1", port=port)
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    yield postbox
    server.stop()


DELIVERING = "hubportal.mail.services.delivering"
NOT_YET_TAKEN: list[Step] = [
    (BEFORE, f"{DELIVERING}.claim"),
    (AFTER, f"{DELIVERING}.claim"),
    (AFTER, f"{DELIVERING}.why_not_send"),
    (AFTER, f"{DELIVERING}._message"),
    (BEFORE, "smtplib.SMTP.sendmail"),
]
TAKEN_BUT_NOT_NOTED: list[Step] = [(AFTER, "smtplib.SMTP.sendmail"), (BEFORE, f"{DELIVERING}._finish")]


def a_quarter_of_an_hour_later() -> None:
    """When a worker that never reported back is taken for dead."""
    Email.objects.filter(status="sending").update(claimed_at=F("claimed_at") - timedelta(minutes=16))
    with patch(f"{DELIVERING}.announce"):
        sweep(now=timezone.now())


def attached(message: Message) -> list[str]:
    """The fingerprints of the files that came with a mail, in their order."""
    files = [part for part in message.walk() if part.get_content_disposition() == "attachment"]
    return [hashlib.sha256(part.get_payload(decode=True)).hexdigest() for part in files]


@pytest.mark.parametrize(
    "steps, copies", [(NOT_YET_TAKEN, 0), (TAKEN_BUT_NOT_NOTED, 2)], ids=["not yet taken", "taken but not noted"]
)
def test_pack_delivered_by_workers_that_die_arrives_as_it_was_sent(
    postbox: Postbox, steps: list[Step], copies: int
) -> None:
    award = make_award_with_people()
    pack, _ = send_outcome_pack(award=award, by=UserFactory())
    mails = list(Email.objects.filter(kind="outcome").order_by("pk"))

    for step in steps:
        killed_at(step, lambda: deliver(email_id=mails[0].pk))
        assert Email.objects.get(pk=mails[0].pk).status in ("queued", "sending"), step
        a_quarter_of_an_hour_later()
    delivered = [deliver(email_id=mail.pk) for mail in mails]
    again = [deliver(email_id=mail.pk) for mail in mails]

    first, second = (mail.message_id for mail in mails)
    assert (delivered, again) == (["sent", "sent"], [None, None])
    # The one documented exception: each death after "250 Taken" is a copy, under the same Message-ID.
    assert postbox.ids() == [first] * (copies + 1) + [second]
    kept = list(pack.files.values_list("sha256", flat=True))
    assert [attached(message) for message in postbox.taken] == [kept] * (copies + 2)
    assert kept[0] == award.certificates.get().sha256
    assert OutcomePack.objects.get() == pack
