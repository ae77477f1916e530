"""Fill the new columns: each award's level by the rules, each answered sheet's response, each award's renewal."""

from datetime import timedelta

from django.db import migrations
from django.db.models import F

RENEWAL_NOTICE = timedelta(days=90)
NO_REASON_KEPT = "Reasons were not kept when this was done."

STOP_FREEZING = """
DROP TRIGGER awards_award_frozen ON awards_award;
DROP TRIGGER awards_certificate_frozen ON awards_certificate;
"""
FREEZE_AGAIN = """
CREATE TRIGGER awards_certificate_frozen BEFORE UPDATE OR DELETE ON awards_certificate
    FOR EACH ROW EXECUTE FUNCTION awards_certificate_is_frozen();
CREATE TRIGGER awards_award_frozen BEFORE UPDATE OR DELETE ON awards_award
    FOR EACH ROW EXECUTE FUNCTION awards_award_is_frozen();
"""


def fill_awards(apps, schema_editor):
    award = apps.get_model("awards", "Award")
    award.objects.update(rules_level=F("level"))
    award.objects.filter(status="withdrawn").update(
        withdrawn_at=F("decided_at"), withdrawn_by=F("decided_by"), withdrawn_reason=NO_REASON_KEPT
    )
    apps.get_model("awards", "Certificate").objects.filter(replaces__isnull=False).update(reason=NO_REASON_KEPT)
    renewal = apps.get_model("awards", "Renewal")
    renewal.objects.bulk_create(
        renewal(award=one, due_on=one.expires_on - RENEWAL_NOTICE) for one in award.objects.only("expires_on")
    )


def fill_responses(apps, schema_editor):
    response = apps.get_model("awards", "ReflectionResponse")
    for sheet in apps.get_model("awards", "Reflection").objects.filter(answered_at__isnull=False):
        made = response.objects.create(
            reflection=sheet,
            contact_id=sheet.answered_by_id,
            answered_at=sheet.answered_at,
            anything_else=sheet.what_next,
            earlier_answers=sheet.earlier_answers,
        )
        apps.get_model("awards", "ReflectionAnswer").objects.filter(reflection=sheet).update(response=made)


class Migration(migrations.Migration):
    dependencies = [("awards", "0004_what_awards_lead_to")]
    operations = [
        migrations.RunSQL(STOP_FREEZING, FREEZE_AGAIN),
        migrations.RunPython(fill_awards, migrations.RunPython.noop),
        migrations.RunPython(fill_responses, migrations.RunPython.noop),
        migrations.RunSQL(FREEZE_AGAIN, STOP_FREEZING),
    ]
