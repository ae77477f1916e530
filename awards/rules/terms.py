"""School terms as stretches of days: each day belongs to exactly one, holidays to the term before them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from meetings.rules import customary_terms, first_working_day
from meetings.rules.days import SAME_BREAK

# A term is called after the month it begins in: until then spring, until then summer, afterwards autumn.
LAST_MONTH_OF_SPRING, LAST_MONTH_OF_SUMMER = 2, 6


@dataclass(frozen=True)
class Term:
    """A term from its first day to the last one before the next term; both included."""

    starts_on: date
    ends_on: date

    @property
    def label(self) -> str:
        """As people say it: Autumn term 2026."""
        if self.starts_on.month <= LAST_MONTH_OF_SPRING:
            name = "Spring"
        elif self.starts_on.month <= LAST_MONTH_OF_SUMMER:
            name = "Summer"
        else:
            name = "Autumn"
        return f"{name} term {self.starts_on.year}"


def terms_between(
    first_on: date, last_on: date, *, breaks: Iterable[tuple[date, date]], closed: Collection[date] = ()
) -> Sequence[Term]:
    """The terms to which the days from `first_on` to `last_on` belong, the newest first.

    A term begins after each of the `breaks` (holidays that end a term, as the hub has entered them), and where none
    is entered on its customary day (`meetings.rules.customary_terms`). `closed` are single days without school.
    """
    known = list(breaks)
    begins = {first_working_day(last + timedelta(days=1), hub_holidays=closed) for _, last in known}
    begins |= {
        day
        for year in range(first_on.year - 1, last_on.year + 2)
        for day in customary_terms(year, closed=closed)
        if not any(first - SAME_BREAK < day < last + SAME_BREAK for first, last in known)
    }
    days = sorted(begins)
    terms = [Term(begin, following - timedelta(days=1)) for begin, following in pairwise(days)]
    return [term for term in reversed(terms) if term.starts_on <= last_on and term.ends_on >= first_on]
