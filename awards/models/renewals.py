"""Renewal: after three years the school is invited again."""

from datetime import date, datetime, time, timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from audits.models import Audit
from awards.rules import RENEWAL_PATIENCE
from hubportal.mail.models import Email, EmailStatus
from meetings.models import Meeting, MeetingKind, MeetingRequest, MeetingStatus
from schools.models import Engagement, SchoolStatus

from .awards import Award, AwardStatus

# The meetings that lead to a new award; an additional one does not.
RENEWING_KINDS = (MeetingKind.QUALITY_CONVERSATION, MeetingKind.FOLLOW_UP)


class RenewalQuerySet(models.QuerySet["Renewal"]):
    def standing(self) -> Self:
        """Of awards that are still their school's current one, at schools that are open."""
        return self.filter(award__status=AwardStatus.CURRENT).exclude(award__school__status=SchoolStatus.CLOSED)

    def arranged(self) -> Self:
        """Where the next conversation is on its way: an open request, a booked meeting, or one that was held and whose
        award is not decided yet."""
        asked = MeetingRequest.objects.open().filter(school=OuterRef("award__school"), kind__in=RENEWING_KINDS)
        return self.filter(Exists(asked) | Exists(_newer_meetings()))

    def unarranged(self) -> Self:
        """The others: the school has to be invited, or reminded."""
        return self.exclude(pk__in=self.model.objects.arranged())

    def due(self, *, as_of: date) -> Self:
        """Invitations that are due as of this day and not yet queued: to schools that know of their award, take part,
        let mail come and have arranged nothing. What stands in the way may end; then they are due."""
        waiting = self.standing().filter(due_on__lte=as_of, queued_at__isnull=True, award__outcome_pack__isnull=False)
        return waiting._taking_mail(as_of).unarranged()

    def to_remind(self, *, as_of: date) -> Self:
        """Reminders that are due as of this day and not yet queued: the award has ended, the invitation went four
        weeks ago (or never will go), and nothing is arranged. Working towards Bronze counts three years as well."""
        invited_before = timezone.make_aware(datetime.combine(as_of - RENEWAL_PATIENCE + timedelta(days=1), time.min))
        has_gone = Q(email__sent_at__lt=invited_before) | Q(email__joined_into__sent_at__lt=invited_before)
        never_goes = Q(email__status__in=(EmailStatus.CANCELLED, EmailStatus.FAILED), queued_at__lt=invited_before)
        waiting = self.standing().filter(has_gone | never_goes, reminded_at__isnull=True, award__expires_on__lt=as_of)
        return waiting._taking_mail(as_of).unarranged()

    def _taking_mail(self, as_of: date) -> Self:
        mail_flows = Q(award__school__mail_paused_until__isnull=True) | Q(award__school__mail_paused_until__lte=as_of)
        return self.filter(mail_flows, award__school__engagement=Engagement.TAKING_PART)


def _newer_meetings() -> models.QuerySet[Meeting]:
    """After the award's own meeting, and without an award so far."""
    decided = Audit.objects.filter(meeting=OuterRef("pk"), award__isnull=False)
    begun = Audit.objects.filter(meeting=OuterRef("pk"), award__isnull=True)
    is_on_its_way = Q(status=MeetingStatus.BOOKED) | Q(Exists(begun), status=MeetingStatus.HELD)
    return Meeting.objects.filter(
        is_on_its_way,
        ~Exists(decided),
        school=OuterRef("award__school"),
        kind__in=RENEWING_KINDS,
        period__startswith__gt=OuterRef("award__audit__meeting__period__startswith"),
    )


class Renewal(models.Model):
    """The invitation to the next conversation: planned with the award, sent once, and one reminder after it."""

    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="renewal")
    due_on = models.DateField(help_text="The day the invitation is due: some weeks before the award ends.")
    queued_at = models.DateTimeField(null=True, blank=True)
    email = models.OneToOneField(Email, on_delete=models.PROTECT, null=True, blank=True, related_name="renewal")
    reminded_at = models.DateTimeField(null=True, blank=True)
    reminder_email = models.OneToOneField(
        Email, on_delete=models.PROTECT, null=True, blank=True, related_name="renewal_reminder"
    )

    objects: ClassVar[RenewalQuerySet] = RenewalQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("due_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(queued_at__isnull=True, email__isnull=True)
                | Q(queued_at__isnull=False, email__isnull=False),
                name="awards_renewal_queued_in_full",
            ),
            models.CheckConstraint(
                # Each said apart: a comparison with nothing is neither true nor false, and would pass.
                condition=Q(reminded_at__isnull=True, reminder_email__isnull=True)
                | Q(
                    queued_at__isnull=False,
                    reminded_at__isnull=False,
                    reminded_at__gte=F("queued_at"),
                    reminder_email__isnull=False,
                ),
                name="awards_renewal_reminded_after_invitation",
            ),
        )

    def __str__(self) -> str:
        return f"renewal of award {self.award_id}"
