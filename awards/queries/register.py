"""The public register: schools that hold an award today, and wish to be shown. Nothing here is about a person."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Exists, OuterRef, QuerySet, Value, When

from awards.models import Award, AwardLevel, PublicListing
from schools.models import Area, School
from schools.queries import search_schools

LEVELS = (AwardLevel.GOLD, AwardLevel.SILVER, AwardLevel.BRONZE)
# The best first, as people say them.
LEVEL_ORDER = Case(*(When(level=level, then=Value(place)) for place, level in enumerate(LEVELS)))
ORDERS = {"school": "school__name", "place": "school__town", "level": "level_order", "awarded": "awarded_on"}
# More schools than any hub has.
ALL_SCHOOLS = 10_000


@dataclass(frozen=True)
class HolderFilters:
    """What the register shows; the same words as in the address bar."""

    q: str = ""
    level: str = ""
    area: int | None = None
    sort: str = "school"


def award_holders(*, filters: HolderFilters, today: date) -> QuerySet[Award]:
    """The awards in force today of schools that are open and listed, once the school has heard of its award."""
    found = _in_force(today)
    if filters.q:
        listed = School.objects.filter(pk__in=found.values("school"))
        found = found.filter(school__in=search_schools(filters.q, limit=ALL_SCHOOLS, among=listed))
    if filters.level:
        found = found.filter(level=filters.level)
    if filters.area:
        found = found.filter(school__area=filters.area)
    return _ordered(found.select_related("school__area").defer("decision"), filters.sort)


def areas_with_holders(*, today: date) -> QuerySet[Area]:
    """Areas that have somebody to show."""
    return Area.objects.filter(schools__in=_in_force(today).values("school")).distinct()


def standing_listing(school: School) -> PublicListing | None:
    """The school's own leave to be shown, while it stands."""
    return PublicListing.objects.standing().filter(school=school).first()


def _in_force(today: date) -> QuerySet[Award]:
    listed = PublicListing.objects.standing().filter(school=OuterRef("school"))
    awards = Award.objects.current().released().filter(level__in=LEVELS, expires_on__gte=today)
    return awards.filter(Exists(listed), school__in=School.objects.open())


def _ordered(found: QuerySet[Award], sort: str) -> QuerySet[Award]:
    order = ORDERS.get(sort.removeprefix("-"), "school__name")
    found = found.annotate(level_order=LEVEL_ORDER)
    return found.order_by(f"-{order}" if sort.startswith("-") else order, "school__name", "pk")
