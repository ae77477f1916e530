"""Another level than the rules give: one officer proposes it in writing, a second one agrees or does not."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from audits.models import Audit
from awards.emails.overrides import mail_level_answered, mail_level_proposed
from awards.models import Award, AwardLevel, LevelOverride, OverrideState
from awards.queries.overrides import asked_officers, second_officers
from awards.rules.overriding import is_full_sentence
from awards.services.awarding import draft_award
from hubportal.accounts.models import User
from schools.models import School, TimelineKind
from schools.timeline import record_event

LONGEST_WORDS = 2000
NOT_ALONE = "You proposed this level yourself. A second officer or an administrator has to agree to it."


@transaction.atomic
def propose_level(
    *,
    audit: Audit,
    level: str,
    reason: str,
    by: User,
    reader: User | None = None,
    now: datetime | None = None,
) -> LevelOverride:
    """Propose another level than the rules give for an agreed audit. It counts once a second officer has agreed.

    `reason` is what the school will read beside its level. `reader` is the colleague who is asked by mail; without
    one it is the leader of the school's area, or else the administrators. Any other officer may answer. Proposing the
    same again, also at the same moment, finds the same proposal.

    Raises:
        ValidationError: the level or the reason will not do, there is an award or another proposal already, or
            nobody else at the hub could agree.
    """
    at, reason = now or timezone.now(), _checked(reason, name="reason")
    school = _locked_school(audit)
    standing = LevelOverride.objects.standing().filter(audit=audit).select_related("proposed_by").first()
    if standing and (standing.proposed_by, standing.level, standing.reason) == (by, level, reason):
        return standing
    _check_may_propose(audit, standing)
    rules_level = AwardLevel(draft_award(audit).level)
    _check_level(level, rules_level=rules_level)
    if not is_full_sentence(reason):
        raise ValidationError({"reason": "Say why in at least a sentence: the school reads it beside its level."})
    _check_reader(reader, by=by)
    override = LevelOverride.objects.create(
        audit=audit,
        level=AwardLevel(level),
        rules_level=rules_level,
        reason=reason,
        proposed_by=by,
        proposed_at=at,
    )
    text = f"{override.get_level_display()} proposed instead of {override.get_rules_level_display()}. {reason}"
    record_event(school=school, kind=TimelineKind.AWARD, text=text, by=by, at=at)
    for officer in asked_officers(school=school, proposed_by=by, reader=reader):
        mail_level_proposed(override=override, school=school, reader=officer)
    return override


@transaction.atomic
def agree_to_level(*, override: LevelOverride, by: User, note: str = "", now: datetime | None = None) -> LevelOverride:
    """Agree, as the second officer, that this level fits the school better. From now on the award is of that level.

    Raises:
        ValidationError: it is one's own proposal, it no longer waits, or the note is too long.
    """
    note = _checked(note, name="note")
    return _answer(override, OverrideState.AGREED, note=note, by=by, at=now or timezone.now())


@transaction.atomic
def decline_level(*, override: LevelOverride, note: str, by: User, now: datetime | None = None) -> LevelOverride:
    """Say, as the second officer, why this level should not be given. The rules' level can then be awarded, or
    another one proposed.

    Raises:
        ValidationError: there is no note, it is one's own proposal, or it no longer waits.
    """
    note = _checked(note, name="note")
    if not note:
        raise ValidationError({"note": "Say in a few words why you do not agree, so that your colleague can go on."})
    return _answer(override, OverrideState.DECLINED, note=note, by=by, at=now or timezone.now())


@transaction.atomic
def take_back(*, override: LevelOverride, by: User, now: datetime | None = None) -> LevelOverride:
    """Take one's own proposal back while it waits. Twice is harmless.

    Raises:
        ValidationError: it is somebody else's, or it is answered already.
    """
    current = _locked(override)
    if current.proposed_by_id != by.pk:
        raise ValidationError(f"Only {current.proposed_by.name} can take this proposal back. You can decline it.")
    if current.state == OverrideState.TAKEN_BACK:
        return current
    _check_waits(current)
    _write(current, OverrideState.TAKEN_BACK, note="", by=by, at=now or timezone.now())
    return current


def _answer(override: LevelOverride, state: OverrideState, *, note: str, by: User, at: datetime) -> LevelOverride:
    current = _locked(override)
    if current.proposed_by_id == by.pk:
        raise ValidationError(NOT_ALONE)
    if current.state == state and current.answered_by_id == by.pk:
        return current
    _check_waits(current)
    _write(current, state, note=note, by=by, at=at)
    mail_level_answered(override=current, school=current.audit.meeting.school)
    return current


def _write(override: LevelOverride, state: OverrideState, *, note: str, by: User, at: datetime) -> None:
    override.state, override.answer_note, override.answered_by, override.answered_at = state, note, by, at
    override.save(update_fields=["state", "answer_note", "answered_by", "answered_at"])
    what = {
        OverrideState.AGREED: "agreed by a second officer",
        OverrideState.DECLINED: "not agreed by a second officer",
        OverrideState.TAKEN_BACK: "not proposed any more",
    }[state]
    text = f"{override.get_level_display()} instead of {override.get_rules_level_display()}: {what}."
    text = f"{text} {note}".strip()
    record_event(school=override.audit.meeting.school, kind=TimelineKind.AWARD, text=text, by=by, at=at)


def _locked_school(audit: Audit) -> School:
    """As `decide_award` does it: who proposes, answers and awards for one school go one after the other."""
    return School.objects.select_for_update(of=("self",), no_key=True).get(meetings__audits=audit)


def _locked(override: LevelOverride) -> LevelOverride:
    _locked_school(override.audit)
    overrides = LevelOverride.objects.select_for_update(of=("self",), no_key=True)
    return overrides.select_related("proposed_by", "answered_by", "audit__meeting__school").get(pk=override.pk)


def _check_may_propose(audit: Audit, standing: LevelOverride | None) -> None:
    if Award.objects.filter(audit=audit).exists():
        raise ValidationError("The award is decided already, and what is decided does not change.")
    if standing and standing.state == OverrideState.AGREED:
        raise ValidationError(f"Two officers have agreed on {standing.get_level_display()} already. Award it.")
    if standing:
        raise ValidationError(
            f"{standing.proposed_by.name} has proposed {standing.get_level_display()} already. That proposal has to be "
            "answered or taken back first."
        )


def _check_level(level: str, *, rules_level: AwardLevel) -> None:
    if level not in AwardLevel.values:
        raise ValidationError({"level": "Choose the level that you propose."})
    if level == rules_level:
        raise ValidationError(
            {"level": f"{rules_level.label} is what the rules give: award it, or choose another level."}
        )


def _check_reader(reader: User | None, *, by: User) -> None:
    others = second_officers(proposed_by=by)
    if reader and reader not in others:
        raise ValidationError({"reader": "Choose another officer or administrator of the hub."})
    if not others:
        raise ValidationError(
            "Another level needs a second officer, and nobody else of the hub has an account. Ask an administrator to "
            "invite a colleague, or award the level that the rules give."
        )


def _check_waits(override: LevelOverride) -> None:
    if override.state != OverrideState.PROPOSED:
        who = f" by {override.answered_by.name}" if override.answered_by else ""
        raise ValidationError(
            f"This proposal waits no longer: {override.get_state_display().lower()}{who}. Nothing was changed."
        )


def _checked(text: str, *, name: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if len(text) > LONGEST_WORDS:
        raise ValidationError(
            {name: f"This may have at most {LONGEST_WORDS} characters; it has {len(text)}. Please shorten it."}
        )
    return text
