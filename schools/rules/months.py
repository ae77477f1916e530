"""Calendar months and years."""

from datetime import date

from dateutil.relativedelta import relativedelta


def years_after(day: date, years: int) -> date:
    """The same day so many years later (before, where `years` is negative): 29 February + 1 = 28 February."""
    return day + relativedelta(years=years)


def plain_date(day: date) -> str:
    """3 March 2026."""
    return f"{day.day} {day:%B %Y}"
