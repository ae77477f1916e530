"""Where the mailbox is, from one setting."""

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

EXAMPLE = "imaps://user:password@imap.example.org/INBOX"
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


class Security(StrEnum):
    """How the connection is kept secret."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


PORTS = {Security.TLS: 993, Security.STARTTLS: 143, Security.NONE: 143}


@dataclass(frozen=True)
class InboxAddress:
    """A mailbox on an IMAP server and the way in."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str
    security: Security


def read_inbox_url(url: str) -> InboxAddress:
    """The mailbox that INBOX_URL names: imaps://user:password@host:port/folder, or imap://…?starttls=1.

    User, password and folder are percent-encoded; the folder is INBOX where none is named.

    Raises:
        ValueError: something is wrong; the sentence says what, and never holds the password.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        # The library's own words repeat what they could not read.
        raise ValueError(f"INBOX_URL cannot be read: write it like {EXAMPLE}, with percent-encoded signs.") from None
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    folder = unquote(parts.path).strip("/") or "INBOX"
    if parts.scheme not in ("imap", "imaps") or not parts.hostname:
        raise ValueError(f"INBOX_URL must begin with imaps:// or imap:// and name a server, like {EXAMPLE}.")
    if not user or not password:
        raise ValueError(f"INBOX_URL must name a user and a password, like {EXAMPLE}.")
    if any(ord(sign) < ord(" ") for sign in user + password + folder):
        raise ValueError("INBOX_URL holds a line break or another sign that no mailbox takes.")
    security = _security(parts)
    return InboxAddress(parts.hostname, port or PORTS[security], user, password, folder, security)


def _security(parts: SplitResult) -> Security:
    if parts.scheme == "imaps":
        return Security.TLS
    (wanted,) = parse_qs(parts.query).get("starttls", ["0"])[-1:]
    if wanted.lower() in ("1", "true", "yes", "on"):
        return Security.STARTTLS
    if parts.hostname not in THIS_MACHINE:
        raise ValueError("INBOX_URL would send the password in the open: use imaps://, or add ?starttls=1.")
    return Security.NONE
