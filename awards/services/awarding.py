"""From an agreed audit to an award: the level that follows, its certificate and its reminders, all or nothing."""

from dataclasses import replace
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from audits.models import Audit, AuditStatus
from audits.queries import agreed_ratings, definition_of, priority_codes
from awards.models import Award, AwardLevel, AwardStatus, LevelOverride, OverrideState
from awards.rules import Decision, Level, decide
from awards.rules.overriding import reason_of_two_officers, step_from
from awards.services.certificates import issue_certificate
from awards.services.reflections import schedule_reflections
from awards.services.renewals import schedule_renewal
from hubportal.accounts.models import User
from meetings.rules import add_months
from schools.models import School, TimelineKind
from schools.timeline import record_event

# "After a 3 year period (or sooner if you wish), you are invited to engage in the process again."
AWARD_MONTHS = 36


@transaction.atomic
def decide_award(*, audit: Audit, by: User, seen: str = "") -> Award:
    """Award the level that follows from the agreed ratings, or the one that two officers agreed instead, and issue
    what goes with it.

    The award is dated by the meeting and lasts 36 months. It supersedes the school's earlier award (unless that one
    is of a later meeting), its reminders replace those of an older conversation, and every level but Working towards
    Bronze gets a certificate. Deciding again, also at the same moment, finds the same award.

    `seen` is the level that stood on the button.

    Raises:
        ValidationError: the audit is not agreed, criteria still need a rating, another level was proposed and
            waits for a second officer, or the level is not the one that was seen.
    """
    at = timezone.now()
    # A second decision for this school waits here, and then finds what the first one wrote.
    school = School.objects.select_for_update(of=("self",), no_key=True).get(meetings__audits=audit)
    audit = Audit.objects.select_related("meeting", "framework").get(pk=audit.pk)
    earlier = Award.objects.filter(audit=audit).first()
    if earlier:
        return earlier
    award = draft_award(audit, override=_agreed_override(audit))
    if seen and seen != award.level:
        raise ValidationError(
            f"Two officers have agreed on {award.get_level_display()} meanwhile. Please read it, then award it."
        )
    award.school, award.decided_at, award.decided_by = school, at, by
    award.status = _make_room(school, award.awarded_on, by=by, at=at)
    award.save()
    text = f"Award decided. {award.reason}"
    record_event(school=school, kind=TimelineKind.AWARD, text=text, by=by, at=at)
    if award.has_certificate_level:
        issue_certificate(award=award, by=by, at=at)
    schedule_reflections(audit=audit, by=by, at=at)
    schedule_renewal(award)
    return award


def draft_award(audit: Audit, *, override: LevelOverride | None = None) -> Award:
    """The award that would be decided now, not saved: by the rules, or of the level that two officers agreed.

    Raises:
        ValidationError: the audit is not agreed, or criteria still need a rating.
    """
    rules_level, decision = _decision_on(audit)
    verdict = _verdict_of_two(audit, override, decision) if override else decision
    return Award(
        audit=audit,
        level=AwardLevel(override.level if override else rules_level),
        rules_level=AwardLevel(rules_level),
        override=override,
        reason=verdict.reason,
        next_step=_next_step_words(verdict, override),
        decision=decision.as_data()
        | {
            "next_step_parts": verdict.next_step_parts,
            # From a lower level that two officers agreed, all steps that the ratings do not reach yet lie further on.
            "further_steps": [
                step.words.as_data() for step in (verdict.steps[1:] if verdict.steps else decision.steps)
            ],
        },
        awarded_on=audit.meeting.held_on,
        expires_on=add_months(audit.meeting.held_on, AWARD_MONTHS),
    )


def _decision_on(audit: Audit) -> tuple[Level, Decision]:
    if audit.status != AuditStatus.AGREED:
        raise ValidationError("Agree the audit with the school first: the award follows from the agreed ratings.")
    try:
        decision = decide(
            framework=definition_of(audit.framework),
            ratings=agreed_ratings(audit),
            priorities=priority_codes(audit),
        )
    except ValueError as error:
        raise ValidationError(str(error)) from error
    if decision.level is None:
        raise ValidationError(decision.reason)
    return decision.level, decision


def _agreed_override(audit: Audit) -> LevelOverride | None:
    """The other level that two officers agreed for this audit, if they did."""
    override = LevelOverride.objects.standing().filter(audit=audit).select_related("proposed_by").first()
    if override and override.state == OverrideState.PROPOSED:
        raise ValidationError(
            f"{override.proposed_by.name} has proposed {override.get_level_display()} for this audit. It can be "
            "awarded once a second officer has agreed or declined."
        )
    return override


def _verdict_of_two(audit: Audit, override: LevelOverride, decision: Decision) -> Decision:
    """The rules' decision with what is said of the level that two officers agreed, and the next step from there."""
    framework, level = definition_of(audit.framework), Level(override.level)
    step = step_from(level=level, framework=framework, ratings=agreed_ratings(audit), priorities=priority_codes(audit))
    reason = reason_of_two_officers(level=level, decision=decision, framework=framework)
    beyond = tuple(further for further in decision.steps if step and further.level > step.level)
    return replace(decision, reason=reason, steps=(step, *beyond) if step else ())


def _next_step_words(verdict: Decision, override: LevelOverride | None) -> str:
    if verdict.next_step:
        return verdict.next_step.sentence
    if override and Level(override.level) < Level(override.rules_level):
        return "The ratings alone reach the next level already. The two officers say what is still missing for it."
    return ""


def _make_room(school: School, awarded_on: date, *, by: User, at: datetime) -> AwardStatus:
    """Supersede the award the school holds, and say what the new one is: an old meeting written up late
    does not replace a newer award."""
    held = school.awards.current().select_for_update().first()
    if held is None:
        return AwardStatus.CURRENT
    if held.awarded_on > awarded_on:
        return AwardStatus.SUPERSEDED
    held.status = AwardStatus.SUPERSEDED
    held.save(update_fields=["status"])
    text = f"The award {held.get_level_display()} of {held.awarded_on:%-d %B %Y} is superseded by a newer one."
    record_event(school=school, kind=TimelineKind.AWARD, text=text, by=by, at=at)
    return AwardStatus.CURRENT
