"""What happens elsewhere when a person leaves a school or another takes over: each app says what it hands on.

A meeting's invitation, an open request and a reflection sheet that waits belong to apps above this one, so they
register what they do; `schools.services` calls it in the transaction that ends the former person's entry.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from schools.models import Contact


@dataclass(frozen=True)
class Succession:
    """Somebody left; `successor` is None while nobody is known, and may not be confirmed yet.

    It comes a second time, when an officer has confirmed the successor: then mail to them may go.
    """

    former: Contact
    successor: Contact | None
    at: datetime


HandOn = Callable[[Succession], None]
REGISTERED: list[HandOn] = []


def register_succession(hand_on: HandOn) -> HandOn:
    REGISTERED.append(hand_on)
    return hand_on


def hand_on_everything(succession: Succession) -> None:
    for hand_on in REGISTERED:
        hand_on(succession)


# What waits for a person until an officer has confirmed that they belong to the school.
Welcome = Callable[[Contact, datetime], None]
WELCOMES: list[Welcome] = []


def register_welcome(welcome: Welcome) -> Welcome:
    WELCOMES.append(welcome)
    return welcome


def welcome(contact: Contact, at: datetime) -> None:
    """An officer has confirmed this person: each app gives them what waited for that."""
    for give in WELCOMES:
        give(contact, at)
