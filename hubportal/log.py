"""Keeps personal links and e-mail addresses out of the logs."""

import logging
import re

LINK = re.compile(r"(/(?:link|withdraw)/)[^/\s\"']+")
ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")


def redact(text: str) -> str:
    """The text with link tokens and e-mail addresses replaced by a mark."""
    return ADDRESS.sub("[address]", LINK.sub(r"\1[token]", text))


class RedactPersonalData(logging.Filter):
    """A logging filter that rewrites each record before any handler prints it."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = redact(record.getMessage())
        record.args = None
        return True
