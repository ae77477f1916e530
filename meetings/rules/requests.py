"""What the public form needs: limits against floods, references, the wording of consent, and one form sent twice."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

# A school that waits for so many answers is told to wait, or somebody fills in the form in its name.
REQUESTS_WAITING_AT_MOST = 5
# Anybody can type anybody's address: nobody gets more thanks than these by other people's doing.
THANKS_AT_MOST, THANKS_WITHIN = 3, timedelta(hours=24)
# Nobody reads the form, fills it in and sends it within this time; a program does.
TYPING_TAKES = timedelta(seconds=3)
# How long a request that somebody has begun is kept after it was last saved.
DRAFT_KEPT_DAYS = 30

# A reference is read out over the telephone: none of 0 and O, 1, I and L, 5 and S, 2 and Z, 8 and B. And no
# other vowels, so that none ever spells a word.
REFERENCE_LETTERS = "34679CDFGHJKMNPQRTVWXY"
REFERENCE_LENGTH = 5


def reference_from(indexes: Sequence[int]) -> str:
    """A request's reference such as MR-7K3QD from five numbers below 22.

    Raises:
        ValueError: not exactly five numbers.
    """
    if len(indexes) != REFERENCE_LENGTH:
        raise ValueError(f"A reference needs {REFERENCE_LENGTH} numbers.")
    return "MR-" + "".join(REFERENCE_LETTERS[index] for index in indexes)


# Raise the version with any change of a word: what each person agreed to is kept as it stood.
CONSENT_VERSION = "2026-11"
CONSENT_WORDING = (
    "I agree that {hub} may keep these details and write to me about this meeting, the {award} and the steps that "
    "follow it. I can withdraw this at any time with the link in each e-mail, or by e-mailing {address} with "
    "“Withdraw” in the subject."
)


def consent_wording(*, hub: str, award: str, address: str) -> str:
    """What a person ticks on the request form, word for word."""
    return CONSENT_WORDING.format(hub=hub, award=award, address=address)


def is_too_quick(*, opened_at: datetime, now: datetime) -> bool:
    """Whether a form comes back sooner after it was opened than a person could have filled it in.

    However long somebody takes, it is never too slow. A clock that was set back counts as quick.
    """
    return now - opened_at < TYPING_TAKES


def submission_id(key: UUID, answers: Collection[str]) -> UUID:
    """Tells one sending of a form from another: the same form with the same answers is the same sending.

    `key` came with the form. Somebody who goes back, changes an answer and sends again is not taken for a double
    click.
    """
    return uuid5(key, "\x1f".join(answers))
