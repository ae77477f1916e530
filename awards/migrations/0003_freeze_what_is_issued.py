"""What is issued is frozen by the database itself: a certificate whole, an award in all but its status."""

from django.db import migrations

FREEZE = """
CREATE FUNCTION awards_certificate_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'certificate % is issued and cannot change; issue a new one', OLD.number
        USING ERRCODE = 'integrity_constraint_violation';
END $$;

CREATE FUNCTION awards_award_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR (OLD.school_id, OLD.audit_id, OLD.level, OLD.reason, OLD.next_step, OLD.decision,
            OLD.awarded_on, OLD.expires_on, OLD.decided_at, OLD.decided_by_id)
        IS DISTINCT FROM (NEW.school_id, NEW.audit_id, NEW.level, NEW.reason, NEW.next_step, NEW.decision,
            NEW.awarded_on, NEW.expires_on, NEW.decided_at, NEW.decided_by_id)
    THEN
        RAISE EXCEPTION 'award % is decided and cannot change', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER awards_certificate_frozen BEFORE UPDATE OR DELETE ON awards_certificate
    FOR EACH ROW EXECUTE FUNCTION awards_certificate_is_frozen();
CREATE TRIGGER awards_award_frozen BEFORE UPDATE OR DELETE ON awards_award
    FOR EACH ROW EXECUTE FUNCTION awards_award_is_frozen();
"""

THAW = """
DROP TRIGGER awards_award_frozen ON awards_award;
DROP TRIGGER awards_certificate_frozen ON awards_certificate;
DROP FUNCTION awards_award_is_frozen();
DROP FUNCTION awards_certificate_is_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("awards", "0002_keep_earlier_answers")]
    operations = [migrations.RunSQL(FREEZE, THAW)]
