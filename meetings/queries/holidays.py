"""The days without school."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import Q, QuerySet

from meetings.models import HubHoliday
from meetings.rules import next_term_begins
from schools.models import Area, School

# The longest holiday is eight weeks, and one that has just ended says that its term has begun.
LOOKED_BACK = timedelta(weeks=12)
# Past the end of the next calendar year's holidays the customary terms are good enough.
LOOKED_AHEAD = timedelta(days=366 + 250)


def hub_holidays_between(first_on: date, last_on: date, *, area: Area | None = None) -> frozenset[date]:
    """Every single day from `first_on` to `last_on`, both included, that is a holiday everywhere or in this area.

    Without an area, as for mail to the hub's own people, only the holidays that hold everywhere.
    """
    return _single_days(_stretches(first_on, last_on, area).values_list("first_on", "last_on"), first_on, last_on)


def next_term_of(*, school: School, today: date) -> date:
    """The first school day of the next term at this school, by the holidays of its area, or else by custom.

    The next term begins after the next holiday marked as ending a term. What the hub has not entered that far ahead
    follows the customary English terms (`meetings.rules.customary_terms`).
    """
    first_on, last_on = today - LOOKED_BACK, today + LOOKED_AHEAD
    holidays = list(
        _stretches(first_on, last_on, school.area).values_list("first_on", "last_on", "ends_term"),
    )
    return next_term_begins(
        today=today,
        breaks=[(first, last) for first, last, ends_term in holidays if ends_term],
        closed=_single_days([(first, last) for first, last, _ in holidays], first_on, last_on),
    )


def _stretches(first_on: date, last_on: date, area: Area | None) -> QuerySet[HubHoliday]:
    applies = Q(area__isnull=True) | Q(area=area) if area else Q(area__isnull=True)
    return HubHoliday.objects.filter(applies, first_on__lte=last_on, last_on__gte=first_on)


def _single_days(stretches: Iterable[tuple[date, date]], first_on: date, last_on: date) -> frozenset[date]:
    return frozenset(day for first, last in stretches for day in _days(max(first, first_on), min(last, last_on)))


def _days(first_on: date, last_on: date) -> list[date]:
    return [first_on + timedelta(days=number) for number in range((last_on - first_on).days + 1)]
