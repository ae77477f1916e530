"""A reflection keeps what was answered before a change; a certificate's fingerprint must be that of its bytes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("awards", "0001_initial")]

    operations = [
        migrations.AlterModelOptions(name="certificate", options={"ordering": ("-issued_at", "-id")}),
        migrations.AddField(
            model_name="reflection",
            name="earlier_answers",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="What was answered before a change, oldest first: nothing written is lost.",
            ),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "sha256",
                        models.Func(
                            models.Func(
                                models.F("pdf"),
                                function="sha256",
                                output_field=models.BinaryField(),
                            ),
                            models.Value("hex"),
                            function="encode",
                            output_field=models.CharField(),
                        ),
                    )
                ),
                name="awards_certificate_fingerprint_true",
            ),
        ),
    ]
