"""Rules about mail that comes in: where the mailbox is, what a mail says, and what it is. Pure functions."""

from .addresses import InboxAddress, Security, read_inbox_url
from .letters import RAW_LENGTH, Letter, Report, read_letter
from .sorting import Bounce, Sort, Sorted, sort_letter

__all__ = [
    "RAW_LENGTH",
    "Bounce",
    "InboxAddress",
    "Letter",
    "Report",
    "Security",
    "Sort",
    "Sorted",
    "read_inbox_url",
    "read_letter",
    "sort_letter",
]
