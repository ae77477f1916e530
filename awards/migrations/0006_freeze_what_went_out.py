"""The old places of answers go; what is decided, sent or signed is frozen, and a withdrawal is for good."""

import django.db.models.deletion
from django.db import migrations, models

IS_ERASING = "COALESCE(current_setting('hubportal.erasing', true), '') = 'on'"

AWARDS = f"""
CREATE OR REPLACE FUNCTION awards_award_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR (OLD.school_id, OLD.audit_id, OLD.level, OLD.rules_level, OLD.override_id, OLD.reason, OLD.next_step,
            OLD.decision, OLD.awarded_on, OLD.expires_on, OLD.decided_at, OLD.decided_by_id)
        IS DISTINCT FROM (NEW.school_id, NEW.audit_id, NEW.level, NEW.rules_level, NEW.override_id, NEW.reason,
            NEW.next_step, NEW.decision, NEW.awarded_on, NEW.expires_on, NEW.decided_at, NEW.decided_by_id)
    THEN
        RAISE EXCEPTION 'award % is decided and cannot change', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF OLD.status IS DISTINCT FROM NEW.status AND NEW.status = 'current' THEN
        RAISE EXCEPTION 'award % no longer counts, and cannot count again', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    -- The reason may name somebody who is erased.
    IF OLD.status = 'withdrawn'
        AND (OLD.status, OLD.withdrawn_at, OLD.withdrawn_by_id,
             CASE WHEN {IS_ERASING} THEN NEW.withdrawn_reason ELSE OLD.withdrawn_reason END)
        IS DISTINCT FROM (NEW.status, NEW.withdrawn_at, NEW.withdrawn_by_id, NEW.withdrawn_reason)
    THEN
        RAISE EXCEPTION 'award % is withdrawn for good', OLD.id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
"""

AWARDS_AS_BEFORE = """
CREATE OR REPLACE FUNCTION awards_award_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""

OVERRIDES = f"""
CREATE FUNCTION awards_override_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR (OLD.audit_id, OLD.rules_level, OLD.level, OLD.proposed_by_id, OLD.proposed_at,
            CASE WHEN {IS_ERASING} THEN NEW.reason ELSE OLD.reason END)
        IS DISTINCT FROM (NEW.audit_id, NEW.rules_level, NEW.level, NEW.proposed_by_id, NEW.proposed_at, NEW.reason)
        OR (OLD.state <> 'proposed'
            AND (OLD.state, OLD.answered_by_id, OLD.answered_at,
                 CASE WHEN {IS_ERASING} THEN NEW.answer_note ELSE OLD.answer_note END)
            IS DISTINCT FROM (NEW.state, NEW.answered_by_id, NEW.answered_at, NEW.answer_note))
    THEN
        RAISE EXCEPTION 'what was proposed and answered about audit % cannot change', OLD.audit_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER awards_override_kept BEFORE UPDATE OR DELETE ON awards_leveloverride
    FOR EACH ROW EXECUTE FUNCTION awards_override_is_kept();
"""

OVERRIDES_FREE = """
DROP TRIGGER awards_override_kept ON awards_leveloverride;
DROP FUNCTION awards_override_is_kept();
"""

FROZEN = {
    "awards_outcomepack": "awards_outcomepack_frozen",
    "awards_packfile": "awards_packfile_frozen",
    "awards_credential": "awards_credential_frozen",
}

FREEZE = """
CREATE FUNCTION awards_row_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% % has gone out and cannot change', TG_TABLE_NAME, OLD.id
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
""" + "".join(
    f"CREATE TRIGGER {trigger} BEFORE UPDATE OR DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION awards_row_is_frozen();\n"
    for table, trigger in FROZEN.items()
)

THAW = (
    "".join(f"DROP TRIGGER {trigger} ON {table};\n" for table, trigger in FROZEN.items())
    + "DROP FUNCTION awards_row_is_frozen();"
)


class Migration(migrations.Migration):
    dependencies = [("awards", "0005_fill_what_is_new")]

    operations = [
        migrations.AlterField(
            model_name="award",
            name="rules_level",
            field=models.CharField(
                choices=[
                    ("working_towards", "Working towards Bronze"),
                    ("bronze", "Bronze"),
                    ("silver", "Silver"),
                    ("gold", "Gold"),
                ],
                help_text="What the rules alone give; another level needs two officers.",
                max_length=16,
            ),
        ),
        migrations.RemoveConstraint(
            model_name="reflectionanswer",
            name="awards_reflectionanswer_once",
        ),
        migrations.RemoveField(
            model_name="reflection",
            name="earlier_answers",
        ),
        migrations.RemoveField(
            model_name="reflection",
            name="what_next",
        ),
        migrations.RemoveField(
            model_name="reflectionanswer",
            name="reflection",
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reason", ""), ("replaces__isnull", True)),
                    models.Q(("replaces__isnull", False), models.Q(("reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="awards_certificate_correction_with_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.CheckConstraint(
                condition=models.Q(("override__isnull", False), ("level", models.F("rules_level")), _connector="OR"),
                name="awards_award_level_by_rules_or_two_officers",
            ),
        ),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("status", "withdrawn"),
                        ("withdrawn_at__isnull", False),
                        ("withdrawn_by__isnull", False),
                        models.Q(("withdrawn_reason", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("status", "withdrawn"), _negated=True),
                        ("withdrawn_at__isnull", True),
                        ("withdrawn_by__isnull", True),
                        ("withdrawn_reason", ""),
                    ),
                    _connector="OR",
                ),
                name="awards_award_withdrawn_in_full",
            ),
        ),
        migrations.AddConstraint(
            model_name="reflectionanswer",
            constraint=models.UniqueConstraint(fields=("response", "priority"), name="awards_reflectionanswer_once"),
        ),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.CheckConstraint(
                condition=models.Q(("rules_level__in", ["working_towards", "bronze", "silver", "gold"])),
                name="awards_award_rules_level_known",
            ),
        ),
        migrations.AlterField(
            model_name="reflectionanswer",
            name="response",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="answers",
                to="awards.reflectionresponse",
            ),
        ),
        migrations.RunSQL(AWARDS, AWARDS_AS_BEFORE),
        migrations.RunSQL(OVERRIDES, OVERRIDES_FREE),
        migrations.RunSQL(FREEZE, THAW),
    ]
