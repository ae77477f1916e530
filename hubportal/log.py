"""Keeps personal links, private calendars and e-mail addresses out of the logs, tracebacks included."""

import logging
import re

LINK = re.compile(r"(/(?:link|withdraw|calendar|password/reset/key|request-a-meeting/saved)/)[^/\s\"']+")
ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")


def redact(text: str) -> str:
    """The text with link tokens and e-mail addresses replaced by a mark."""
    return ADDRESS.sub("[address]", LINK.sub(r"\1[token]", text))


class RedactingFormatter(logging.Formatter):
    """Redacts the line as it will be printed: message, arguments and traceback alike."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))
