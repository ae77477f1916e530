"""Renders the three templates of a mail: subject, text and HTML."""

from typing import Any, TypedDict

from django.template.loader import render_to_string


class RenderedEmail(TypedDict):
    """The three parts of a mail, ready for `queue_email`."""

    subject: str
    body_text: str
    body_html: str


def render_email(folder: str, context: dict[str, Any]) -> RenderedEmail:
    """The keyword arguments `subject`, `body_text` and `body_html` for `queue_email`.

    `folder` is the template folder of the mail, such as "meetings/emails/booking".
    """
    return {
        "subject": " ".join(render_to_string(f"{folder}/subject.txt", context).split()),
        "body_text": render_to_string(f"{folder}/body.txt", context).strip() + "\n",
        "body_html": render_to_string(f"{folder}/body.html", context),
    }
