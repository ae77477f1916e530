"""What the apps above tell the outbox, which itself knows neither schools nor the hub. Of each there is one."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Protocol

from hubportal.accounts.models import User
from hubportal.mail.models import Email

# The first day on or after a day on which a mail with a pace may go.
FirstDay = Callable[[Email, date], date]
# Reads once, for all of these mails, what their days depend on as things stand today.
Calendar = Callable[[Sequence[Email], date], FirstDay]


class Sender(Protocol):
    """Who writes: the name and colour that stand over a mail."""

    name: str
    accent_colour: str


# Writes down what a member of staff did with a mail, in the hub's words, and when.
Witness = Callable[[Email, str, User, datetime], None]

CALENDARS: list[Calendar] = []
SENDERS: list[Callable[[], Sender]] = []
WITNESSES: list[Witness] = []


def register_calendar(calendar: Calendar) -> Calendar:
    """Say on which days mail with a pace may go."""
    CALENDARS[:] = [calendar]
    return calendar


def first_days(emails: Sequence[Email], today: date) -> FirstDay:
    """The calendar for these mails; where none is registered every day will do."""
    return CALENDARS[0](emails, today) if CALENDARS else lambda _, day: day


def register_sender(sender: Callable[[], Sender]) -> Callable[[], Sender]:
    """Say who writes the mails that the outbox itself puts together."""
    SENDERS[:] = [sender]
    return sender


def sender() -> Sender | None:
    return SENDERS[0]() if SENDERS else None


def register_witness(witness: Witness) -> Witness:
    """Say where it is written down what staff do with a mail."""
    WITNESSES[:] = [witness]
    return witness


def note_deed(email: Email, text: str, by: User, at: datetime) -> None:
    """Have it written down, inside the caller's transaction, that a member of staff did this with a mail."""
    for witness in WITNESSES:
        witness(email, text, by, at)
