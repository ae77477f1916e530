"""What a letter is: a withdrawal, a mail of ours that came back, an automatic answer, or something for a person."""

import re
from dataclasses import dataclass
from enum import StrEnum

from .letters import ADDRESS, Letter, Report

REASON_LENGTH = 250


class Sort(StrEnum):
    """The values of `mail.models.IncomingSort`."""

    WITHDRAWAL = "withdrawal"
    BOUNCE = "bounce"
    DELAY = "delay"
    AUTOMATIC = "automatic"
    OTHER = "other"


@dataclass(frozen=True)
class Bounce:
    """A mail that came back: to whom, the enhanced status code (RFC 3463; empty when none was given) and why."""

    recipient: str
    status: str
    reason: str
    # Whether the code says that the address itself takes no mail, and will not tomorrow.
    is_address_dead: bool


@dataclass(frozen=True)
class Sorted:
    """What a letter is. `is_unclear` where it speaks of withdrawing, but not so plainly that a machine may act."""

    sort: Sort
    bounce: Bounce | None = None
    is_unclear: bool = False


def sort_letter(letter: Letter) -> Sorted:
    """What this letter is. No automatic answer ever counts as a withdrawal, whatever its subject repeats."""
    if found := _delivery_report(letter) or _free_form_report(letter):
        return found
    if letter.says_automatic or letter.report_type or AUTOMATIC_SUBJECT.match(_without_prefixes(letter.subject)):
        # A report of another kind: a read receipt is noise, a complaint about our mail is not.
        is_complaint = letter.report_type == "feedback-report"
        return Sorted(Sort.OTHER if is_complaint else Sort.AUTOMATIC)
    if not WITHDRAWING.search(letter.subject):
        return Sorted(Sort.OTHER)
    return Sorted(Sort.WITHDRAWAL) if _plainly_withdraws(letter.subject) else Sorted(Sort.OTHER, is_unclear=True)


# --- Withdrawals ----------------------------------------------------------------------------------------------------

PREFIX = re.compile(r"^\s*(?:(?:re|aw|fwd?|wg)(?:\[\d+\])?\s*:|\[[^\]]{1,30}\])\s*", re.IGNORECASE)
FORWARDED = re.compile(r"^\s*(?:(?:re|aw)\s*:\s*|\[[^\]]{1,30}\]\s*)*(?:fwd?|wg)\s*:", re.IGNORECASE)
# Also "withdrawal" and "withdrew": worth a person's eye.
WITHDRAWING = re.compile(r"withdr[ae]w", re.IGNORECASE)
WITHDRAW = re.compile(r"\bwithdraw\b", re.IGNORECASE)
# Words before it that may turn its sense round.
TURNED_ROUND = re.compile(
    r"\b(?:not|never|no|dont|didnt|wont|how|whether|if|unless|undo|cancel|reverse|mistake)\b|n['’]t\b", re.IGNORECASE
)
# Something else to withdraw from than our mail.
SOMETHING_ELSE = re.compile(
    r"^\W*(?:(?:from|my|our|your|the|this|that|a|an|for)\s+)*(?:\w+\s+){0,2}?"
    r"(?:meeting|visit|booking|request|application|award|audit|offer|place|lessons?|pupils?|scheme|form|certificate)\b",
    re.IGNORECASE,
)


def _plainly_withdraws(subject: str) -> bool:
    """Whether the subject asks for it without a doubt: the word itself, neither denied, asked about nor passed on."""
    # A mail that is passed on is somebody else's word.
    if "?" in subject or FORWARDED.search(subject):
        return False
    found = WITHDRAW.search(_without_prefixes(subject))
    if found is None:
        return False
    before, after = found.string[: found.start()], found.string[found.end() :]
    denied_after = re.match(r"\W*(?:not|nothing)\b", after, re.IGNORECASE)
    return not (TURNED_ROUND.search(before) or denied_after or SOMETHING_ELSE.match(after))


def _without_prefixes(subject: str) -> str:
    while (shorter := PREFIX.sub("", subject, count=1)) != subject:
        subject = shorter
    return subject


# --- Automatic answers ----------------------------------------------------------------------------------------------

AUTOMATIC_SUBJECT = re.compile(
    r"(?:auto(?:matic|mated)?[ -]?(?:reply|response|answer)|out of (?:the )?office|(?:i am |i'm )?away from (?:the|my) "
    r"(?:office|desk)|on (?:annual|maternity|sick) leave|read:|not read:)",
    re.IGNORECASE,
)

# --- Bounces --------------------------------------------------------------------------------------------------------

STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
SMTP_CODE = re.compile(r"\b([45])\d\d[ -]")
# Codes that speak of the mail, of us or of a full mailbox; the address may be as good as ever (RFC 3463, section 3).
NOT_THE_ADDRESS = (
    "5.1.7", "5.1.8",  # our own address
    "5.2.2", "5.2.3",  # mailbox full, mail too long for it
    "5.3",             # their system: full, or the mail too big
    "5.4.3", "5.4.5", "5.4.6", "5.4.7",  # the way there
    "5.6", "5.7",      # what is in the mail; rules about whom they take mail from
)  # fmt: skip
FROM_A_SERVER = re.compile(r"^(?:mailer-daemon|postmaster|mail-daemon|mail\.daemon)@", re.IGNORECASE)
UNDELIVERED_SUBJECT = re.compile(
    r"undeliver|not delivered|delivery (?:status|fail|has failed|problem|report)|returned mail|"
    r"failure notice|mail delivery|returned to sender|could not be delivered",
    re.IGNORECASE,
)
DELAYED_SUBJECT = re.compile(r"delay|warning|still being retried|incomplete", re.IGNORECASE)
DIAGNOSTIC_TYPE = re.compile(r"(?:smtp|x-[\w-]+)\s*;", re.IGNORECASE)
GIVEN_UP = re.compile(r"permanent (?:error|failure)|user unknown|no such (?:user|mailbox|recipient)", re.IGNORECASE)


def _delivery_report(letter: Letter) -> Sorted | None:
    """A report as RFC 3464 has it, from what it says of its recipients."""
    failed = next((report for report in letter.reports if report.action == "failed"), None)
    if failed:
        return Sorted(Sort.BOUNCE, bounce=_bounce(failed))
    if any(report.action == "delayed" for report in letter.reports):
        return Sorted(Sort.DELAY)
    # Delivered, relayed, expanded: good news that needs nobody.
    return Sorted(Sort.AUTOMATIC) if letter.reports else None


def _free_form_report(letter: Letter) -> Sorted | None:
    """What servers that know no better write: from their daemon, about a mail that it quotes."""
    if not FROM_A_SERVER.match(letter.from_address) and letter.report_type != "delivery-status":
        return None
    if DELAYED_SUBJECT.search(letter.subject):
        return Sorted(Sort.DELAY)
    if not UNDELIVERED_SUBJECT.search(letter.subject):
        return None
    recipient = ADDRESS.search(letter.text.replace(letter.from_address, ""))
    first_code = STATUS.search(letter.text)
    status = first_code[1] if first_code else _rough_status(letter.text)
    return Sorted(Sort.BOUNCE, bounce=_bounce(Report(recipient[0] if recipient else "", "failed", status, "")))


def _rough_status(text: str) -> str:
    """5.0.0 or 4.0.0 after the reply code of SMTP, or after plain words; empty where it says neither."""
    if GIVEN_UP.search(text):
        return "5.0.0"
    found = SMTP_CODE.search(text)
    return f"{found[1]}.0.0" if found else ""


def _bounce(report: Report) -> Bounce:
    status = report.status if STATUS.fullmatch(report.status) else ""
    if not status or status.endswith(".0.0"):
        # A status that says nothing: the server's own words may say more.
        precise = STATUS.search(report.diagnostic)
        status = precise[1] if precise else status or _rough_status(report.diagnostic)
    return Bounce(report.recipient, status, _reason(status, report.diagnostic), _is_address_dead(status))


def _is_address_dead(status: str) -> bool:
    if not status.startswith("5."):
        return False
    return not any(status == code or status.startswith(f"{code}.") for code in NOT_THE_ADDRESS)


def _reason(status: str, diagnostic: str) -> str:
    """The server's words, without the addresses in them: the reason outlives the person's entry."""
    words = diagnostic.partition(";")[2].strip() if DIAGNOSTIC_TYPE.match(diagnostic) else diagnostic
    words = re.sub(r"<?" + ADDRESS.pattern + r">?", "the address", words)
    if words:
        return words[:REASON_LENGTH]
    known = MEANINGS.get(status[:4], "no reason given")
    return f"{known} ({status})" if status else known


# The first two numbers of an enhanced status code, in plain words (RFC 3463, section 3).
MEANINGS = {
    "5.1.": "the address is not known there",
    "5.2.": "the mailbox takes no mail",
    "5.4.": "no way there was found",
}
