"""What the portal has acknowledged is not rewritten, and an audit that was carried over stays as it was.

An audit can only be agreed when each difference between the school's own rating and the agreed one has its reason.
The functions replace those of migrations 0004 and 0005.
"""

from django.db import migrations

IS_ERASING = "COALESCE(current_setting('hubportal.erasing', true), '') = 'on'"

ANSWERS = """
CREATE OR REPLACE FUNCTION audits_answer_may_be_written() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    audit audits_audit%ROWTYPE;
BEGIN
    FOR audit IN SELECT * FROM audits_audit WHERE id IN (NEW.audit_id, OLD.audit_id) FOR SHARE LOOP
        IF {is_closed}
            AND NOT (TG_OP = 'UPDATE' AND {is_erasing} AND to_jsonb(NEW) - {words} = to_jsonb(OLD) - {words})
        THEN
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

CREATE OR REPLACE FUNCTION audits_answer_may_be_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM audits_audit AS audit WHERE id = OLD.audit_id AND {is_closed}) THEN
        RAISE EXCEPTION 'audit % is agreed and cannot change', OLD.audit_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
"""

AUDITS = """
CREATE OR REPLACE FUNCTION audits_audit_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The private notes are the hub's own and were never agreed with anybody: they may have to be erased.
    IF {was_closed}
        AND (OLD.meeting_id, OLD.framework_id, OLD.status,
             CASE WHEN {is_erasing} THEN NEW.strengths ELSE OLD.strengths END,
             OLD.started_at, OLD.started_by_id, OLD.agreed_at, OLD.agreed_by_id{carried_before})
        IS DISTINCT FROM (NEW.meeting_id, NEW.framework_id, NEW.status, NEW.strengths, NEW.started_at,
                          NEW.started_by_id, NEW.agreed_at, NEW.agreed_by_id{carried_after})
    THEN
        RAISE EXCEPTION 'audit % is agreed and cannot change', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""

BEGINNING = """
CREATE OR REPLACE FUNCTION audits_audit_begins_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status <> 'open' THEN
        RAISE EXCEPTION 'an audit begins open' USING ERRCODE = 'integrity_constraint_violation';
    END IF;{carried}
    RETURN NEW;
END $$;
"""
CARRIED = """
    IF NEW.carried_from_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM audits_audit
        WHERE id = NEW.carried_from_id AND meeting_id = NEW.meeting_id AND status = 'carried'
    ) THEN
        RAISE EXCEPTION 'audit % was not carried over at this meeting', NEW.carried_from_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;"""

REASONS = """
CREATE FUNCTION audits_audit_has_reasons() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM audits_rating
               WHERE audit_id = NEW.id AND school NOT IN ('not_discussed', agreed) AND btrim(reason) = '') THEN
        RAISE EXCEPTION 'audit % has ratings that differ from the school''s own without a reason', NEW.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audits_audit_reasons BEFORE UPDATE ON audits_audit
    FOR EACH ROW WHEN (OLD.status = 'open' AND NEW.status = 'agreed') EXECUTE FUNCTION audits_audit_has_reasons();
"""
NO_REASONS = """
DROP TRIGGER audits_audit_reasons ON audits_audit;
DROP FUNCTION audits_audit_has_reasons();
"""

HISTORY = f"""
CREATE FUNCTION audits_change_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - ARRAY['before', 'after', 'by_contact_id'] = to_jsonb(OLD) - ARRAY['before', 'after', 'by_contact_id']
        AND (NEW.by_contact_id IS NULL OR NEW.by_contact_id = OLD.by_contact_id)
        AND ((NEW.before, NEW.after) = (OLD.before, OLD.after) OR {IS_ERASING})
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the history of audit % cannot change', OLD.audit_id
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE FUNCTION audits_change_may_be_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM audits_audit WHERE id = OLD.audit_id) THEN
        RAISE EXCEPTION 'the history of audit % cannot change', OLD.audit_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER audits_change_frozen BEFORE UPDATE ON audits_auditchange
    FOR EACH ROW EXECUTE FUNCTION audits_change_is_kept();
CREATE CONSTRAINT TRIGGER audits_change_kept AFTER DELETE ON audits_auditchange DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION audits_change_may_be_deleted();
"""
NO_HISTORY = """
DROP TRIGGER audits_change_kept ON audits_auditchange;
DROP TRIGGER audits_change_frozen ON audits_auditchange;
DROP FUNCTION audits_change_may_be_deleted();
DROP FUNCTION audits_change_is_kept();
"""

NOW = (
    ANSWERS.format(
        is_closed="audit.status <> 'open'",
        is_erasing=IS_ERASING,
        words="ARRAY['note', 'school_note', 'reason', 'action', 'support', 'owner', 'good_looks_like']",
    )
    + AUDITS.format(
        was_closed="OLD.status <> 'open'",
        is_erasing=IS_ERASING,
        carried_before=", OLD.carried_from_id",
        carried_after=", NEW.carried_from_id",
    )
    + BEGINNING.format(carried=CARRIED)
    + REASONS
    + HISTORY
)
BEFORE = (
    NO_HISTORY
    + NO_REASONS
    + BEGINNING.format(carried="")
    + AUDITS.format(was_closed="OLD.status = 'agreed'", is_erasing=IS_ERASING, carried_before="", carried_after="")
    + ANSWERS.format(
        is_closed="audit.status = 'agreed'",
        is_erasing=IS_ERASING,
        words="ARRAY['note', 'action', 'support', 'owner']",
    )
)


class Migration(migrations.Migration):
    dependencies = [("audits", "0006_three_views_history_and_promises")]
    operations = [migrations.RunSQL(NOW, BEFORE)]
