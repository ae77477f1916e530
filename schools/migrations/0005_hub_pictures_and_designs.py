"""The hub chooses how its certificates look, and whose picture and signature stand on them."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("schools", "0004_erasure_asked"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HubPicture",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("logo", "The hub's logo"), ("signature", "The signature on certificates")],
                        max_length=10,
                        unique=True,
                    ),
                ),
                ("content", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                ("width", models.PositiveSmallIntegerField(help_text="In pixels.")),
                ("height", models.PositiveSmallIntegerField(help_text="In pixels.")),
                ("uploaded_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ("kind",),
            },
        ),
        migrations.AddField(
            model_name="hubprofile",
            name="certificate_design",
            field=models.CharField(
                choices=[
                    ("classic", "Classic: a framed page with a medal"),
                    ("modern", "Modern: a band of colour and a large level"),
                    ("plain", "Plain: black on white, made for the school's own printer"),
                ],
                default="classic",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="hubprofile",
            name="needs_second_reader",
            field=models.BooleanField(
                default=False,
                help_text="Otherwise officers may ask for a second reader, and need not.",
                verbose_name="a colleague reads each outcome pack before it goes",
            ),
        ),
        migrations.AddConstraint(
            model_name="hubprofile",
            constraint=models.CheckConstraint(
                condition=models.Q(("certificate_design__in", ["classic", "modern", "plain"])),
                name="schools_hubprofile_design_known",
            ),
        ),
        migrations.AddField(
            model_name="hubpicture",
            name="uploaded_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="hubpicture",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["logo", "signature"])), name="schools_hubpicture_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="hubpicture",
            constraint=models.CheckConstraint(
                condition=models.Q(("height__gt", 0), ("width__gt", 0)), name="schools_hubpicture_has_a_size"
            ),
        ),
        migrations.AddConstraint(
            model_name="hubpicture",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "sha256",
                        models.Func(
                            models.Func(models.F("content"), function="sha256", output_field=models.BinaryField()),
                            models.Value("hex"),
                            function="encode",
                            output_field=models.CharField(),
                        ),
                    )
                ),
                name="schools_hubpicture_fingerprint_true",
            ),
        ),
    ]
