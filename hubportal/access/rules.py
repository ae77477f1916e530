"""Personal links: how a token comes about and what is kept of it. Pure functions.

A token is derived from the link's id and the site's secret key, and only its SHA-256 is stored. So the
database alone opens nothing, and a mail that waits in the outbox holds a placeholder instead of the token: the
token is put in at the moment of sending, and the frozen copy that staff can read never shows it.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from uuid import UUID

PLACEHOLDER = re.compile(r"\[\[personal-link:([0-9a-f-]{36})\]\]")
WITHHELD = "[personal link, not shown]"


def derive_token(*, link_id: UUID, secret: str) -> str:
    """The 43-character token of a link: HMAC-SHA256 over its id, URL-safe base64 without padding."""
    digest = hmac.new(secret.encode(), b"personal-link:" + link_id.bytes, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def hash_token(token: str) -> str:
    """What the database keeps of a token: its SHA-256 as 64 hexadecimal digits."""
    return hashlib.sha256(token.encode()).hexdigest()


def placeholder(link_id: UUID) -> str:
    """What stands in a stored mail where the token belongs."""
    return f"[[personal-link:{link_id}]]"


def fill_placeholders(text: str, *, token_of: Callable[[UUID], str]) -> str:
    """The text as it is sent, every placeholder replaced by its token."""
    return PLACEHOLDER.sub(lambda found: token_of(UUID(found[1])), text)


def withhold_placeholders(text: str) -> str:
    """The text as staff may read it, every placeholder replaced by a remark."""
    return PLACEHOLDER.sub(WITHHELD, text)
