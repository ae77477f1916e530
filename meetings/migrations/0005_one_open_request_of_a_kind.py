from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("meetings", "0004_join_open_requests")]

    operations = [
        migrations.AddConstraint(
            model_name='meetingrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ('new', 'asked'))), fields=('school', 'kind'), name='meetings_meetingrequest_one_open_of_a_kind'),
        ),
    ]
