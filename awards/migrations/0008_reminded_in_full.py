"""A reminder has its time, its mail, and what it reminds of: a comparison with nothing let halves pass."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("awards", "0007_withheld_recommendations")]

    operations = [
        migrations.RemoveConstraint(model_name="reflection", name="awards_reflection_reminded_after_sheet"),
        migrations.RemoveConstraint(model_name="renewal", name="awards_renewal_reminded_after_invitation"),
        migrations.AddConstraint(
            model_name="reflection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reminded_at__isnull", True), ("reminder_email__isnull", True)),
                    models.Q(
                        ("queued_at__isnull", False),
                        ("reminded_at__gte", models.F("queued_at")),
                        ("reminded_at__isnull", False),
                        ("reminder_email__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="awards_reflection_reminded_after_sheet",
            ),
        ),
        migrations.AddConstraint(
            model_name="renewal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reminded_at__isnull", True), ("reminder_email__isnull", True)),
                    models.Q(
                        ("queued_at__isnull", False),
                        ("reminded_at__gte", models.F("queued_at")),
                        ("reminded_at__isnull", False),
                        ("reminder_email__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="awards_renewal_reminded_after_invitation",
            ),
        ),
    ]
