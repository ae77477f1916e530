"""People at schools, their personal links, and the timeline that holds a school's history."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from hubportal.access.models import PersonalLink
from hubportal.mail.models import Email

from .register import School


class ContactRole(models.TextChoices):
    MUSIC_COORDINATOR = "music_coordinator", "Music coordinator"
    HEAD_TEACHER = "head_teacher", "Head teacher"
    OTHER = "other", "Another role"


class ContactQuerySet(models.QuerySet["Contact"]):
    def willing(self) -> Self:
        """Still at the school, consent not withdrawn and their address takes mail. An officer may not have confirmed
        them yet."""
        return self.filter(left_at__isnull=True, withdrawn_at__isnull=True, bounced_at__isnull=True)

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
    # Mail to this address came back for good.
    bounced_at = models.DateTimeField(null=True, blank=True)
    bounce_reason = models.CharField(max_length=300, blank=True)
    # When the person last said "still me", or was last in touch.
    still_there_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    replaced_by = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="replaced")
    # The person asked for it on the school's pages; an administrator does it.
    erasure_asked_at = models.DateTimeField(null=True, blank=True)
    # Name and address are gone; what the school did stays.
    erased_at = models.DateTimeField(null=True, blank=True)
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
            models.CheckConstraint(
                condition=Q(bounced_at__isnull=False) | Q(bounce_reason=""),
                name="schools_contact_bounced_with_time",
            ),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(left_at__isnull=False),
                name="schools_contact_erased_has_left",
            ),
            models.CheckConstraint(
                condition=Q(replaced_by__isnull=True) | Q(left_at__isnull=False),
                name="schools_contact_replaced_has_left",
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
        return self.is_confirmed and not (self.left_at or self.withdrawn_at or self.bounced_at)


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
