"""Renders the three templates of a mail: subject, text and HTML."""

from typing import Any

from django.template.loader import render_to_string


def render_email(folder: str, context: dict[str, Any]) -> dict[str, str]:
    """The keyword arguments `subject`, `body_text` and `body_html` for `queue_email`.

    `folder` is the template folder of the mail, such as "meetings/emails/booking".
    """
    return {
        "subject": " ".join(render_to_string(f"{folder}/subject.txt", context).split()),
        "body_text": render_to_string(f"{folder}/body.txt", context).strip() + "\n",
        "body_html": render_to_string(f"{folder}/body.html", context),
    }
