"""Schools, areas and contacts; the hub's own profile; and the timeline that holds a school's history."""

from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from hubportal.access.models import PersonalLink
from hubportal.mail.models import Email
from schools.rules import suggested_audit

if TYPE_CHECKING:
    from hubportal.accounts.models import User


class HubProfile(models.Model):
    """The hub that runs this portal: how it names itself on pages, mails and certificates. Exactly one row."""

    name = models.CharField(max_length=120, default="Music Hub")
    award_name = models.CharField(max_length=120, default="Developing Quality Award")
    accent_colour = models.CharField(
        max_length=7,
        default="#6b2d5c",
        validators=[
            RegexValidator(
                r"^#[0-9a-fA-F]{6}$",
                "Give the colour as # and six digits, for example #6b2d5c.",
            )
        ],
    )
    contact_email = models.EmailField(default="music@hub.example.org")
    contact_phone = models.CharField(max_length=30, blank=True)
    website = models.URLField(blank=True)
    signatory_name = models.CharField(max_length=120, default="Head of the Music Hub")
    signatory_role = models.CharField(max_length=120, blank=True)
    recognition_name = models.CharField(
        "Music Mark scheme",
        max_length=120,
        default="Music Mark of Recognition",
        help_text="The scheme changed its name in 2025 and may again.",
    )
    recognition_text = models.TextField(
        default="We are glad to recommend your school to Music Mark. Music Mark will write to you with three pledges "
        "to accept and the certificate that goes with them."
    )

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(pk=1), name="schools_hubprofile_only_one"),)

    def __str__(self) -> str:
        return self.name


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


class SchoolQuerySet(models.QuerySet["School"]):
    def open(self) -> Self:
        return self.exclude(status=SchoolStatus.CLOSED)

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
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        return self.status != SchoolStatus.CLOSED

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
        return [part for part in parts if part]


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


class ContactRole(models.TextChoices):
    MUSIC_COORDINATOR = "music_coordinator", "Music coordinator"
    HEAD_TEACHER = "head_teacher", "Head teacher"
    OTHER = "other", "Another role"


class ContactQuerySet(models.QuerySet["Contact"]):
    def willing(self) -> Self:
        """Still at the school, and consent not withdrawn. An officer may not have confirmed them yet."""
        return self.filter(left_at__isnull=True, withdrawn_at__isnull=True)

    def reachable(self) -> Self:
        """Those whom the school's own matters may be sent to: willing, and confirmed by an officer."""
        return self.willing().filter(confirmed_at__isnull=False)

    def coordinators(self) -> Self:
        return self.filter(role=ContactRole.MUSIC_COORDINATOR)


class Contact(models.Model):
    """A person at a school, in a role. Kept only as long as the hub works with the school."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="contacts")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=20, choices=ContactRole)
    email = models.EmailField()
    phone = models.CharField(max_length=30, blank=True)
    consent_wording = models.TextField(blank=True, help_text="What the person agreed to, word for word.")
    consented_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # Anybody can name any school on the public form: until an officer says that this person belongs to the school,
    # they get an answer to what they asked, and nothing of the school's.
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    left_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[ContactQuerySet] = ContactQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("role", "name")
        constraints = (
            models.CheckConstraint(
                condition=Q(role__in=ContactRole.values),
                name="schools_contact_role_known",
            ),
            models.UniqueConstraint(
                F("school"),
                Lower("email"),
                F("role"),
                condition=Q(left_at__isnull=True),
                name="schools_contact_current_once",
            ),
            models.CheckConstraint(
                condition=Q(consented_at__isnull=True, consent_wording="")
                | (Q(consented_at__isnull=False) & ~Q(consent_wording="")),
                name="schools_contact_consent_with_wording",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | Q(confirmed_at__isnull=False),
                name="schools_contact_confirmed_with_time",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_confirmed(self) -> bool:
        return self.confirmed_at is not None

    @property
    def is_reachable(self) -> bool:
        """The same as the queryset's `reachable`, for a contact that is loaded already."""
        return self.is_confirmed and not (self.left_at or self.withdrawn_at)


class ContactLink(PersonalLink):
    """The personal link of a contact."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="personal_links")

    class Meta(PersonalLink.Meta):
        abstract = False

    def __str__(self) -> str:
        return f"link {self.pk}"


class TimelineKind(models.TextChoices):
    REGISTER = "register", "Register"
    REQUEST = "request", "Meeting request"
    MEETING = "meeting", "Meeting"
    DATA_FORM = "data_form", "Data form"
    AUDIT = "audit", "Audit"
    AWARD = "award", "Award"
    REFLECTION = "reflection", "Reflection"
    CONTACT = "contact", "Contact"
    MAIL = "mail", "Mail"
    NOTE = "note", "Note"


class TimelineEvent(models.Model):
    """One thing that happened with a school: when, by whom, what. Staff read one timeline per school."""

    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="timeline")
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=20, choices=TimelineKind)
    text = models.CharField(max_length=500)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    by_contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    email = models.OneToOneField(
        Email,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="timeline_event",
    )

    class Meta:
        ordering = ("-at", "-id")
        indexes = (models.Index(fields=["school", "-at"], name="schools_timeline_by_school"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(kind__in=TimelineKind.values),
                name="schools_timeline_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(by__isnull=True) | Q(by_contact__isnull=True),
                name="schools_timeline_one_author",
            ),
            models.CheckConstraint(
                condition=Q(kind="mail", email__isnull=False) | (~Q(kind="mail") & Q(email__isnull=True)),
                name="schools_timeline_mail_has_email",
            ),
        )

    def __str__(self) -> str:
        return self.text
