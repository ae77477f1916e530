"""Why a mail did not get through, in a plain sentence beside the server's own words. Pure functions.

The outbox keeps of a failure the name of the error, the server's reply code and its words, such as
"SMTPRecipientsRefused 550: 5.1.1 User unknown". Enhanced codes are those of RFC 3463, reply codes those of RFC 5321.
"""

import re
from dataclasses import dataclass

# "5.1.1": class, subject, detail.
ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
REPLY = re.compile(r"^\w+ ([245]\d\d)\b")
# Names of errors that arise before any server has spoken about the mail.
NO_SERVER = (
    "ConnectionRefusedError", "ConnectionResetError", "ConnectionAbortedError", "BrokenPipeError", "TimeoutError",
    "SMTPConnectError", "SMTPServerDisconnected", "SMTPHeloError", "gaierror", "OSError", "SSLError",
    "SSLCertVerificationError",
)  # fmt: skip
OUR_SERVER = ("SMTPAuthenticationError", "SMTPSenderRefused", "SMTPNotSupportedError")

UNKNOWN = "There is no such mailbox. Ask the school for the right address."
MOVED = "The mailbox has moved or is switched off. Ask the school who leads on music now."
FULL = "The mailbox is full. Send again in a few days, or ring the school."
TOO_LARGE = "The e-mail with its files is too large for this mailbox."
NO_DOMAIN = "The part of the address after the @ takes no mail. Check its spelling."
REFUSED = "The school’s mail server refused it, perhaps as unwanted mail. Ask the school to let our address through."
TEMPORARY = "The mail server could not take it for the moment."
UNREACHED = "Our own mail server could not be reached."
SIGN_IN = "Our own mail server did not let us send. Tell whoever runs the portal."
BROKEN = "The e-mail could not be put together. Tell whoever runs the portal."
OTHER = "The mail server would not take it."

# Enhanced codes by subject and detail: what they say of the address, the mailbox, the mail and the rules.
BY_ENHANCED = {
    (1, 1): UNKNOWN,
    (1, 2): NO_DOMAIN,
    (1, 3): UNKNOWN,
    (1, 6): MOVED,
    (1, 10): NO_DOMAIN,
    (2, 1): MOVED,
    (2, 2): FULL,
    (2, 3): TOO_LARGE,
    (3, 4): TOO_LARGE,
    (4, 4): NO_DOMAIN,
}
# Where a server gives no enhanced code, its words and then its reply code have to do.
BY_WORDS = (
    (("quota", "mailbox full", "mailbox is full", "over storage"), FULL),
    (("too large", "too big", "exceeds size", "size limit"), TOO_LARGE),
    (("unknown user", "user unknown", "no such", "does not exist", "not found", "unknown recipient"), UNKNOWN),
    (("disabled", "inactive", "no longer"), MOVED),
    (("spam", "blocked", "policy", "blacklist", "reputation", "rejected"), REFUSED),
)
BY_REPLY = {"552": TOO_LARGE, "551": MOVED, "553": UNKNOWN, "550": REFUSED, "554": REFUSED}


@dataclass(frozen=True)
class Reason:
    """What went wrong and what to do, and the words it was read from."""

    sentence: str
    raw: str
    # True where trying again may help without anybody doing anything.
    is_temporary: bool


def reason_of(last_error: str) -> Reason | None:
    """What the outbox kept of a failure, explained; None where there was none."""
    if not last_error:
        return None
    name = last_error.partition(" ")[0].partition(":")[0]
    if name in OUR_SERVER:
        return Reason(SIGN_IN, last_error, is_temporary=False)
    if name in NO_SERVER:
        return Reason(UNREACHED, last_error, is_temporary=True)
    reply, enhanced = REPLY.match(last_error), ENHANCED.search(last_error)
    if not reply:
        return Reason(OTHER if name.startswith("SMTP") else BROKEN, last_error, is_temporary=False)
    is_temporary = reply[1].startswith("4")
    sentence = _sentence(reply[1], enhanced, last_error.lower())
    if is_temporary and sentence not in (FULL, NO_DOMAIN):
        sentence = TEMPORARY
    return Reason(sentence, last_error, is_temporary=is_temporary)


def _sentence(reply: str, enhanced: re.Match[str] | None, words: str) -> str:
    if enhanced:
        subject, detail = int(enhanced[2]), int(enhanced[3])
        if found := BY_ENHANCED.get((subject, detail)):
            return found
        if subject == 7:
            return REFUSED
    said = next((sentence for signs, sentence in BY_WORDS if any(sign in words for sign in signs)), None)
    return said or BY_REPLY.get(reply, OTHER)
