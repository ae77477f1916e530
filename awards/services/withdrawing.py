"""Taking an award away again: rare, for good, and never silent."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from awards.models import Award, AwardStatus
from hubportal.accounts.models import User
from schools.models import TimelineKind
from schools.timeline import record_event


@transaction.atomic
def withdraw_award(*, award: Award, reason: str, by: User) -> Award:
    """Withdraw an award for good. Its certificate's page says so from now on; what stands in it stays for the record.

    Raises:
        ValidationError: no reason is given, or the award is withdrawn already.
    """
    award = Award.objects.select_for_update(of=("self",), no_key=True).select_related("school").get(pk=award.pk)
    if not reason.strip():
        raise ValidationError("Say why the award is withdrawn. The school does not read it.")
    if award.status == AwardStatus.WITHDRAWN:
        raise ValidationError("This award is withdrawn already.")
    award.status, award.withdrawn_reason = AwardStatus.WITHDRAWN, reason.strip()
    award.withdrawn_at, award.withdrawn_by = timezone.now(), by
    award.save(update_fields=["status", "withdrawn_reason", "withdrawn_at", "withdrawn_by"])
    text = f"The award {award.get_level_display()} of {award.awarded_on:%-d %B %Y} is withdrawn."
    record_event(school=award.school, kind=TimelineKind.AWARD, text=text, by=by)
    return award
