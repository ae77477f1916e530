"""Editing a mail that is held back: what of it may change, and what must not be lost. Pure functions.

A waiting mail holds placeholders where personal links belong, and each link opens the pages of one person. Whoever
edits sees a mark such as "[personal link]" instead. A mark may move and may stand twice, but none may be missing, and
none may come in that was not there before.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from hubportal.access.rules import PLACEHOLDER

# The whole address around a placeholder, so that nobody can lead a link elsewhere.
ADDRESS = re.compile(r"[^\s<>()“”\"]*" + PLACEHOLDER.pattern + r"[^\s<>()“”\",;.]*")
PERSONAL_LINK = "personal link"
STOP_LINK = "link to stop our mail"
MARK = re.compile(rf"\[(?:{PERSONAL_LINK}|{STOP_LINK})(?: \d+)?\]", re.IGNORECASE)
# Where the links to stop our mail lead (hubportal.access.models).
STOP_PATH = "/withdraw/"
RAW = "[[personal-link:"
LONGEST_SUBJECT = 200
LONGEST_TEXT = 20_000


@dataclass(frozen=True)
class MailText:
    """The plain text of a mail in three parts: what may be edited, who signs, and why it came and how to stop it."""

    message: str
    sign_off: str
    closing: str

    def with_message(self, message: str) -> str:
        """The whole text again, as it is sent."""
        above = "\n\n".join(part for part in (message.strip(), self.sign_off) if part)
        return f"{above}\n\n--\n{self.closing}\n" if self.closing else f"{above}\n"


def parts_of(text: str, *, has_sign_off: bool) -> MailText:
    """A mail's text taken apart: the closing lines stand below the last "--", the sign-off is the last paragraph above
    it, where the mail has one."""
    above, line, below = text.rpartition("\n--\n")
    if not line:
        above, below = text, ""
    message, _, sign_off = above.strip().rpartition("\n\n") if has_sign_off else (above.strip(), "", "")
    return MailText(message=message, sign_off=sign_off, closing=below.strip())


def marks_of(text: str) -> dict[str, str]:
    """The mark for each personal link in a text and the address it stands for, in the order of the text."""
    addresses = list(dict.fromkeys(found[0] for found in ADDRESS.finditer(text)))
    stopping = [address for address in addresses if STOP_PATH in address]
    others = [address for address in addresses if STOP_PATH not in address]
    return _numbered(PERSONAL_LINK, others) | _numbered(STOP_LINK, stopping)


def _numbered(name: str, addresses: list[str]) -> dict[str, str]:
    if len(addresses) == 1:
        return {f"[{name}]": addresses[0]}
    return {f"[{name} {number}]": address for number, address in enumerate(addresses, start=1)}


def with_marks(text: str, *, marks: Mapping[str, str]) -> str:
    """The text as staff edit it."""
    for mark, address in marks.items():
        text = text.replace(address, mark)
    return text


def readable_text(text: str) -> str:
    """A text as staff read it: marks in place of the personal links, which are for nobody but the reader."""
    return with_marks(text, marks=marks_of(text))


def without_marks(text: str, *, marks: Mapping[str, str]) -> str:
    """The edited text as it is kept, every mark the address it stands for. One pass: no address is looked into."""
    known = {mark.lower(): address for mark, address in marks.items()}
    return MARK.sub(lambda found: known.get(found[0].lower(), found[0]), text)


def mistakes_in_subject(subject: str) -> list[str]:
    """What is wrong with a subject, each as a sentence that says how to mend it."""
    mistakes = []
    if not subject.strip():
        mistakes.append("Write a subject.")
    if len(subject) > LONGEST_SUBJECT:
        mistakes.append(f"Keep the subject to {LONGEST_SUBJECT} characters; these are {len(subject)}.")
    if RAW in subject.lower() or MARK.search(subject):
        mistakes.append("A personal link cannot stand in the subject. Take it out.")
    return mistakes


def mistakes_in_message(message: str, *, marks: Mapping[str, str]) -> list[str]:
    """What is wrong with an edited message, each as a sentence that says how to mend it."""
    if not message.strip():
        return ["Write a message. To send nothing at all, cancel the e-mail instead."]
    mistakes = []
    if len(message) > LONGEST_TEXT:
        mistakes.append(f"Keep the message to {LONGEST_TEXT:,} characters; these are {len(message):,}.")
    if RAW in message.lower():
        mistakes.append("Take out what begins with “[[personal-link:”. Only the marks of this e-mail may stand here.")
    found = {mark.lower() for mark in MARK.findall(message)}
    known = {mark.lower() for mark in marks}
    mistakes += [
        f"“{mark}” is missing. Put it back where the reader should find the link."
        for mark in marks
        if mark not in found
    ]
    mistakes += [f"“{mark}” is not a link of this e-mail. Take it out." for mark in sorted(found - known)]
    return mistakes


@dataclass(frozen=True)
class Block:
    """A paragraph of a message, or what stands like one: heading, list, or the line above a link with the link."""

    sort: str
    lines: tuple[str, ...]


BULLET = re.compile(r"^[-•*]\s+")
NUMBER = re.compile(r"^\d{1,2}[.)]\s+")


def blocks_of(message: str) -> list[Block]:
    """The message in blocks: "paragraph", "bullets", "numbers", "heading" (a line in capitals) or "button".

    A line that ends with a colon and is followed by nothing but a personal link is a button, as in every mail.
    """
    blocks: list[Block] = []
    lines: list[str] = []
    for line in [*message.splitlines(), ""]:
        if line.strip():
            lines.append(line.strip())
        elif lines:
            blocks += _blocks_of_paragraph(lines)
            lines = []
    return blocks


def _blocks_of_paragraph(lines: list[str]) -> list[Block]:
    found: list[Block] = []
    for line in lines:
        last = found[-1] if found else None
        sort = "bullets" if BULLET.match(line) else "numbers" if NUMBER.match(line) else "paragraph"
        if MARK.fullmatch(line) and last and last.sort == "paragraph" and last.lines[-1].endswith(":"):
            *above, label = last.lines
            found[-1:] = [Block("paragraph", tuple(above))] if above else []
            found.append(Block("button", (label.removesuffix(":"), line)))
        elif last and last.sort == sort:
            found[-1] = Block(sort, (*last.lines, _without_bullet(line)))
        elif last and sort == "paragraph" and last.sort in ("bullets", "numbers"):
            # A long item that goes on in the next line.
            found[-1] = Block(last.sort, (*last.lines[:-1], f"{last.lines[-1]} {line}"))
        else:
            found.append(Block(sort, (_without_bullet(line),)))
    is_heading = len(lines) == 1 and lines[0].isupper() and len(lines[0]) <= 80
    return [Block("heading", found[0].lines)] if is_heading and found[0].sort == "paragraph" else found


def _without_bullet(line: str) -> str:
    return NUMBER.sub("", BULLET.sub("", line))
