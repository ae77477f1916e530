"""Where a school has several open requests of a kind, the later ones join the first."""

from django.db import migrations

OPEN = ("new", "asked")


def join(apps, schema_editor):
    requests = apps.get_model("meetings", "MeetingRequest").objects
    first_of = {}
    for request in requests.filter(status__in=OPEN).order_by("created_at", "pk"):
        first = first_of.setdefault((request.school_id, request.kind), request.pk)
        if first != request.pk:
            requests.filter(pk=request.pk).update(status="joined", joined_to=first)


def part(apps, schema_editor):
    requests = apps.get_model("meetings", "MeetingRequest").objects
    requests.filter(status="joined").update(status="new", joined_to=None)


class Migration(migrations.Migration):
    dependencies = [("meetings", "0003_states_calendars_and_drafts")]

    operations = [migrations.RunPython(join, part)]
