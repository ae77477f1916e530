"""The audit of a follow-up visit begins with the ratings that were agreed before."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audits", "0008_promises_still_to_keep"),
        ("meetings", "0009_when_a_time_was_offered"),
        ("schools", "0005_hub_pictures_and_designs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="audit",
            name="follows",
            field=models.ForeignKey(
                blank=True,
                help_text="On a follow-up visit: the agreed audit whose ratings this one began with.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="followed_by",
                to="audits.audit",
            ),
        ),
        migrations.AddConstraint(
            model_name="audit",
            constraint=models.CheckConstraint(
                condition=models.Q(("follows", models.F("pk")), _negated=True),
                name="audits_audit_does_not_follow_itself",
            ),
        ),
    ]
