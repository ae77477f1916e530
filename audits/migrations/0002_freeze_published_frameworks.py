"""A published framework is frozen by the database itself: its text, its sections and its criteria."""

from django.db import migrations

FREEZE = """
CREATE FUNCTION audits_framework_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.status = 'draft' THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    IF TG_OP = 'DELETE' OR NEW.status = 'draft'
        OR (OLD.phase, OLD.version, OLD.title, OLD.definition, OLD.sha256, OLD.published_at)
        IS DISTINCT FROM (NEW.phase, NEW.version, NEW.title, NEW.definition, NEW.sha256, NEW.published_at)
    THEN
        RAISE EXCEPTION 'framework % % is published and cannot change', OLD.phase, OLD.version
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION audits_framework_part_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed bigint := COALESCE(NEW.framework_id, OLD.framework_id);
BEGIN
    IF EXISTS (SELECT 1 FROM audits_framework WHERE id IN (changed, OLD.framework_id) AND status <> 'draft') THEN
        RAISE EXCEPTION 'framework % is published and cannot change', changed
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$;

CREATE TRIGGER audits_framework_frozen BEFORE UPDATE OR DELETE ON audits_framework
    FOR EACH ROW EXECUTE FUNCTION audits_framework_is_frozen();
CREATE TRIGGER audits_section_frozen BEFORE INSERT OR UPDATE OR DELETE ON audits_section
    FOR EACH ROW EXECUTE FUNCTION audits_framework_part_is_frozen();
CREATE TRIGGER audits_criterion_frozen BEFORE INSERT OR UPDATE OR DELETE ON audits_criterion
    FOR EACH ROW EXECUTE FUNCTION audits_framework_part_is_frozen();
"""

THAW = """
DROP TRIGGER audits_criterion_frozen ON audits_criterion;
DROP TRIGGER audits_section_frozen ON audits_section;
DROP TRIGGER audits_framework_frozen ON audits_framework;
DROP FUNCTION audits_framework_part_is_frozen();
DROP FUNCTION audits_framework_is_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("audits", "0001_initial")]
    operations = [migrations.RunSQL(FREEZE, THAW)]
