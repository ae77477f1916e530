"""What the hub decides about a school in its register: its area, and the audit it is offered."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from hubportal.accounts.models import User
from schools.models import School, TimelineKind
from schools.timeline import record_event


@transaction.atomic
def move_to_area(*, school: School, area_id: int | None, by: User) -> None:
    """Put a school into another area, or into none."""
    school.area_id = area_id
    school.updated_at = timezone.now()
    school.save(update_fields=["area", "updated_at"])
    school.refresh_from_db(fields=["area"])
    text = f"Moved to area {school.area.name}." if school.area else "Taken out of its area."
    record_event(school=school, kind=TimelineKind.REGISTER, text=text, by=by)


@transaction.atomic
def choose_audit_offer(*, school: School, audit_offer: str, by: User) -> None:
    """Decide by hand which audit a school is offered; imports leave it alone from then on.

    Raises:
        ValidationError: the school is closed.
    """
    if not school.is_open:
        raise ValidationError("This school is closed, so no audit can be offered to it.")
    school.audit_offer, school.has_own_audit_offer, school.updated_at = (
        audit_offer,
        True,
        timezone.now(),
    )
    school.save(update_fields=["audit_offer", "has_own_audit_offer", "updated_at"])
    text = f"Audit offered: {school.get_audit_offer_display().lower()}."
    record_event(school=school, kind=TimelineKind.REGISTER, text=text, by=by)
