"""Renders the three templates of a mail: subject, text and HTML."""

import logging
import re
from collections.abc import Mapping
from datetime import date
from typing import Any, TypedDict

from django.template.loader import render_to_string
from django.utils.formats import date_format

from hubportal.access.rules import withhold_placeholders
from hubportal.mail.editing import readable_text
from hubportal.mail.kinds import KINDS, SHARED, Sample, Sentence
from hubportal.mail.models import HubSentence
from hubportal.mail.wording import fill_in

logger = logging.getLogger(__name__)

EMPTY_LINES = re.compile(r"\n{3,}")


class RenderedEmail(TypedDict):
    """The three parts of a mail, ready for `queue_email`."""

    subject: str
    body_text: str
    body_html: str


def render_email(folder: str, context: Mapping[str, Any], *, tried: Mapping[str, str] | None = None) -> RenderedEmail:
    """The keyword arguments `subject`, `body_text` and `body_html` for `queue_email`.

    `folder` is the template folder of the mail, such as "meetings/emails/booking"; its last part is the key of the
    mail's kind. The templates get `words`: for each `Sentence` of that kind, by its place, the hub's own text or ours,
    with the facts filled in. `tried` holds sentences by place that are looked at before they are published.
    """
    context = {**context, "words": words_of(folder.rpartition("/")[2], context, tried=tried or {})}
    subject = " ".join(render_to_string(f"{folder}/subject.txt", context).split())
    context["subject"] = subject
    return {
        "subject": subject,
        # Parts that a template leaves out leave empty lines behind.
        "body_text": EMPTY_LINES.sub("\n\n", render_to_string(f"{folder}/body.txt", context)).strip() + "\n",
        "body_html": render_to_string(f"{folder}/body.html", context),
    }


def words_of(kind_key: str, context: Mapping[str, Any], *, tried: Mapping[str, str]) -> dict[str, str]:
    """The sentences of this kind of mail by place, facts filled in. One query where the kind has sentences."""
    kind = KINDS.get(kind_key)
    if kind is None or not kind.sentences:
        return {}
    rows = HubSentence.objects.filter(kind__in=(kind_key, SHARED)).values_list("kind", "place", "text")
    own = {(kind, place): text for kind, place, text in rows}
    return {
        sentence.place: fill_in(
            tried.get(sentence.place) or own.get((sentence.kept_under(kind_key), sentence.place)) or sentence.text,
            values=_facts(sentence, context),
        )
        for sentence in kind.sentences
    }


def _facts(sentence: Sentence, context: Mapping[str, Any]) -> dict[str, str]:
    for name in sentence.facts:
        if context.get(name) is None:
            # A mail with a gap is better than a school that is never answered.
            logger.error("A mail has no fact “%s” for its sentence “%s”.", name, sentence.place)
    return {name: _in_words(context.get(name)) for name in sentence.facts}


def _in_words(value: Any) -> str:
    if value is None:
        return ""
    return date_format(value, "j F Y") if isinstance(value, date) else " ".join(str(value).split())


def render_sample(sample: Sample, *, tried: Mapping[str, str] | None = None) -> RenderedEmail:
    """A made-up mail as it would be read, personal links left out; `tried` as for `render_email`."""
    parts = sample.rendered or render_email(sample.folder, sample.context, tried=tried)
    return {
        "subject": parts["subject"],
        "body_text": readable_text(parts["body_text"]),
        "body_html": withhold_placeholders(parts["body_html"]),
    }
