"""Awards, certificates, outcome packs and reflections: what a school receives, and what it tells us later."""

import secrets
from datetime import date
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, Func, OuterRef, Q, Value, When
from django.db.models.functions import Length
from django.utils import timezone

from audits.models import Audit, AuditStatus, Priority
from hubportal.accounts.models import User
from hubportal.mail.models import Email
from schools.models import Contact, School, SchoolStatus


class AwardLevel(models.TextChoices):
    """The same four levels as `awards.rules.Level`, as choices for the database."""

    WORKING_TOWARDS = "working_towards", "Working towards Bronze"
    BRONZE = "bronze", "Bronze"
    SILVER = "silver", "Silver"
    GOLD = "gold", "Gold"


class AwardStatus(models.TextChoices):
    """As stored. "Expired" is not stored: it follows from `expires_on` and the day somebody asks."""

    CURRENT = "current", "Current"
    SUPERSEDED = "superseded", "Superseded by a later award"
    WITHDRAWN = "withdrawn", "Withdrawn"


class ShownStatus(models.TextChoices):
    """What an award's status is on a given day, as people read it."""

    CURRENT = "current", "Current"
    EXPIRED = "expired", "Expired"
    SUPERSEDED = "superseded", "Superseded"
    WITHDRAWN = "withdrawn", "Withdrawn"


class AwardQuerySet(models.QuerySet["Award"]):
    def current(self) -> Self:
        return self.filter(status=AwardStatus.CURRENT)

    def with_shown_status(self, *, day: date) -> Self:
        """Each with `shown_status`: what `Award.status_on` says of that day, for lists to filter and sort by."""
        has_ended = Q(status=AwardStatus.CURRENT, expires_on__lt=day) & ~Q(level=AwardLevel.WORKING_TOWARDS)
        return self.annotate(
            shown_status=Case(
                When(has_ended, then=Value(ShownStatus.EXPIRED.value)),
                default=F("status"),
                output_field=models.CharField(),
            )
        )

    def visible_to(self, user: User) -> Self:
        """Officers and administrators see every award; viewers see figures, not schools."""
        return self.all() if user.is_officer else self.none()

    def to_send(self) -> Self:
        """Decided, and the school has not heard of it yet."""
        return self.current().filter(outcome_pack__isnull=True)

    def released(self) -> Self:
        """Those the school knows of: staff looked at the outcome pack and sent it."""
        return self.filter(outcome_pack__isnull=False)


class Award(models.Model):
    """The level that followed from an agreed audit, with the reason that was true that day."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="awards")
    audit = models.OneToOneField(Audit, on_delete=models.PROTECT, related_name="award")
    level = models.CharField(max_length=16, choices=AwardLevel)
    status = models.CharField(max_length=12, choices=AwardStatus, default=AwardStatus.CURRENT)
    reason = models.TextField(help_text="One sentence: why this level.")
    next_step = models.TextField(blank=True, help_text="The smallest change that reaches the next level.")
    decision = models.JSONField(help_text="Percentages and counts behind the level, frozen.")
    awarded_on = models.DateField(help_text="The day of the meeting.")
    expires_on = models.DateField(help_text="Three years later: the last day the award may be shown.")
    decided_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects: ClassVar[AwardQuerySet] = AwardQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-awarded_on", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(level__in=AwardLevel.values),
                name="awards_award_level_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=AwardStatus.values),
                name="awards_award_status_known",
            ),
            models.CheckConstraint(
                condition=Q(expires_on__gt=F("awarded_on")),
                name="awards_award_dates_in_order",
            ),
            models.UniqueConstraint(
                fields=["school"],
                condition=Q(status="current"),
                name="awards_award_one_current",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.awarded_on:%Y}"

    @property
    def has_certificate_level(self) -> bool:
        """Working towards Bronze is shown to school and hub only and gets no certificate."""
        return self.level != AwardLevel.WORKING_TOWARDS

    @property
    def latest_certificate(self) -> "Certificate | None":
        """The certificate that counts: issued, and not replaced by a corrected one."""
        return next((one for one in self.certificates.all() if not one.is_replaced), None)

    @property
    def ends_on(self) -> date | None:
        """The last day the award may be shown. Working towards Bronze is shown to nobody and so never ends: after
        three years the school is invited again, as every school is."""
        return self.expires_on if self.has_certificate_level else None

    @property
    def next_changes(self) -> tuple[str, ...]:
        """The changes that reach the next level one by one where they are several, for a list after
        `next_step_lead`; none where `next_step` says it all."""
        changes = self.decision.get("next_step_parts", {}).get("changes", ())
        return tuple(changes) if len(changes) > 1 else ()

    @property
    def next_step_lead(self) -> str:
        """How the next step begins: "Silver needs two changes"."""
        lead: str = self.decision.get("next_step_parts", {}).get("lead", "")
        return lead

    def status_on(self, day: date) -> ShownStatus:
        """What the verify page says on that day; the award may be shown up to and including its last day."""
        if self.status == AwardStatus.CURRENT and self.ends_on and day > self.ends_on:
            return ShownStatus.EXPIRED
        return ShownStatus(self.status)


def new_certificate_key() -> str:
    """An unguessable address for the verify page: 128 random bits as 22 URL-safe characters."""
    return secrets.token_urlsafe(16)


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def with_replacement(self) -> Self:
        """Together with the certificate that replaced each; instead of the files themselves their size in bytes."""
        return self.select_related("replaced_by").defer("pdf", "replaced_by__pdf").annotate(size=Length("pdf"))


class Certificate(models.Model):
    """A certificate as issued: bytes, fingerprint and number never change. A correction is a new one."""

    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="certificates")
    number = models.CharField(max_length=20, unique=True)
    key = models.CharField(max_length=22, unique=True, default=new_certificate_key, editable=False)
    school_name = models.CharField(max_length=200, help_text="As printed.")
    pdf = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    issued_at = models.DateTimeField(default=timezone.now)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
    )

    objects: ClassVar[CertificateQuerySet] = CertificateQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-issued_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["award"],
                condition=Q(replaces__isnull=True),
                name="awards_certificate_one_original",
            ),
            models.CheckConstraint(
                condition=~Q(replaces=F("id")),
                name="awards_certificate_not_its_own_correction",
            ),
            models.CheckConstraint(
                condition=Q(
                    sha256=Func(
                        Func(F("pdf"), function="sha256", output_field=models.BinaryField()),
                        Value("hex"),
                        function="encode",
                        output_field=models.CharField(),
                    )
                ),
                name="awards_certificate_fingerprint_true",
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def is_replaced(self) -> bool:
        """Whether a corrected certificate has taken its place."""
        return hasattr(self, "replaced_by")


class OutcomePack(models.Model):
    """The one e-mail after the meeting. It exists once it is sent, and it is sent once."""

    award = models.OneToOneField(Award, on_delete=models.PROTECT, related_name="outcome_pack")
    email = models.OneToOneField(Email, on_delete=models.PROTECT, related_name="outcome_pack")
    sent_at = models.DateTimeField(default=timezone.now)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"outcome pack of award {self.award_id}"


REFLECTION_MONTHS = (12, 24)


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

    def due(self, *, as_of: date) -> Self:
        """What is due as of this day and not yet done, at schools that are open."""
        waiting = self.filter(due_on__lte=as_of, queued_at__isnull=True, answered_at__isnull=True)
        return waiting.exclude(audit__meeting__school__status=SchoolStatus.CLOSED).of_current_priorities()

    def unanswered(self) -> Self:
        """Sheets the schools have, and have not sent back."""
        return self.filter(queued_at__isnull=False, answered_at__isnull=True).of_current_priorities()

    def open_to_school(self) -> Self:
        """Those a school may read and answer: the sheet has been sent, or answered."""
        return self.filter(Q(queued_at__isnull=False) | Q(answered_at__isnull=False))


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
    what_next = models.TextField("what comes next", blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    earlier_answers = models.JSONField(
        default=list, blank=True, help_text="What was answered before a change, oldest first: nothing written is lost."
    )

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
        )

    def __str__(self) -> str:
        return f"{self.month}-month reflection"


class Progress(models.TextChoices):
    NOT_STARTED = "not_started", "Not started"
    UNDER_WAY = "under_way", "Under way"
    ACHIEVED = "achieved", "Achieved"
    CHANGED = "changed", "Changed: we now do something else"


class ReflectionAnswer(models.Model):
    """How far one priority has got, in the school's words."""

    reflection = models.ForeignKey(Reflection, on_delete=models.CASCADE, related_name="answers")
    priority = models.ForeignKey(Priority, on_delete=models.PROTECT, related_name="reflection_answers")
    progress = models.CharField(max_length=12, choices=Progress)
    what_helped = models.TextField(blank=True)

    class Meta:
        ordering = ("priority__number",)
        constraints = (
            models.UniqueConstraint(fields=["reflection", "priority"], name="awards_reflectionanswer_once"),
            models.CheckConstraint(
                condition=Q(progress__in=Progress.values),
                name="awards_reflectionanswer_progress_known",
            ),
        )

    def __str__(self) -> str:
        return self.get_progress_display()
