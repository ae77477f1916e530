"""A hub may leave a school without a recommendation, and says so before the outcome pack goes."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("awards", "0006_freeze_what_went_out"),
        ("schools", "0005_hub_pictures_and_designs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="recommendation",
            name="awards_recommendation_state_known",
        ),
        migrations.RemoveConstraint(
            model_name="recommendationstep",
            name="awards_recommendationstep_state_known",
        ),
        migrations.AlterField(
            model_name="recommendation",
            name="state",
            field=models.CharField(
                choices=[
                    ("withheld", "Not recommended"),
                    ("recommended", "Recommended by the hub"),
                    ("sent", "Sent to the scheme"),
                    ("accepted", "Accepted by the school"),
                    ("downloaded", "Certificate downloaded"),
                    ("declined", "Declined by the school"),
                ],
                default="recommended",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="recommendationstep",
            name="state",
            field=models.CharField(
                choices=[
                    ("withheld", "Not recommended"),
                    ("recommended", "Recommended by the hub"),
                    ("sent", "Sent to the scheme"),
                    ("accepted", "Accepted by the school"),
                    ("downloaded", "Certificate downloaded"),
                    ("declined", "Declined by the school"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["withheld", "recommended", "sent", "accepted", "downloaded", "declined"])
                ),
                name="awards_recommendation_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendationstep",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["withheld", "recommended", "sent", "accepted", "downloaded", "declined"])
                ),
                name="awards_recommendationstep_state_known",
            ),
        ),
    ]
