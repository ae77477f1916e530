"""The requests there are wait since they were sent."""

from django.db import migrations
from django.db.models import F


def begin(apps, schema_editor):
    apps.get_model("meetings", "MeetingRequest").objects.update(waiting_since=F("created_at"))


class Migration(migrations.Migration):
    dependencies = [("meetings", "0007_since_when_requests_wait")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
