"""An agreed audit stays as it was agreed, but for the name of a person who is erased.

The erasure says so by a setting that lasts as long as its transaction, and then may change the words of notes,
strengths and priorities: no rating, no date, no criterion.
"""

from django.db import migrations

AS_BEFORE_IN_ANSWERS = """
CREATE OR REPLACE FUNCTION audits_answer_may_be_written() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    audit audits_audit%ROWTYPE;
BEGIN
    FOR audit IN SELECT * FROM audits_audit WHERE id IN (NEW.audit_id, OLD.audit_id) FOR SHARE LOOP
        IF audit.status = 'agreed'{unless} THEN
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
"""
AS_BEFORE_IN_AUDITS = """
CREATE OR REPLACE FUNCTION audits_audit_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The private note is the hub's own and was never agreed with anybody: it may have to be erased.
    IF OLD.status = 'agreed'
        AND (OLD.meeting_id, OLD.framework_id, OLD.status, {strengths_before}, OLD.started_at, OLD.started_by_id,
             OLD.agreed_at, OLD.agreed_by_id)
        IS DISTINCT FROM (NEW.meeting_id, NEW.framework_id, NEW.status, NEW.strengths, NEW.started_at,
                          NEW.started_by_id, NEW.agreed_at, NEW.agreed_by_id)
    THEN
        RAISE EXCEPTION 'audit % is agreed and cannot change', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""
IS_ERASING = "current_setting('hubportal.erasing', true) = 'on'"
WORDS = "ARRAY['note', 'action', 'support', 'owner']"
UNLESS_ERASING = f"""
            AND NOT (TG_OP = 'UPDATE' AND COALESCE({IS_ERASING}, false)
                     AND to_jsonb(NEW) - {WORDS} = to_jsonb(OLD) - {WORDS})"""
STRENGTHS_BEFORE = f"CASE WHEN {IS_ERASING} THEN NEW.strengths ELSE OLD.strengths END"

LET = AS_BEFORE_IN_ANSWERS.replace("{unless}", UNLESS_ERASING) + AS_BEFORE_IN_AUDITS.replace(
    "{strengths_before}", STRENGTHS_BEFORE
)
LET_NOT = AS_BEFORE_IN_ANSWERS.replace("{unless}", "") + AS_BEFORE_IN_AUDITS.replace(
    "{strengths_before}", "OLD.strengths"
)


class Migration(migrations.Migration):
    dependencies = [("audits", "0004_freeze_agreed_audits")]
    operations = [migrations.RunSQL(LET, LET_NOT)]
