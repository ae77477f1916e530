"""What this app forgets by itself when the time that the privacy notice promises is over."""

from datetime import date

from django.db import connection, transaction

from audits.models import Audit, Priority
from schools.personal_data import register_forgetting
from schools.rules import ERASED_NAME, years_after
from schools.services.forgetting import end_of

CASE_YEARS = 6


@register_forgetting
@transaction.atomic
def forget_owners(as_of: date) -> int:
    """Six years after the meeting, who was to see to a priority goes; what was agreed stays."""
    threshold = end_of(years_after(as_of, -CASE_YEARS))
    drafts = Audit.objects.filter(meeting__period__endswith__lt=threshold).exclude(priorities_draft=[])
    number = drafts.update(priorities_draft=[])
    owners = Priority.objects.filter(audit__meeting__period__endswith__lt=threshold).exclude(owner=ERASED_NAME)
    with connection.cursor() as cursor:
        # Lets the words of what is frozen change until the commit (migration 0005).
        cursor.execute("SELECT set_config('hubportal.erasing', 'on', true)")
        number += Priority.objects.filter(pk__in=list(owners.values_list("pk", flat=True))).update(owner=ERASED_NAME)
        cursor.execute("SELECT set_config('hubportal.erasing', 'off', true)")
    return number
