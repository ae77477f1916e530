"""What a mail says, whatever bytes it is made of. Nothing in it is believed, everything is cut to a length.

Written against RFC 5322 (mail), RFC 3464 (delivery reports) and what servers send instead of them.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import HeaderParser
from email.policy import Compat32
from email.utils import getaddresses
from html.parser import HTMLParser
from itertools import islice

ID_LENGTH = 250
ADDRESS_LENGTH = 254
SUBJECT_LENGTH = 200
TEXT_LENGTH = 2000
DIAGNOSTIC_LENGTH = 500
# What is looked at of a mail, of a header and of a text before it is cut to the lengths above. A report of a mail
# with a large attachment says all we need in its first parts. The library compares each line with the boundary of
# every part it is in, so without bounds a small mail keeps it busy for minutes.
RAW_LENGTH = 256_000
RAW_LINES_AT_MOST = 5000
BOUNDARIES_AT_MOST = 30
RAW_HEADER_LENGTH = 4000
RAW_TEXT_LENGTH = 100_000
PARTS_AT_MOST = 50
IDS_AT_MOST = 20
REPORTS_AT_MOST = 10
# A report has a block about the mail and one for each recipient.
STATUS_BLOCKS_AT_MOST = 20

LINE_END = re.compile(rb"\r\n|\r|\n")
BOUNDARY = re.compile(rb"boundary[\s\x1c-\x1f*0-9]*=", re.IGNORECASE)
MESSAGE_ID = re.compile(r"<[^<>\s]{3,248}>")
INLINE_MESSAGE_ID = re.compile(r"^[> \t]*message-id:\s{0,5}(<[^<>\s]{3,248}>)", re.IGNORECASE | re.MULTILINE)
ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]]{1,64}@[^\s@<>,;:\"()\[\]]{1,189}\.[^\s@<>,;:\"()\[\].]{2,}")
# What is left of text that no database takes or that would spoil a page.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# Long parts of an address, such as the token of a personal link in a mail that is quoted, perhaps on a line of its own.
OPAQUE = re.compile(r"(https?://\S{1,200}?/)[\s>]{0,6}[\w-]{20,}")
WITHHELD = r"\1[not shown]"
MAKES_A_LINE = ("p", "div", "br", "tr", "li", "h1", "h2", "h3", "blockquote")
NOT_READ = ("script", "style", "head", "title")


@dataclass(frozen=True)
class Report:
    """What a server says became of a mail to one recipient (RFC 3464, 2.3)."""

    recipient: str
    action: str
    status: str
    diagnostic: str


@dataclass(frozen=True)
class Letter:
    """A mail that came in, as far as it could be read."""

    message_id: str
    from_address: str
    subject: str
    # The first lines.
    text: str
    # The mails it may be about, the likeliest first.
    answered_ids: tuple[str, ...]
    # The type of a report, such as delivery-status; empty for a mail that is none.
    report_type: str
    reports: tuple[Report, ...]
    # Whether it says of itself that no person wrote it.
    says_automatic: bool


def read_letter(raw: bytes) -> Letter:
    """The letter in these bytes; whatever they are, it never fails.

    A mail without a Message-ID of its own gets one made from its bytes, so that the same mail is known again. Of a
    very long mail the beginning is read; one of more parts than a mail has goes unread but for its first lines.
    """
    start = beginning(raw)
    if len(BOUNDARY.findall(start)) > BOUNDARIES_AT_MOST:
        return _unread(raw)
    try:
        return _read(message_from_bytes(start, policy=ShortHeaders()), raw)
    # The library knows no bounds: odd bytes have raised half a dozen kinds of errors in it, and will again.
    except Exception:
        return _unread(raw)


def beginning(raw: bytes) -> bytes:
    """As much of a mail as is looked at."""
    start = raw[:RAW_LENGTH]
    last = next(islice(LINE_END.finditer(start), RAW_LINES_AT_MOST - 1, None), None)
    return start[: last.end()] if last else start


class ShortHeaders(Compat32):
    """Cuts a header before the library takes it apart: the time that takes grows with the square of its length."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:RAW_HEADER_LENGTH]


def _unread(raw: bytes) -> Letter:
    return Letter(_made_id(raw), "", "", clean(raw[:TEXT_LENGTH].decode(errors="replace")), (), "", (), False)


def clean(text: str, length: int = TEXT_LENGTH) -> str:
    """The text without signs that a database or a page cannot hold, and without personal links, cut to a length."""
    return OPAQUE.sub(WITHHELD, UNPRINTABLE.sub("\ufffd", text)).strip()[:length]


def _read(mail: Message, raw: bytes) -> Letter:
    parts = list(_parts(mail))
    text = _text_of(parts)
    return Letter(
        message_id=_first_id(_header(mail, "Message-ID")) or _made_id(raw),
        from_address=_sender(mail),
        subject=clean(" ".join(_words(_header(mail, "Subject")).split()), SUBJECT_LENGTH),
        text=clean(text),
        answered_ids=_answered_ids(mail, parts, text),
        report_type=_report_type(mail),
        reports=tuple(islice((report for part in parts for report in _reports(part)), REPORTS_AT_MOST)),
        says_automatic=_says_automatic(mail),
    )


def _made_id(raw: bytes) -> str:
    return f"<{hashlib.sha256(raw).hexdigest()}@no-message-id.invalid>"


def _parts(mail: Message) -> Iterator[Message]:
    """The parts of a mail in order, not those of a mail inside it."""
    waiting = [mail]
    for _ in range(PARTS_AT_MOST):
        if not waiting:
            return
        part = waiting.pop(0)
        inside = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inside, list):
            waiting = [each for each in inside if isinstance(each, Message)] + waiting
        else:
            yield part


# --- Headers --------------------------------------------------------------------------------------------------------


def _header(mail: Message, name: str) -> str:
    """A header as it stands, or empty; bytes that are no ASCII are read as UTF-8."""
    return next(_headers(mail, name), "")


def _headers(mail: Message, name: str) -> Iterator[str]:
    for key, value in mail.raw_items():
        if key.lower() == name.lower():
            yield str(value)[:RAW_HEADER_LENGTH].encode("utf-8", "surrogateescape").decode(errors="replace")


def _headers_in(text: str) -> Message:
    """The headers that a text begins with. It may have come encoded, so nothing has bounded the parts it speaks of."""
    return HeaderParser(policy=ShortHeaders()).parsestr(text)


def _words(value: str) -> str:
    """A header with its encoded words read (RFC 2047)."""
    try:
        found = decode_header(value)
    except HeaderParseError:
        return value
    return "".join(_decoded(chunk, charset) for chunk, charset in found)


def _decoded(chunk: bytes | str, charset: str | None) -> str:
    if isinstance(chunk, str):
        return chunk
    try:
        text = chunk.decode(charset or "utf-8", errors="replace")
    except (LookupError, ValueError):
        text = chunk.decode(errors="replace")
    # Some encodings give halves of a sign.
    return text.encode(errors="replace").decode()


def _first_id(value: str) -> str:
    found = MESSAGE_ID.search(value)
    return clean(found[0], ID_LENGTH) if found else ""


def _sender(mail: Message) -> str:
    """The one address it says it is from; empty where there is none, or more than one to choose from."""
    headers = list(_headers(mail, "From"))
    if len(headers) != 1:
        return ""
    addresses = {address for _, address in getaddresses(headers) if address}
    if len(addresses) != 1:
        return ""
    (address,) = addresses
    return address if ADDRESS.fullmatch(address) and len(address) <= ADDRESS_LENGTH and address.isprintable() else ""


def _says_automatic(mail: Message) -> bool:
    """Auto-Submitted (RFC 3834), and what servers wrote before it."""
    submitted = _header(mail, "Auto-Submitted").partition(";")[0].strip().lower()
    precedence = _header(mail, "Precedence").strip().lower()
    return (
        submitted not in ("", "no")
        or precedence in ("bulk", "auto_reply", "junk", "list")
        or any(name in mail for name in ("X-Auto-Response-Suppress", "X-Autoreply", "X-Autorespond", "List-Id"))
        or _header(mail, "Return-Path").strip() == "<>"
    )


# --- Text -----------------------------------------------------------------------------------------------------------


def _text_of(parts: list[Message]) -> str:
    for content_type in ("text/plain", "text/html"):
        for part in parts:
            if part.get_content_type() == content_type and part.get_content_disposition() != "attachment":
                text = _part_text(part)
                return text if content_type == "text/plain" else _without_tags(text)
    return ""


def _part_text(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    charset = part.get_param("charset", "utf-8")
    return _decoded(content[:RAW_TEXT_LENGTH], charset if isinstance(charset, str) else "utf-8")


class _Words(HTMLParser):
    """Gathers the words of an HTML mail, line by line."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in NOT_READ:
            self.inside.append(tag)
        if tag in MAKES_A_LINE:
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inside:
            self.inside.remove(tag)

    def handle_data(self, data: str) -> None:
        if not self.inside:
            self.found.append(" ".join(data.split()) + " ")


def _without_tags(html: str) -> str:
    words = _Words()
    # The parser gives up by an assertion on marked sections it does not know; what came before them stays.
    with suppress(AssertionError):
        words.feed(html)
    lines = (line.strip() for line in "".join(words.found).splitlines())
    return "\n".join(line for line in lines if line)


# --- Reports --------------------------------------------------------------------------------------------------------


def _report_type(mail: Message) -> str:
    if mail.get_content_type() != "multipart/report":
        return ""
    kind = mail.get_param("report-type", "")
    return kind.lower()[:40] if isinstance(kind, str) else ""


def _reports(part: Message) -> Iterator[Report]:
    if part.get_content_type() not in ("message/delivery-status", "message/global-delivery-status"):
        return
    inside = part.get_payload()
    first = inside[:STATUS_BLOCKS_AT_MOST] if isinstance(inside, list) else []
    blocks = [each for each in first if isinstance(each, Message)]
    if not any("Action" in block for block in blocks):
        texts = re.split(r"\n\s*\n", _decoded_status(part, blocks), maxsplit=STATUS_BLOCKS_AT_MOST)
        blocks = [_headers_in(text) for text in texts[:STATUS_BLOCKS_AT_MOST]]
    for block in blocks:
        if "Action" in block:
            recipient = ADDRESS.search(_header(block, "Final-Recipient") or _header(block, "Original-Recipient"))
            yield Report(
                recipient=clean(recipient[0], ADDRESS_LENGTH) if recipient else "",
                action=clean(_header(block, "Action").lower(), 20),
                status=clean(_header(block, "Status").partition("(")[0], 20),
                diagnostic=clean(" ".join(_words(_header(block, "Diagnostic-Code")).split()), DIAGNOSTIC_LENGTH),
            )


def _decoded_status(part: Message, blocks: list[Message]) -> str:
    """The status of a part that was sent encoded: the library takes the code for blocks of headers."""
    text = "\n\n".join(block.as_string() for block in blocks)
    if _header(part, "Content-Transfer-Encoding").strip().lower() == "base64":
        with suppress(binascii.Error):
            text = base64.b64decode("".join(text.split())).decode(errors="replace")
    return text.replace("\r\n", "\n")


def _answered_ids(mail: Message, parts: list[Message], text: str) -> tuple[str, ...]:
    """The Message-IDs of the mails it may be about: that of a mail inside it first, then those it answers."""
    inside = [_original_id(part) for part in parts]
    answers = MESSAGE_ID.findall(_header(mail, "In-Reply-To"))
    # The last of the references is the nearest.
    thread = MESSAGE_ID.findall(_header(mail, "References"))[::-1]
    quoted = INLINE_MESSAGE_ID.findall(text)
    found = dict.fromkeys(clean(each, ID_LENGTH) for each in [*inside, *answers, *thread, *quoted] if each)
    return tuple(found)[:IDS_AT_MOST]


def _original_id(part: Message) -> str:
    """The Message-ID of a mail, or of its headers, that came as a part."""
    if part.get_content_type() in ("message/rfc822", "message/global"):
        inside = part.get_payload()
        if isinstance(inside, list) and inside and isinstance(inside[0], Message):
            return _first_id(_header(inside[0], "Message-ID"))
    if part.get_content_type() in ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers"):
        inside = part.get_payload()
        nested = inside[0] if isinstance(inside, list) and inside else _headers_in(_part_text(part))
        return _first_id(_header(nested, "Message-ID")) if isinstance(nested, Message) else ""
    return ""
