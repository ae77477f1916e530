"""Opens the mailbox for answers and hands over what is in it, the oldest mail first."""

import imaplib
import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted, MailMessageFlags
from imap_tools.errors import ImapToolsError

from hubportal.mail.inbox.rules import RAW_LENGTH, InboxAddress, Security, read_inbox_url

logger = logging.getLogger(__name__)

# Seconds for the server to answer.
TIMEOUT = 30
# Where mail goes that was taken in.
DONE = "Done"


class InboxUnreachable(Exception):
    """The mailbox could not be read. The message names the kind of problem, no address and no password."""


@dataclass(frozen=True)
class Delivered:
    """A mail as it lies in the mailbox; `uid` is the server's own number of it."""

    uid: str
    raw: bytes = field(repr=False)


class Inbox:
    """An open mailbox."""

    def __init__(self, box: BaseMailBox) -> None:
        self._box = box
        self._done = ""

    def waiting(self) -> Iterator[Delivered]:
        """What has not been put away, oldest first.

        Whether somebody has opened a mail in a mail program says nothing: only putting it away counts.
        """
        for uid in sorted(self._box.uids("UNDELETED"), key=int):
            raw = self._read(uid)
            if raw is not None:
                yield Delivered(uid, raw)

    def put_away(self, delivered: Delivered) -> None:
        """Mark a mail as seen and move it to the folder for what was taken in, which is made where it is missing.

        Raises:
            InboxUnreachable: the server would not.
        """
        with _in_plain_words():
            # Not the library's own `flag`: that also does away with what somebody has marked as deleted.
            self._box.client.uid("STORE", delivered.uid, "+FLAGS", f"({MailMessageFlags.SEEN})")
            self._box.move(delivered.uid, self._done_folder())

    def _read(self, uid: str) -> bytes | None:
        """The mail, cut where it is very long; None when the server would not give it."""
        try:
            _, answer = self._box.client.uid("fetch", uid, f"(BODY.PEEK[]<0.{RAW_LENGTH}>)")
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            # This one mail the server will not give; the others it may.
            answer = []
        found = [item[1] for item in answer if isinstance(item, tuple)]
        if not found:
            logger.warning("The mailbox did not give mail %s.", uid)
            return None
        return bytes(found[0])

    def _done_folder(self) -> str:
        if not self._done:
            # Some servers keep every folder below the first one.
            names = [DONE, *(f"{inbox.name}{inbox.delim}{DONE}" for inbox in self._box.folder.list("", "INBOX"))]
            self._done = next((name for name in names if self._has_folder(name)), "")
        if not self._done:
            raise InboxUnreachable("the folder for what was read could not be made")
        return self._done

    def _has_folder(self, name: str) -> bool:
        with suppress(ImapToolsError):
            if not self._box.folder.exists(name):
                self._box.folder.create(name)
            return True
        return False


@contextmanager
def open_inbox(url: str) -> Iterator[Inbox]:
    """The mailbox behind INBOX_URL, closed afterwards.

    Raises:
        ValueError: the setting is wrong; the sentence says how.
        InboxUnreachable: the server cannot be reached, does not let us in or has no such folder.
    """
    address = read_inbox_url(url)
    with _in_plain_words():
        box = _connect(address)
        try:
            log_in = box.login if (address.user + address.password).isascii() else box.login_utf8
            log_in(address.user, address.password, initial_folder=address.folder)
            yield Inbox(box)
        finally:
            with suppress(ImapToolsError, imaplib.IMAP4.error, OSError):
                box.logout()


@contextmanager
def _in_plain_words() -> Iterator[None]:
    """A server's own words may repeat a user's name: only the kind of the problem is passed on."""
    try:
        yield
    except (ImapToolsError, imaplib.IMAP4.error, OSError) as error:
        raise InboxUnreachable(type(error).__name__) from None


def _connect(address: InboxAddress) -> BaseMailBox:
    if address.security is Security.TLS:
        return MailBox(address.host, address.port, timeout=TIMEOUT, ssl_context=ssl.create_default_context())
    if address.security is Security.STARTTLS:
        return MailBoxStartTls(address.host, address.port, timeout=TIMEOUT, ssl_context=ssl.create_default_context())
    return MailBoxUnencrypted(address.host, address.port, timeout=TIMEOUT)
