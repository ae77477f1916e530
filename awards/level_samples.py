"""The mails about a level that two officers agree on, and about an award withdrawn, with made-up facts. Nothing here is
ever saved."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from awards.emails.overrides import LEVEL_ANSWERED, LEVEL_PROPOSED, WHY_PROPOSER, WHY_SECOND
from awards.emails.withdrawing import AWARD_WITHDRAWN, WITHDRAWN_FOLDER
from awards.models import AwardLevel, LevelOverride, OverrideState
from hubportal.mail.kinds import MailKind, Sample, register_samples
from meetings.emails.sending import staff_context
from schools.samples import contact_sample, sample_officer, sample_school


def _sample(kind: MailKind, *, context: dict[str, Any], case: str = "") -> Sample:
    shared = {**staff_context(path="/staff/…"), "school": sample_school(), "reader": sample_officer()}
    return Sample(folder=f"awards/emails/{kind.key}", context={**shared, **context}, case=case)


def sample_override(*, state: OverrideState = OverrideState.PROPOSED) -> LevelOverride:
    return LevelOverride(
        rules_level=AwardLevel.BRONZE,
        level=AwardLevel.SILVER,
        reason="Singing has begun in every class since the summer; the ratings show the year before it.",
        state=state,
        proposed_by=sample_officer(),
        answered_by=sample_officer(),
        answer_note="I have heard it myself in assembly.",
    )


@register_samples(LEVEL_PROPOSED)
def level_proposed_samples() -> list[Sample]:
    context = {"override": sample_override(), "action_label": "Read it and answer", "why": WHY_SECOND}
    return [_sample(LEVEL_PROPOSED, context=context)]


@register_samples(LEVEL_ANSWERED)
def level_answered_samples() -> list[Sample]:
    def sample(state: OverrideState, case: str) -> Sample:
        context = {
            "override": sample_override(state=state),
            "is_agreed": state == OverrideState.AGREED,
            "action_label": "Go on to the award",
            "why": WHY_PROPOSER,
        }
        return _sample(LEVEL_ANSWERED, context=context, case=case)

    return [sample(OverrideState.AGREED, "Agreed"), sample(OverrideState.DECLINED, "Not agreed")]


@register_samples(AWARD_WITHDRAWN)
def award_withdrawn_samples() -> list[Sample]:
    facts = {"level": "Silver", "awarded_on": timezone.localdate() - timedelta(days=200), "action_url": ""}
    return [contact_sample(WITHDRAWN_FOLDER, context=facts)]
