"""Which schools belong to which area."""

from django.db import transaction
from django.utils import timezone

from hubportal.accounts.models import User
from schools.models import Area, School, TimelineEvent, TimelineKind
from schools.rules import postcode_district


@transaction.atomic
def assign_areas_by_postcode(*, by: User | None) -> int:
    """Let each open school without an area join the one that names its postcode district; how many joined.

    Schools that have an area stay where they are.
    """
    area_of = areas_by_district()
    now, joined = timezone.now(), []
    for school in School.objects.open().filter(area__isnull=True).select_for_update():
        area = area_of.get(postcode_district(school.postcode))
        if area:
            school.area, school.updated_at = area, now
            joined.append(school)
    School.objects.bulk_update(joined, ["area", "updated_at"])
    TimelineEvent.objects.bulk_create(
        TimelineEvent(school=s, kind=TimelineKind.REGISTER, text=f"Joined area {s.area} by its postcode.", by=by)
        for s in joined
    )
    return len(joined)


def areas_by_district() -> dict[str, Area]:
    """The area of each postcode district that exactly one area names."""
    claims: dict[str, list[Area]] = {}
    for area in Area.objects.all():
        for district in area.postcode_districts:
            claims.setdefault(district, []).append(area)
    return {district: areas[0] for district, areas in claims.items() if len(areas) == 1}
