"""How long and how often the mailbox is read: never twice at once, and never for longer than a worker can spare."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.core.cache import cache
from django.db import connection

from hubportal.celery import app
from hubportal.mail.inbox.queries import UNREADABLE_SINCE
from hubportal.mail.inbox.reading import Delivered
from hubportal.mail.inbox.services import READING_LOCK, only_reader
from hubportal.mail.inbox.tests.letters import letter
from hubportal.mail.models import IncomingEmail
from schools import tasks
from schools.services import answers, read_inbox

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 3, 2, 9, 30, tzinfo=UTC)


class Box:
    """A mailbox with a hundred thousand mails, which are made when they are asked for."""

    def __init__(self) -> None:
        self.given: list[str] = []
        self.put: list[str] = []

    def waiting(self) -> Iterator[Delivered]:
        for number in range(1, 100_001):
            self.given.append(str(number))
            yield Delivered(str(number), letter(subject="Hello", message_id=f"<{number}@school.example.org>"))

    def put_away(self, delivered: Delivered) -> None:
        self.put.append(delivered.uid)


@pytest.fixture
def box(settings, monkeypatch) -> Box:
    """The portal reads this mailbox, the oldest three mails at a time."""
    settings.INBOX_URL = "imaps://user:secret@imap.example.org"
    box = Box()

    @contextmanager
    def opened(url: str) -> Iterator[Box]:
        yield box

    monkeypatch.setattr(answers, "open_inbox", opened)
    monkeypatch.setattr(answers, "MAILS_AT_MOST", 3)
    return box


@contextmanager
def another_reader() -> Iterator[None]:
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [READING_LOCK])
        yield
    finally:
        other.close()


def is_held() -> bool:
    """Whether this connection or another one holds the lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database "
            "WHERE datname = current_database() AND locktype = 'advisory' AND objid = %s",
            [READING_LOCK],
        )
        return cursor.fetchone()[0] > 0


def test_reading_while_another_reads_does_nothing(box):
    cache.set(UNREADABLE_SINCE, NOW)
    with another_reader():
        taken = read_inbox(now=NOW)

    assert (taken, box.given, IncomingEmail.objects.count()) == (0, [], 0)
    # What this run did not try it says nothing about.
    assert cache.get(UNREADABLE_SINCE) == NOW


def test_next_reading_finds_the_mailbox_free(box):
    read_inbox(now=NOW)

    assert not is_held()


def test_reading_that_fails_leaves_the_mailbox_free():
    seen = []

    def fail() -> None:
        with only_reader() as is_ours:
            seen.extend([is_ours, is_held()])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert [*seen, is_held()] == [True, True, False]


def test_one_run_takes_so_many_mails_and_asks_the_server_for_no_more(box):
    assert read_inbox(now=NOW) == 3

    assert box.given == box.put == ["1", "2", "3"]


def test_run_that_takes_too_long_ends_and_leaves_the_mail_to_the_next(box, monkeypatch):
    def too_long(**given: object) -> None:
        raise SoftTimeLimitExceeded

    monkeypatch.setattr(answers, "take_answer_in", too_long)

    with pytest.raises(SoftTimeLimitExceeded):
        read_inbox(now=NOW)

    assert (box.put, IncomingEmail.objects.count(), is_held()) == ([], 0, False)


def test_run_ends_before_the_next_one_begins():
    every = app.conf.beat_schedule["read-inbox"]["schedule"]

    assert 0 < tasks.read_inbox.soft_time_limit < tasks.read_inbox.time_limit < every
