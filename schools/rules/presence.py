"""Whether it is time to ask a person "still you?". Pure functions."""

from datetime import date

from .months import years_after


def next_asking(*, last_sign_on: date, last_asked_on: date | None) -> date:
    """The day on which a person is to be asked: a year after the last sign of life, and after the last question.

    29 February + 1 year = 28 February.
    """
    return years_after(max(last_sign_on, last_asked_on or last_sign_on), 1)
