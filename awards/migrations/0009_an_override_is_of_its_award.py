"""An award's override is the agreed one of its own audit, and of its own level."""

from django.db import migrations

CHECK = """
CREATE FUNCTION awards_award_override_fits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM awards_leveloverride
                   WHERE id = NEW.override_id AND audit_id = NEW.audit_id AND level = NEW.level
                     AND rules_level = NEW.rules_level AND state = 'agreed') THEN
        RAISE EXCEPTION 'override % does not belong to this award', NEW.override_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER awards_award_override BEFORE INSERT ON awards_award
    FOR EACH ROW WHEN (NEW.override_id IS NOT NULL) EXECUTE FUNCTION awards_award_override_fits();
"""

UNCHECK = """
DROP TRIGGER awards_award_override ON awards_award;
DROP FUNCTION awards_award_override_fits();
"""


class Migration(migrations.Migration):
    dependencies = [("awards", "0008_reminded_in_full")]
    operations = [migrations.RunSQL(CHECK, UNCHECK)]
