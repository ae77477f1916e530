"""The short data form before a meeting."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from schools.models import Contact

from .bookings import Meeting


class DataForm(models.Model):
    """Short facts before the meeting, by the school. Each may stay empty: nobody is asked for evidence."""

    meeting = models.OneToOneField(Meeting, on_delete=models.PROTECT, related_name="data_form")
    pupils = models.PositiveIntegerField("pupils in the school", null=True, blank=True)
    classes = models.PositiveSmallIntegerField("classes", null=True, blank=True)
    classes_with_weekly_music = models.PositiveSmallIntegerField("classes with music every week", null=True, blank=True)
    minutes_a_week = models.PositiveSmallIntegerField(
        "minutes of music lessons a week for a typical class", null=True, blank=True
    )
    whole_class_pupils = models.PositiveIntegerField(
        "pupils learning an instrument in whole-class lessons this year",
        null=True,
        blank=True,
    )
    instrumental_pupils = models.PositiveIntegerField(
        "pupils having instrumental or singing lessons", null=True, blank=True
    )
    instrumental_pupil_premium = models.PositiveIntegerField(
        "of these, pupils eligible for pupil premium", null=True, blank=True
    )
    singing = models.TextField("singing: when and how often pupils sing together", blank=True)
    ensembles = models.TextField("choirs, bands and other groups", blank=True)
    specialist_staff = models.TextField("music teachers and other specialist staff", blank=True)
    partners = models.TextField("partners you work with in music", blank=True)
    ks4_pupils = models.PositiveIntegerField("pupils taking music in Key Stage 4", null=True, blank=True)
    ks5_pupils = models.PositiveIntegerField("pupils taking music in Key Stage 5", null=True, blank=True)
    has_published_plan = models.BooleanField(
        "music development plan summary on the school's website", null=True, blank=True
    )
    anything_else = models.TextField("anything else we should know", blank=True)
    # A question that is not among them may be prefilled from last time or from the register.
    saved_fields = ArrayField(
        models.CharField(max_length=30),
        default=list,
        blank=True,
        help_text="Names of the questions the school has saved an answer to, empty ones included.",
    )
    saved_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True) | Q(saved_at__isnull=False),
                name="meetings_dataform_sent_is_saved",
            ),
            models.CheckConstraint(
                condition=Q(sent_by__isnull=True) | Q(sent_at__isnull=False),
                name="meetings_dataform_sent_with_time",
            ),
            models.CheckConstraint(
                condition=Q(saved_at__isnull=False) | Q(saved_fields=[]),
                name="meetings_dataform_saved_with_time",
            ),
        )

    def __str__(self) -> str:
        return f"data form of meeting {self.meeting_id}"

    def is_answered(self, name: str) -> bool:
        """Whether what stands under this question is the school's own, be it empty: nothing may be suggested there."""
        return self.sent_at is not None or name in self.saved_fields or getattr(self, name) not in (None, "")


# The questions, in the order in which they are asked.
DATA_FORM_FIELDS = (
    "pupils",
    "classes",
    "classes_with_weekly_music",
    "minutes_a_week",
    "whole_class_pupils",
    "singing",
    "instrumental_pupils",
    "instrumental_pupil_premium",
    "ensembles",
    "ks4_pupils",
    "ks5_pupils",
    "specialist_staff",
    "partners",
    "has_published_plan",
    "anything_else",
)
