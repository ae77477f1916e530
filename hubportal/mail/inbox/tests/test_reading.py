"""A server that misbehaves, as no server in the tests does by itself."""

import imaplib
from typing import Any

import pytest
from imap_tools.errors import MailboxMoveError

from hubportal.mail.inbox.reading import Delivered, Inbox, InboxUnreachable


class Box:
    """A mailbox with three mails, which the server gives, refuses or forgets."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.client, self.folder = self, self
        self._answers = answers

    def uids(self, criteria: str) -> list[str]:
        return ["10", "9", "11"]

    def uid(self, command: str, uid: str, *rest: str) -> tuple[str, list[Any]]:
        answer = self._answers.get(uid, ("OK", [(b"1 (UID", b"Subject: " + uid.encode()), b")"]))
        if isinstance(answer, Exception):
            raise answer
        return answer

    def list(self, *names: str) -> list[Any]:
        return []

    def exists(self, name: str) -> bool:
        return True

    def move(self, uid: str, folder: str) -> None:
        raise MailboxMoveError(("NO", [b"user@hub.example.org is over quota"]), "OK")


def test_mails_come_oldest_first():
    assert [each.uid for each in Inbox(Box({})).waiting()] == ["9", "10", "11"]  # type: ignore[arg-type]


@pytest.mark.parametrize("answer", [("NO", [None]), ("OK", [None]), imaplib.IMAP4.error("BAD")])
def test_mail_that_the_server_will_not_give_holds_up_no_other(answer):
    assert [each.uid for each in Inbox(Box({"10": answer})).waiting()] == ["9", "11"]  # type: ignore[arg-type]


def test_connection_that_breaks_ends_the_reading():
    with pytest.raises(imaplib.IMAP4.abort):
        list(Inbox(Box({"10": imaplib.IMAP4.abort("gone")})).waiting())  # type: ignore[arg-type]


def test_mail_that_cannot_be_moved_is_told_without_the_servers_words():
    with pytest.raises(InboxUnreachable) as told:
        Inbox(Box({})).put_away(Delivered("9", b""))  # type: ignore[arg-type]

    assert str(told.value) == "MailboxMoveError"
