"""What was promised before promises were tracked, and is not due yet, is tracked from now on."""

from django.db import migrations

PROMISE = """
INSERT INTO audits_promise (priority_id, side, due_on, owner_id, status, note)
SELECT priority.id, side.name, priority.due_on,
       CASE WHEN side.name = 'hub' THEN meeting.officer_id END, 'open', ''
FROM audits_priority AS priority
JOIN audits_audit AS audit ON audit.id = priority.audit_id AND audit.status = 'agreed'
JOIN meetings_meeting AS meeting ON meeting.id = audit.meeting_id
CROSS JOIN (VALUES ('school'), ('hub')) AS side (name)
WHERE priority.due_on >= CURRENT_DATE AND (side.name = 'school' OR priority.support <> '');
"""


class Migration(migrations.Migration):
    dependencies = [("audits", "0007_freeze_history_and_carried_over_audits")]
    operations = [migrations.RunSQL(PROMISE, migrations.RunSQL.noop)]
