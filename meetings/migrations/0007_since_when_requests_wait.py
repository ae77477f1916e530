import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0006_saved_answers"),
    ]

    operations = [
        migrations.AddField(
            model_name="meetingrequest",
            name="waiting_since",
            field=models.DateTimeField(
                default=django.utils.timezone.now,
                help_text="When it became the hub's turn: it was sent, other times were offered, or its meeting fell through.",
            ),
        ),
    ]
