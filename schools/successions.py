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
