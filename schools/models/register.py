"""The register: areas, schools as the Department for Education knows them, and what each import did."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from schools.rules import plain_date, suggested_audit

if TYPE_CHECKING:
    from hubportal.accounts.models import User


class Area(models.Model):
    """A part of the hub's patch, led by one officer: its Area Music Leader."""

    name = models.CharField(max_length=80, unique=True)
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="areas",
    )
    postcode_districts = ArrayField(
        models.CharField(max_length=4),
        default=list,
        blank=True,
        help_text="Postcode districts such as LE7; a newly imported school joins the area that names its own.",
    )

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class SchoolStatus(models.TextChoices):
    """The status codes of GIAS that matter here. "Open, but proposed to close" (3) is open."""

    OPEN = "open", "Open"
    CLOSING = "closing", "Open, but proposed to close"
    CLOSED = "closed", "Closed"


class AuditOffer(models.TextChoices):
    """Which audit a school is offered: decided by phase and ages, and the hub may change it."""

    PRIMARY = "primary", "Primary audit"
    SECONDARY = "secondary", "Secondary audit"
    CHOICE = "choice", "Primary or secondary audit"


class Engagement(models.TextChoices):
    """Whether the hub is in conversation with a school; anything but "taking part" has a reason and a date."""

    TAKING_PART = "taking_part", "Taking part"
    PAUSED = "paused", "Paused"
    NOT_ENGAGING = "not_engaging", "Not engaging"


class SchoolQuerySet(models.QuerySet["School"]):
    def open(self) -> Self:
        return self.exclude(status=SchoolStatus.CLOSED)

    def taking_part(self) -> Self:
        """Neither closed nor paused nor "not engaging": mail that can wait may go to them."""
        return self.open().filter(engagement=Engagement.TAKING_PART)

    def visible_to(self, user: "User") -> Self:
        """Officers and administrators see every school; viewers see figures, not schools."""
        return self.all() if user.is_officer else self.none()


class School(models.Model):
    """A school as the Department for Education knows it, keyed by its URN. Never deleted: its history stays."""

    urn = models.PositiveIntegerField("URN", unique=True)
    name = models.CharField(max_length=200)
    la_code = models.CharField("local authority code", max_length=3)
    la_name = models.CharField("local authority", max_length=80)
    establishment_number = models.CharField(max_length=4, blank=True)
    type_code = models.CharField(max_length=3, blank=True)
    type_name = models.CharField("type", max_length=100, blank=True)
    phase_code = models.CharField(max_length=1, blank=True)
    phase_name = models.CharField("phase", max_length=50, blank=True)
    status = models.CharField(max_length=10, choices=SchoolStatus, default=SchoolStatus.OPEN)
    low_age = models.PositiveSmallIntegerField("youngest pupils' age", null=True, blank=True)
    high_age = models.PositiveSmallIntegerField("oldest pupils' age", null=True, blank=True)
    pupils = models.PositiveIntegerField("number of pupils", null=True, blank=True)
    fsm_percent = models.DecimalField(
        "pupils eligible for free school meals, %",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
    )
    street = models.CharField(max_length=200, blank=True)
    locality = models.CharField(max_length=200, blank=True)
    address3 = models.CharField(max_length=200, blank=True)
    town = models.CharField(max_length=100, blank=True)
    county = models.CharField(max_length=100, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    website = models.URLField(max_length=300, blank=True)
    telephone = models.CharField(max_length=30, blank=True)
    head_name = models.CharField("head teacher", max_length=150, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    closed_reason = models.CharField(max_length=100, blank=True)
    # What the hub adds; an import never touches these.
    area = models.ForeignKey(Area, on_delete=models.SET_NULL, null=True, blank=True, related_name="schools")
    audit_offer = models.CharField(max_length=10, choices=AuditOffer)
    has_own_audit_offer = models.BooleanField(
        "audit chosen by the hub",
        default=False,
        help_text="An import then leaves the choice alone.",
    )
    # The import writes rows by COPY, which knows nothing of the hub's own columns.
    engagement = models.CharField(
        max_length=12, choices=Engagement, default=Engagement.TAKING_PART, db_default=Engagement.TAKING_PART
    )
    engagement_reason = models.CharField(max_length=500, blank=True, default="", db_default="")
    engagement_since = models.DateField(null=True, blank=True)
    engagement_until = models.DateField(
        null=True, blank=True, help_text="The last day of a pause; empty while nobody knows."
    )
    mail_paused_until = models.DateField(
        null=True, blank=True, help_text="The school asked for this: mail that can wait goes from this day on."
    )
    # Written by the import: name, village and town in the form of `schools.rules.search_text`, without accents.
    search_text = models.TextField(editable=False, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[SchoolQuerySet] = SchoolQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("name", "urn")
        indexes = (
            GinIndex(
                OpClass(F("search_text"), name="gin_trgm_ops"),
                name="schools_school_search",
            ),
            models.Index(fields=["status", "name"], name="schools_school_by_name"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=SchoolStatus.values),
                name="schools_school_status_known",
            ),
            models.CheckConstraint(
                condition=Q(audit_offer__in=AuditOffer.values),
                name="schools_school_offer_known",
            ),
            models.CheckConstraint(
                condition=Q(low_age__isnull=True) | Q(high_age__isnull=True) | Q(low_age__lte=F("high_age")),
                name="schools_school_ages_in_order",
            ),
            models.CheckConstraint(
                condition=Q(engagement__in=Engagement.values),
                name="schools_school_engagement_known",
            ),
            models.CheckConstraint(
                condition=Q(engagement="taking_part", engagement_reason="", engagement_since__isnull=True)
                | (~Q(engagement="taking_part") & ~Q(engagement_reason="") & Q(engagement_since__isnull=False)),
                name="schools_school_engagement_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(engagement_until__isnull=True)
                | Q(engagement="paused", engagement_until__gte=F("engagement_since")),
                name="schools_school_pause_in_order",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.status != SchoolStatus.CLOSED

    @property
    def is_taking_part(self) -> bool:
        """The same as the queryset's `taking_part`, for a school that is loaded already."""
        return self.is_open and self.engagement == Engagement.TAKING_PART

    @property
    def engagement_words(self) -> str:
        """Paused since 1 September 2026, until 5 January 2027. Empty while the school takes part."""
        if self.engagement == Engagement.TAKING_PART or self.engagement_since is None:
            return ""
        until = f", until {plain_date(self.engagement_until)}" if self.engagement_until else ""
        return f"{self.get_engagement_display()} since {plain_date(self.engagement_since)}{until}"

    @property
    def suggested_audit(self) -> str:
        """The audit to propose: the one offered or, of two, what phase and ages suggest; "" if they suggest nothing."""
        if self.audit_offer != AuditOffer.CHOICE:
            return self.audit_offer
        suggestion = suggested_audit(
            phase_code=self.phase_code, type_code=self.type_code, low_age=self.low_age, high_age=self.high_age
        )
        return suggestion or ""

    @property
    def place(self) -> str:
        """Town and postcode, as a search result shows them."""
        return ", ".join(part for part in (self.town, self.postcode) if part)

    @property
    def address_lines(self) -> list[str]:
        parts = (
            self.street,
            self.locality,
            self.address3,
            self.town,
            self.county,
            self.postcode,
        )
        return [tidy for part in parts if (tidy := part.strip(" ,"))]


class SchoolLink(models.Model):
    """What GIAS says of a school's predecessors and successors. It informs people; it never closes a school."""

    school = models.ForeignKey(School, on_delete=models.CASCADE, related_name="links")
    linked_urn = models.PositiveIntegerField()
    linked_name = models.CharField(max_length=200, blank=True)
    link_type = models.CharField(max_length=60)
    established_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("link_type", "linked_urn")
        constraints = (
            models.UniqueConstraint(
                fields=["school", "linked_urn", "link_type"],
                name="schools_schoollink_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.link_type} {self.linked_urn}"


class ImportRun(models.Model):
    """One import of a school file that changed, or could have changed, the register."""

    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField()
    added = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    outside = models.PositiveIntegerField(default=0)
    report = models.JSONField(
        default=list,
        help_text="Each line that was not imported as it stood, with its reason.",
    )
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True)

    class Meta:
        ordering = ("-started_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(finished_at__gte=F("started_at")),
                name="schools_importrun_times_in_order",
            ),
        )

    def __str__(self) -> str:
        return f"{self.file_name} {self.started_at:%Y-%m-%d}"
