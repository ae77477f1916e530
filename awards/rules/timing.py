"""When a school is invited to renew its award, and when it is reminded. Days are those in Europe/London."""

from datetime import date, timedelta

# So long before an award ends the school is invited again: about a term, in which a meeting can be found.
RENEWAL_NOTICE = timedelta(days=90)
# So long after the invitation went, at least, the one reminder waits: also where the invitation went late.
RENEWAL_PATIENCE = timedelta(days=28)


def renewal_due_on(expires_on: date) -> date:
    """The day the invitation to the next conversation is due, for an award whose last day this is."""
    return expires_on - RENEWAL_NOTICE


def renewal_reminder_due_on(expires_on: date, *, invited_on: date) -> date:
    """The day the one reminder is due where nothing is arranged by then: the day after the award's last."""
    return max(expires_on + timedelta(days=1), invited_on + RENEWAL_PATIENCE)


def renewals_due_until(today: date) -> date:
    """Awards whose last day is this or an earlier one are due for renewal today."""
    return today + RENEWAL_NOTICE
