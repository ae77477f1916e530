"""What this app forgets by itself when the time that the privacy notice promises is over."""

from datetime import date

from django.contrib.postgres.fields.ranges import RangeEndsWith
from django.db.models import Max, Q
from django.db.models.functions import Coalesce

from meetings.models import MeetingRequest
from meetings.services.drafts import delete_expired_drafts
from schools.personal_data import register_forgetting
from schools.rules import ERASED_ADDRESS, ERASED_NAME, years_after
from schools.services.forgetting import end_of

CASE_YEARS = 6
FORGOTTEN = {"name": ERASED_NAME, "email": ERASED_ADDRESS, "phone": "", "head_name": "", "head_email": "", "notes": ""}


@register_forgetting
def forget_drafts(as_of: date) -> int:
    """Delete requests that nobody came back to in time."""
    return delete_expired_drafts(as_of=as_of)


@register_forgetting
def forget_requests(as_of: date) -> int:
    """Six years after its last meeting, whoever typed a request goes from it; that the school asked, and when, stays.

    A request that led to no meeting counts from its answer, one without an answer from the day it came.
    """
    threshold = end_of(years_after(as_of, -CASE_YEARS))
    over_at = Coalesce(Max(RangeEndsWith("meetings__period")), "decided_at", "created_at")
    over = MeetingRequest.objects.annotate(over_at=over_at).filter(~Q(**FORGOTTEN), over_at__lt=threshold)
    return MeetingRequest.objects.filter(pk__in=list(over.values_list("pk", flat=True))).update(**FORGOTTEN)
