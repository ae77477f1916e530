"""When a mail is tried again, and when it is given up. Pure functions."""

from datetime import timedelta

# After the first temporary failure one minute, then longer; after the last the mail goes to the staff's list.
BACKOFF_MINUTES = (1, 5, 15, 60, 180, 720)
# A worker that holds a mail for longer than this is taken for dead.
STUCK_AFTER = timedelta(minutes=15)


def next_attempt(*, attempts: int) -> timedelta | None:
    """How long to wait after so many failed attempts (1 or more), or None when it is time to give up.

    Raises:
        ValueError: fewer than one attempt.
    """
    if attempts < 1:
        raise ValueError("A mail that was not tried has nothing to wait for.")
    if attempts > len(BACKOFF_MINUTES):
        return None
    return timedelta(minutes=BACKOFF_MINUTES[attempts - 1])


def is_permanent(smtp_code: int) -> bool:
    """True for SMTP reply codes 5xx, which say that trying again will not help (RFC 5321, 4.2.1)."""
    return 500 <= smtp_code <= 599
