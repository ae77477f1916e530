"""An agreed audit is complete and stays as it was agreed: the database itself sees to it.

Every write of a rating or priority reads its audit `FOR SHARE`, so that it and the agreement wait for each other.
Deleting answers is looked at when the transaction ends: gone together with their audit is fine, alone is not.
"""

from django.db import migrations

FREEZE = """
CREATE FUNCTION audits_answer_may_be_written() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    audit audits_audit%ROWTYPE;
BEGIN
    FOR audit IN SELECT * FROM audits_audit WHERE id IN (NEW.audit_id, OLD.audit_id) FOR SHARE LOOP
        IF audit.status = 'agreed' THEN
            RAISE EXCEPTION 'audit % is agreed and cannot change', audit.id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        IF NOT EXISTS (SELECT 1 FROM audits_criterion
                       WHERE id = NEW.criterion_id AND framework_id = audit.framework_id) THEN
            RAISE EXCEPTION 'criterion % is not in the framework of audit %', NEW.criterion_id, audit.id
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END LOOP;
    RETURN NEW;
END $$;

CREATE FUNCTION audits_rating_is_allowed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF 'not_applicable' IN (NEW.school, NEW.officer, NEW.agreed) AND NOT EXISTS (
        SELECT 1 FROM audits_criterion WHERE id = NEW.criterion_id AND allow_not_applicable
    ) THEN
        RAISE EXCEPTION 'criterion % always applies', NEW.criterion_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION audits_answer_may_be_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM audits_audit WHERE id = OLD.audit_id AND status = 'agreed') THEN
        RAISE EXCEPTION 'audit % is agreed and cannot change', OLD.audit_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION audits_audit_begins_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status <> 'open' THEN
        RAISE EXCEPTION 'an audit begins open' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION audits_audit_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The private note is the hub's own and was never agreed with anybody: it may have to be erased.
    IF OLD.status = 'agreed'
        AND (OLD.meeting_id, OLD.framework_id, OLD.status, OLD.strengths, OLD.started_at, OLD.started_by_id,
             OLD.agreed_at, OLD.agreed_by_id)
        IS DISTINCT FROM (NEW.meeting_id, NEW.framework_id, NEW.status, NEW.strengths, NEW.started_at,
                          NEW.started_by_id, NEW.agreed_at, NEW.agreed_by_id)
    THEN
        RAISE EXCEPTION 'audit % is agreed and cannot change', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION audits_audit_is_complete() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM audits_criterion AS criterion
        LEFT JOIN audits_rating AS rating ON rating.criterion_id = criterion.id AND rating.audit_id = NEW.id
        WHERE criterion.framework_id = NEW.framework_id AND COALESCE(rating.agreed, 'not_discussed') = 'not_discussed'
    ) THEN
        RAISE EXCEPTION 'audit % has criteria without an agreed rating', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM meetings_meeting WHERE id = NEW.meeting_id AND kind = 'quality_conversation')
        AND (SELECT count(*) FROM audits_priority WHERE audit_id = NEW.id) <> 3
    THEN
        RAISE EXCEPTION 'audit % needs exactly three priorities', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER audits_rating_open BEFORE INSERT OR UPDATE ON audits_rating
    FOR EACH ROW EXECUTE FUNCTION audits_answer_may_be_written();
CREATE TRIGGER audits_rating_allowed BEFORE INSERT OR UPDATE ON audits_rating
    FOR EACH ROW EXECUTE FUNCTION audits_rating_is_allowed();
CREATE CONSTRAINT TRIGGER audits_rating_kept AFTER DELETE ON audits_rating DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION audits_answer_may_be_deleted();
CREATE TRIGGER audits_priority_open BEFORE INSERT OR UPDATE ON audits_priority
    FOR EACH ROW EXECUTE FUNCTION audits_answer_may_be_written();
CREATE CONSTRAINT TRIGGER audits_priority_kept AFTER DELETE ON audits_priority DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION audits_answer_may_be_deleted();
CREATE TRIGGER audits_audit_open_first BEFORE INSERT ON audits_audit
    FOR EACH ROW EXECUTE FUNCTION audits_audit_begins_open();
CREATE TRIGGER audits_audit_frozen BEFORE UPDATE ON audits_audit
    FOR EACH ROW EXECUTE FUNCTION audits_audit_is_frozen();
CREATE TRIGGER audits_audit_complete BEFORE UPDATE ON audits_audit
    FOR EACH ROW WHEN (OLD.status = 'open' AND NEW.status = 'agreed') EXECUTE FUNCTION audits_audit_is_complete();
"""

THAW = """
DROP TRIGGER audits_audit_complete ON audits_audit;
DROP TRIGGER audits_audit_frozen ON audits_audit;
DROP TRIGGER audits_audit_open_first ON audits_audit;
DROP TRIGGER audits_priority_kept ON audits_priority;
DROP TRIGGER audits_priority_open ON audits_priority;
DROP TRIGGER audits_rating_kept ON audits_rating;
DROP TRIGGER audits_rating_allowed ON audits_rating;
DROP TRIGGER audits_rating_open ON audits_rating;
DROP FUNCTION audits_audit_is_complete();
DROP FUNCTION audits_audit_is_frozen();
DROP FUNCTION audits_audit_begins_open();
DROP FUNCTION audits_answer_may_be_deleted();
DROP FUNCTION audits_rating_is_allowed();
DROP FUNCTION audits_answer_may_be_written();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audits", "0003_audit_notes_and_priorities_draft"),
        ("meetings", "0001_initial"),
    ]
    operations = [migrations.RunSQL(FREEZE, THAW)]
