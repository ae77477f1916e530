"""When a person leaves a school, the sheet that waited to go to them goes to whoever answers for music now."""

from django.db.models import F, Value
from django.db.models.functions import Concat

from awards.models import Reflection
from hubportal.mail.models import Email, EmailStatus
from schools.successions import Succession, register_succession


@register_succession
def hand_on_reflections(succession: Succession) -> None:
    """Make the sheets due again whose mail to the former person was cancelled before it went.

    The next run of the daily job queues them for the person in office, or keeps them while there is nobody.
    """
    former = succession.former
    unsent = Reflection.objects.filter(
        audit__meeting__school=former.school,
        answered_at__isnull=True,
        email__status=EmailStatus.CANCELLED,
        email__context__contact=former.pk,
    )
    email_ids = list(unsent.values_list("email_id", flat=True))
    unsent.update(queued_at=None, email=None)
    # The key says what may go once, and this mail never went.
    key = Concat(F("dedupe_key"), Value(f":former:{former.pk}"))
    Email.objects.filter(pk__in=email_ids).update(dedupe_key=key)
