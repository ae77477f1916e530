"""Reflection sheets: planned with the priorities, sent, answered by whoever of the school wishes to."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from audits.models import Audit, AuditStatus, Criterion, Priority
from hubportal.mail.models import Email
from schools.models import Contact, Engagement, SchoolStatus

from .awards import AwardStatus

REFLECTION_MONTHS = (12, 24)
# So many days before its sheet is due a school may answer it of its own accord; then no mail goes.
EARLY_DAYS = 60


class ReflectionQuerySet(models.QuerySet["Reflection"]):
    def of_current_priorities(self) -> Self:
        """Leaves out those of a meeting after which a newer one agreed its own priorities."""
        newer = Audit.objects.filter(
            Exists(Priority.objects.filter(audit=OuterRef("pk"))),
            status=AuditStatus.AGREED,
            meeting__school=OuterRef("audit__meeting__school"),
            meeting__period__startswith__gt=OuterRef("audit__meeting__period__startswith"),
        )
        return self.filter(~Exists(newer))

    def of_standing_awards(self) -> Self:
        """Leaves out those of a meeting whose award was withdrawn: such a school is asked nothing more about it."""
        return self.exclude(audit__award__status=AwardStatus.WITHDRAWN)

    def wanted(self) -> Self:
        """Those an answer is still hoped for: none has come, nobody has stopped asking, the award was not withdrawn, no
        newer conversation has agreed its own priorities, and the school is open and engages with the hub."""
        waiting = self.filter(answered_at__isnull=True, closed_at__isnull=True).of_current_priorities()
        there = waiting.exclude(audit__meeting__school__status=SchoolStatus.CLOSED)
        return there.exclude(audit__meeting__school__engagement=Engagement.NOT_ENGAGING).of_standing_awards()

    def due(self, *, as_of: date) -> Self:
        """What is due as of this day and not yet done."""
        return self.wanted().filter(due_on__lte=as_of, queued_at__isnull=True)

    def unanswered(self) -> Self:
        """Sheets the schools have, and have not sent back."""
        return self.wanted().filter(queued_at__isnull=False)

    def latest_of_meeting(self) -> Self:
        """Leaves out those of which the same meeting's next sheet has been sent too: a school is asked once."""
        later = Reflection.objects.filter(audit=OuterRef("audit"), month__gt=OuterRef("month"), queued_at__isnull=False)
        return self.filter(~Exists(later))

    def with_sending(self) -> Self:
        """Each with `sent_at` and `reminder_sent_at`: when the sheet and its reminder left the hub, alone or with other
        mail; None while they wait."""
        return self.annotate(
            sent_at=Coalesce("email__sent_at", "email__joined_into__sent_at"),
            reminder_sent_at=Coalesce("reminder_email__sent_at", "reminder_email__joined_into__sent_at"),
        )

    def open_to_school(self, *, day: date) -> Self:
        """Those a school may open: sent, or answered, or due within `EARLY_DAYS` days of this day."""
        early = Q(due_on__lte=day + timedelta(days=EARLY_DAYS))
        return self.filter(Q(queued_at__isnull=False) | Q(answered_at__isnull=False) | early)

    def to_answer(self, *, day: date) -> Self:
        """Those the school's own page asks for: the sheets that wait for an answer, and the next if it may be answered
        early. Of two about the same meeting it is the later one, once that has been sent."""
        return self.wanted().open_to_school(day=day).latest_of_meeting()


class Reflection(models.Model):
    """The sheet about 12 and 24 months after a meeting: how far have we got with our three priorities?"""

    audit = models.ForeignKey(Audit, on_delete=models.PROTECT, related_name="reflections")
    month = models.PositiveSmallIntegerField(help_text="Months after the meeting: 12 or 24.")
    due_on = models.DateField()
    queued_at = models.DateTimeField(null=True, blank=True)
    email = models.OneToOneField(
        Email,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reflection",
    )
    reminded_at = models.DateTimeField(null=True, blank=True)
    reminder_email = models.OneToOneField(
        Email, on_delete=models.PROTECT, null=True, blank=True, related_name="reflection_reminder"
    )
    answered_at = models.DateTimeField(null=True, blank=True, help_text="When the first answer came.")
    answered_by = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True, help_text="When the hub stopped asking for it.")
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_reason = models.CharField(max_length=300, blank=True, help_text="For hub staff only.")

    objects: ClassVar[ReflectionQuerySet] = ReflectionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-due_on",)
        constraints = (
            models.UniqueConstraint(fields=["audit", "month"], name="awards_reflection_month_once"),
            models.CheckConstraint(
                condition=Q(month__in=REFLECTION_MONTHS),
                name="awards_reflection_month_known",
            ),
            models.CheckConstraint(
                condition=Q(queued_at__isnull=True, email__isnull=True)
                | Q(queued_at__isnull=False, email__isnull=False),
                name="awards_reflection_queued_in_full",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | Q(answered_at__isnull=False),
                name="awards_reflection_answered_with_time",
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
                name="awards_reflection_reminded_after_sheet",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True, closed_reason="")
                | (Q(closed_at__isnull=False, closed_by__isnull=False) & ~Q(closed_reason="")),
                name="awards_reflection_closed_in_full",
            ),
        )

    def __str__(self) -> str:
        return f"{self.month}-month reflection"

    @property
    def answers_by_priority(self) -> "list[AnswersToPriority]":
        """Each priority with what everybody said of it, side by side (prefetch `responses` with
        `awards.queries.with_answers`)."""
        answers = [answer for response in self.responses.all() for answer in response.answers.all()]
        priorities = {answer.priority_id: answer.priority for answer in answers}
        return [
            AnswersToPriority(priority, tuple(answer for answer in answers if answer.priority_id == pk))
            for pk, priority in sorted(priorities.items(), key=lambda item: item[1].number)
        ]


class Progress(models.TextChoices):
    NOT_STARTED = "not_started", "Not started"
    UNDER_WAY = "under_way", "Under way"
    ACHIEVED = "achieved", "Achieved"
    CHANGED = "changed", "Changed: we now do something else"


class SelfRating(models.TextChoices):
    RED = "red", "Red"
    AMBER = "amber", "Amber"
    GREEN = "green", "Green"


class ReflectionResponse(models.Model):
    """What one person says of a sheet. Two people of a school may answer: both answers are kept.

    An answer given on the telephone is written down by a member of staff (`taken_by`).
    """

    reflection = models.ForeignKey(Reflection, on_delete=models.PROTECT, related_name="responses")
    contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(null=True, blank=True)
    anything_else = models.TextField(blank=True)
    earlier_answers = models.JSONField(
        default=list, blank=True, help_text="What was answered before a change, oldest first: nothing written is lost."
    )

    class Meta:
        ordering = ("answered_at", "pk")
        constraints = (
            models.UniqueConstraint(fields=["reflection", "contact"], name="awards_reflectionresponse_one_a_person"),
            models.CheckConstraint(
                condition=Q(changed_at__isnull=True) | Q(changed_at__gte=F("answered_at")),
                name="awards_reflectionresponse_times_in_order",
            ),
        )

    def __str__(self) -> str:
        return f"response of {self.answered_at:%Y-%m-%d}"


class ReflectionAnswer(models.Model):
    """How far one priority has got, in the school's words."""

    response = models.ForeignKey(ReflectionResponse, on_delete=models.CASCADE, related_name="answers")
    priority = models.ForeignKey(Priority, on_delete=models.PROTECT, related_name="reflection_answers")
    progress = models.CharField(max_length=12, choices=Progress)
    what_helped = models.TextField(blank=True)
    what_next = models.TextField(blank=True)

    class Meta:
        ordering = ("priority__number",)
        constraints = (
            models.UniqueConstraint(fields=["response", "priority"], name="awards_reflectionanswer_once"),
            models.CheckConstraint(
                condition=Q(progress__in=Progress.values),
                name="awards_reflectionanswer_progress_known",
            ),
        )

    def __str__(self) -> str:
        return self.get_progress_display()

    @property
    def new_rating(self) -> str:
        """How this person now rates the priority's criterion; empty: they left it as it was."""
        ratings = self.response.ratings.all()
        return next((one.rating for one in ratings if one.criterion_id == self.priority.criterion_id), "")


@dataclass(frozen=True)
class AnswersToPriority:
    """What the people of a school say of one priority, in the order they answered."""

    priority: Priority
    answers: tuple[ReflectionAnswer, ...]

    @property
    def differ(self) -> bool:
        """Whether two people see it differently: how far it has got, or how they rate it now."""
        ratings = {answer.new_rating for answer in self.answers} - {""}
        return len({answer.progress for answer in self.answers}) > 1 or len(ratings) > 1


class ReflectionRating(models.Model):
    """How the school now rates a criterion that one of its priorities is about. It changes no level."""

    response = models.ForeignKey(ReflectionResponse, on_delete=models.CASCADE, related_name="ratings")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    rating = models.CharField(max_length=5, choices=SelfRating)

    class Meta:
        ordering = ("criterion__position",)
        constraints = (
            models.UniqueConstraint(fields=["response", "criterion"], name="awards_reflectionrating_once"),
            models.CheckConstraint(condition=Q(rating__in=SelfRating.values), name="awards_reflectionrating_known"),
        )

    def __str__(self) -> str:
        return self.get_rating_display()


class ReflectionCall(models.Model):
    """A telephone call about a sheet that did not come back."""

    reflection = models.ForeignKey(Reflection, on_delete=models.CASCADE, related_name="calls")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    has_reached = models.BooleanField(help_text="Whether somebody of the school was reached.")
    note = models.CharField(max_length=500, blank=True, help_text="For hub staff only.")

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"call of {self.at:%Y-%m-%d}"
