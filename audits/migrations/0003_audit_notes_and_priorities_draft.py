"""Versions that notice a stale page, and a place for priorities that are only half written."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("audits", "0002_freeze_published_frameworks")]
    operations = [
        migrations.AddField(
            model_name="audit",
            name="notes_version",
            field=models.PositiveIntegerField(
                default=0,
                editable=False,
                help_text="Raised by each save of these two texts, so that a stale page is noticed.",
            ),
        ),
        migrations.AddField(
            model_name="audit",
            name="priorities_draft",
            field=models.JSONField(
                blank=True,
                default=list,
                editable=False,
                help_text="The priorities as last typed, complete or not; empty once the audit is agreed.",
            ),
        ),
        migrations.AddField(
            model_name="audit",
            name="priorities_version",
            field=models.PositiveIntegerField(
                default=0, editable=False, help_text="Raised by each save of the priorities."
            ),
        ),
        migrations.AddConstraint(
            model_name="audit",
            constraint=models.CheckConstraint(
                condition=Q(agreed_at__isnull=True) | Q(agreed_at__gte=F("started_at")),
                name="audits_audit_times_in_order",
            ),
        ),
    ]
