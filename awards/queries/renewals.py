"""Which renewals wait: for a meeting to be arranged, or for somebody to write to."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from awards.models import Award, AwardLevel, Renewal
from awards.queries.people import REFLECTION_ROLES
from awards.rules import renewals_due_until
from schools.models import Contact, School


def renewals_with_nobody(*, as_of: date) -> QuerySet[Renewal]:
    """Invitations and reminders that are due at schools where nobody can be written to: for staff to find a contact."""
    reachable = Contact.objects.reachable().filter(school=OuterRef("award__school"), role__in=REFLECTION_ROLES)
    renewals = Renewal.objects.all()
    is_due = Q(pk__in=renewals.due(as_of=as_of)) | Q(pk__in=renewals.to_remind(as_of=as_of))
    waiting = renewals.filter(is_due, ~Exists(reachable))
    return waiting.select_related("award__school").order_by("due_on", "pk")


def awards_ending_soon(*, today: date) -> QuerySet[Award]:
    """Awards that end within the time of notice, nothing arranged yet; the last day counts."""
    return _unarranged().filter(expires_on__range=(today, renewals_due_until(today)))


def awards_ended(*, today: date) -> QuerySet[Award]:
    """Awards that have ended without a renewal, nothing arranged yet."""
    return _unarranged().filter(expires_on__lt=today)


def _unarranged() -> QuerySet[Award]:
    """Of open schools. Working towards Bronze is where a school is, not something that ends."""
    renewals = Renewal.objects.standing().unarranged()
    return Award.objects.filter(pk__in=renewals.values("award")).exclude(level=AwardLevel.WORKING_TOWARDS)


def renewal_to_come(school: School) -> Renewal | None:
    """The renewal of the award that this school holds and knows of, where a mail about it is still to come: nothing is
    arranged, and the reminder has not been queued."""
    known = Renewal.objects.standing().unarranged().filter(award__school=school, award__outcome_pack__isnull=False)
    return known.filter(reminded_at__isnull=True).select_related("award", "email__joined_into").first()
