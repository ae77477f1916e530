"""How long a school has had something, in its own school days: weekends, bank holidays and the hub's holidays, those of
the school's area included, do not count."""

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime, time, timedelta

from django.db.models import Q

from meetings.models import HubHoliday
from meetings.rules import LONDON, last_day_over

# Three school weeks: so long the hub waits for a sheet before it reminds, and after the reminder before it rings.
PATIENCE_SCHOOL_DAYS = 15
# Longer than the longest summer holiday and the days themselves.
LOOKED_BACK = timedelta(weeks=16)
AREA = "audit__meeting__school__area"


def patience(*, as_of: date) -> Callable[[str], Q]:
    """For sheets: a condition that three school weeks have gone by since a moment (the name of a column or of an
    annotation), by the calendar of the school's area. The moment's own day does not count, `as_of` does. One query."""
    stretches = list(
        HubHoliday.objects.filter(first_on__lte=as_of, last_on__gte=as_of - LOOKED_BACK).values_list(
            "first_on", "last_on", "area_id"
        )
    )
    areas = sorted({area for _, _, area in stretches if area is not None})
    ends = {area: _end_of_last_day(stretches, area, as_of=as_of) for area in (None, *areas)}
    elsewhere = Q(**{f"{AREA}__isnull": True}) | ~Q(**{f"{AREA}__in": areas})

    def is_over(moment: str) -> Q:
        over = elsewhere & Q(**{f"{moment}__lt": ends[None]})
        for area in areas:
            over |= Q(**{AREA: area, f"{moment}__lt": ends[area]})
        return over

    return is_over


def _end_of_last_day(stretches: Iterable[tuple[date, date, int | None]], area: int | None, *, as_of: date) -> datetime:
    """The first moment in Europe/London after the last day since which the time is over."""
    closed = _closed_days(stretches, area)
    last = last_day_over(PATIENCE_SCHOOL_DAYS - 1, today=as_of, hub_holidays=closed)
    return datetime.combine(last + timedelta(days=1), time.min, tzinfo=LONDON)


def _closed_days(stretches: Iterable[tuple[date, date, int | None]], area: int | None) -> Collection[date]:
    return frozenset(
        first + timedelta(days=number)
        for first, last, of_area in stretches
        if of_area is None or of_area == area
        for number in range((last - first).days + 1)
    )
