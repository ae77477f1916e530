"""The days without school."""

from datetime import date, timedelta

from meetings.models import HubHoliday


def hub_holidays_between(first_on: date, last_on: date) -> frozenset[date]:
    """Every single day from `first_on` to `last_on`, both included, on which the hub is on holiday."""
    stretches = HubHoliday.objects.filter(first_on__lte=last_on, last_on__gte=first_on)
    return frozenset(
        day
        for first, last in stretches.values_list("first_on", "last_on")
        for day in _days(max(first, first_on), min(last, last_on))
    )


def _days(first_on: date, last_on: date) -> list[date]:
    return [first_on + timedelta(days=number) for number in range((last_on - first_on).days + 1)]
