"""One e-mail that holds several: what it says, and whether all of it still applies.

The parts are taken as they were rendered, with their own personal links and their own way to stop. The frame of every
mail (`templates/emails/base.html`) marks where message, sign-off and closing lines begin and end; in the text the
closing lines stand below "--", and the sign-off is the last paragraph above it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import linebreaks
from django.utils.safestring import SafeString, mark_safe

from hubportal.mail.hooks import sender
from hubportal.mail.kinds import MailKind, register, why_not_send
from hubportal.mail.models import Email
from hubportal.mail.render import RenderedEmail, render_email

FOLDER = "mail/emails/joined"
SUBJECT_LENGTH = 200
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
# Below the heading that a message gets here; a mail has none higher.
HEADING = re.compile(r"<(/?)h([2-5])\b")


def part_no_longer_applies(email: Email) -> str | None:
    """A mail that holds several goes only as long as each of them would."""
    for part in email.parts.order_by("pk"):
        if reason := why_not_send(part):
            return f"One of its messages no longer applies. {reason}"
    return None


JOINED = register(MailKind(key="joined", name="Several messages in one", no_longer_applies=part_no_longer_applies))


@dataclass(frozen=True)
class Part:
    """One of the messages, taken out of its frame."""

    subject: str
    text: str
    text_closing: str
    html: SafeString
    html_closing: SafeString


def render_joined(emails: Sequence[Email]) -> RenderedEmail:
    """Subject, text and HTML of the mail that holds these, in their order."""
    hub = sender()
    signs_off = _shared_sign_off(emails)
    context = {
        "hub": hub,
        "number": NUMBERS[len(emails)],
        "parts": [_part(email, signs_off) for email in emails],
        "text_sign_off": signs_off,
        "html_sign_off": _zone(emails[0].body_html, "sign-off") if signs_off else "",
    }
    rendered = render_email(FOLDER, context)
    rendered["subject"] = joined_subject([email.subject for email in emails])
    return rendered


def joined_subject(subjects: Sequence[str]) -> str:
    """The first one's, and two more messages, within 200 characters: a phone shows the first words only."""
    others = len(subjects) - 1
    ending = f" – and {NUMBERS[others]} more message{'' if others == 1 else 's'}"
    room = SUBJECT_LENGTH - len(ending)
    first = subjects[0]
    if len(first) > room:
        first = first[: room - 1].rstrip(" ,.:;") + "…"
    return first + ending


def _part(email: Email, signs_off: str) -> Part:
    text, closing = _halves(email.body_text)
    text = text.removesuffix(signs_off).rstrip()
    message = _zone(email.body_html, "message")
    return Part(
        subject=email.subject,
        text=text,
        text_closing=closing,
        html=_lower_headings(message) if message else SafeString(linebreaks(text, autoescape=True)),
        html_closing=_zone(email.body_html, "closing") or SafeString(linebreaks(closing, autoescape=True)),
    )


def _halves(text: str) -> tuple[str, str]:
    """What a text says above the line "--", and below it."""
    above, line, below = text.rpartition("\n--\n")
    return (above.strip(), below.strip()) if line else (text.strip(), "")


def _shared_sign_off(emails: Sequence[Email]) -> str:
    """The last paragraph above the line where all end with the same one: it then stands once, at the end."""
    last = {_halves(email.body_text)[0].rpartition("\n\n")[2] for email in emails}
    in_frame = all(_zone(email.body_html, "sign-off") for email in emails)
    return last.pop() if len(last) == 1 and in_frame else ""


def _zone(html: str, name: str) -> SafeString:
    """What stands between the frame's two marks; nothing where it has none. It was escaped when it was rendered."""
    found = re.search(f"<!-- {name} -->(.*?)<!-- end of {name} -->", html, re.DOTALL)
    return mark_safe(found[1].strip()) if found else SafeString("")  # noqa: S308


def _lower_headings(html: str) -> SafeString:
    """The message's own headings one level below the heading that names it."""
    return mark_safe(HEADING.sub(lambda found: f"<{found[1]}h{int(found[2]) + 1}", html))  # noqa: S308
