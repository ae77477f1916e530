"""Makes the HTML of an edited mail anew from its text, within the frame that it was sent in.

The frame (`templates/emails/base.html`) marks where each zone begins and ends; what stands around the message, the
sign-off and the lines that say how to stop, stays as it was.
"""

import re
from collections.abc import Mapping

from django.template.loader import render_to_string
from django.utils.html import escape, urlize

from hubportal.mail.editing import MARK, Block, MailText, blocks_of, with_marks, without_marks
from hubportal.mail.hooks import sender

TITLE = re.compile(r"<title>.*?</title>", re.DOTALL)
LINK_STYLE = "color:#26211c"


def remake_html(body_html: str, *, subject: str, parts: MailText, marks: Mapping[str, str]) -> str:
    """The HTML of a mail whose message is now `parts.message`, in which marks stand for personal links.

    A mail without our frame's marks gets a new frame around message, sign-off and closing lines.
    """
    message = _message(parts.message, marks)
    if not _has_zone(body_html, "message"):
        closing = [line for line in parts.closing.splitlines() if line.strip()]
        context = {
            "hub": sender(),
            "subject": subject,
            "message": message,
            "why": "\n".join(closing[:-1]),
            "stop": closing[-1] if closing else "",
        }
        return render_to_string("mail/emails/remade.html", context)
    made = _replace_zone(body_html, "preheader", escape(_preheader(parts.message)))
    made = TITLE.sub(lambda _: f"<title>{escape(subject)}</title>", made, count=1)
    return _replace_zone(made, "message", message)


def has_sign_off(body_html: str) -> bool:
    """Whether the mail's frame says who signs, apart from the message."""
    found = _zone("sign-off").search(body_html)
    return bool(found and found[1].strip())


def _message(message: str, marks: Mapping[str, str]) -> str:
    canonical = with_marks(without_marks(message, marks=marks), marks=marks)
    blocks = [_Set(block) for block in blocks_of(canonical)]
    context = {"blocks": blocks, "hub": sender()}
    return without_marks(render_to_string("mail/emails/_message.html", context), marks=marks)


class _Set:
    """A block with its lines as HTML: escaped, with web and personal links that can be pressed."""

    def __init__(self, block: Block) -> None:
        self.sort = block.sort
        self.plain = block.lines
        self.lines = [_with_links(line) for line in block.lines]


def _with_links(line: str) -> str:
    linked = urlize(line, autoescape=True)
    return MARK.sub(lambda found: f'<a href="{found[0]}" style="{LINK_STYLE}">{found[0]}</a>', linked)


def _preheader(message: str) -> str:
    words = " ".join(" ".join(MARK.sub("", message).split()).split(" ")[:20])
    return words.removesuffix(":")


def _zone(name: str) -> re.Pattern[str]:
    return re.compile(f"<!-- {name} -->(.*?)<!-- end of {name} -->", re.DOTALL)


def _has_zone(html: str, name: str) -> bool:
    return _zone(name).search(html) is not None


def _replace_zone(html: str, name: str, content: str) -> str:
    filled = f"<!-- {name} -->\n{content}\n<!-- end of {name} -->"
    return _zone(name).sub(lambda _: filled, html, count=1)
