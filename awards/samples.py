"""The mails about an award with made-up facts, for staff to look at. Nothing here is ever saved."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone

from awards.emails import (
    CORRECTED_CERTIFICATE,
    CORRECTED_FOLDER,
    OUTCOME,
    OUTCOME_FOLDER,
    PACK_READ,
    PACK_READING,
    RENEWAL,
    RENEWAL_REMINDER,
    OutcomeText,
    StepText,
    corrected_context,
    reading_context,
    renewal_context,
)
from awards.models import REFLECTION_MONTHS, Award, AwardLevel, Certificate, PackReading
from awards.queries import PriorityText
from awards.rules import RENEWAL_NOTICE
from hubportal.accounts.models import User
from hubportal.mail.kinds import Sample, register_samples
from meetings.rules import add_months, long_date
from schools.queries import hub_profile
from schools.samples import contact_sample, sample_officer, sample_school

OPEN_SCHOOL_PAGE = "Open your school’s page"


def sample_priorities() -> tuple[PriorityText, ...]:
    due_on, helped_by = add_months(timezone.localdate(), 10), add_months(timezone.localdate(), 5)
    officer = sample_officer().name
    return (
        PriorityText(
            number=1,
            title="Every class has music every week",
            action="Give Years 3 and 4 forty minutes a week, from September.",
            support="A model scheme of work and two visits by our advisory teacher.",
            owner="Maya O'Neill",
            due_on=due_on,
            good_looks_like="Every class has forty minutes of music every week, and the head sees it in the timetable.",
            hub_owner=officer,
            hub_due_on=helped_by,
        ),
        PriorityText(
            number=2,
            title="Singing is part of every day",
            action="Start a Key Stage 2 choir that sings at three assemblies a term.",
            support="A place on our singing leaders’ course.",
            owner="Maya O'Neill",
            due_on=due_on,
            good_looks_like="The choir sings at three assemblies a term, and anybody may join.",
            hub_owner=officer,
            hub_due_on=helped_by,
        ),
        PriorityText(
            number=3,
            title="Pupils who learn an instrument keep on learning",
            action="Ask the families of all Year 5 pupils who stopped what would help, and agree two steps.",
            support="",
            owner="Peter Hall",
            due_on=due_on,
            good_looks_like="Nobody stops for want of money, an instrument or somebody to ask.",
        ),
    )


def sample_outcome(*, has_certificate: bool) -> OutcomeText:
    hub, held_on = hub_profile(), timezone.localdate() - timedelta(days=2)
    return OutcomeText(
        award_name=hub.award_name,
        level="Silver" if has_certificate else "Working towards Bronze",
        has_certificate=has_certificate,
        reason="10 of 14 criteria are green and none of the essential ones is red."
        if has_certificate
        else "4 of 14 criteria are green; Bronze asks for 6, and weekly music for every class.",
        override_reason="",
        next_step="Two criteria would have to become green.",
        next_step_lead="For Gold, two criteria would have to become green"
        if has_certificate
        else "For Bronze, two criteria would have to become green",
        next_changes=("Every class has music every week", "Singing is part of every day"),
        strengths="The whole school sings, and the children lead it.\nMusic has a place in every assembly.",
        priorities=sample_priorities(),
        held_on=held_on,
        officer_name=sample_officer().name,
        expires_on=add_months(held_on, 36),
        reflections_on=tuple(add_months(held_on, months) for months in REFLECTION_MONTHS),
        recognition_name=hub.recognition_name,
        recognition_text=hub.recognition_text,
        verify_url=f"{settings.HUB_BASE_URL}/verify/…" if has_certificate else "",
        **({} if has_certificate else sample_steps()),
    )


def sample_steps() -> dict[str, Any]:
    """What a school hears that is working towards Bronze."""
    return {
        "in_place": ("Pupils hear live music", "The governors ask about music", "Families can get help with the costs"),
        "under_way": ("Every class has music every week", "Singing is part of every day"),
        "steps": (
            StepText(
                "“Every class has music every week” from red to amber",
                "Most classes have music in most weeks, and the timetable shows when.",
            ),
            StepText(
                "“Singing is part of every day” from amber to green",
                "Every class sings most days, with songs that get harder from year to year.",
            ),
        ),
    }


@register_samples(OUTCOME)
def outcome_samples() -> list[Sample]:
    def sample(*, has_certificate: bool, case: str) -> Sample:
        outcome = sample_outcome(has_certificate=has_certificate)
        facts = {"officer": outcome.officer_name, "held_on": long_date(outcome.held_on)}
        context = {"outcome": outcome, "action_label": OPEN_SCHOOL_PAGE, **facts}
        return contact_sample(OUTCOME_FOLDER, context=context, case=case)

    return [
        sample(has_certificate=True, case="With a certificate"),
        sample(has_certificate=False, case="Working towards Bronze"),
    ]


def _renewal_samples(key: str, *, days_left: int) -> list[Sample]:
    def sample(level: AwardLevel, case: str) -> Sample:
        expires_on = timezone.localdate() + timedelta(days=days_left)
        award = Award(level=level, awarded_on=add_months(expires_on, -36), expires_on=expires_on)
        return contact_sample(f"awards/emails/{key}", context=renewal_context(award), case=case)

    return [sample(AwardLevel.SILVER, "With an award"), sample(AwardLevel.WORKING_TOWARDS, "Working towards Bronze")]


@register_samples(RENEWAL)
def renewal_samples() -> list[Sample]:
    return _renewal_samples(RENEWAL.key, days_left=RENEWAL_NOTICE.days)


@register_samples(RENEWAL_REMINDER)
def renewal_reminder_samples() -> list[Sample]:
    return _renewal_samples(RENEWAL_REMINDER.key, days_left=-1)


def _sample_reading(*, is_fine: bool | None = None) -> PackReading:
    award = Award(pk=0, level=AwardLevel.SILVER, school=sample_school())
    reader = User(name="Ruth Penrose", email="ruth.penrose@hub.example.org")
    return PackReading(award=award, asked_by=sample_officer(), reader=reader, is_fine=is_fine)


@register_samples(PACK_READING)
def pack_reading_samples() -> list[Sample]:
    context = reading_context(_sample_reading(), path="/awards/")
    return [Sample(folder=f"awards/emails/{PACK_READING.key}", context=context)]


@register_samples(PACK_READ)
def pack_read_samples() -> list[Sample]:
    def sample(*, is_fine: bool, case: str) -> Sample:
        context = reading_context(_sample_reading(is_fine=is_fine), path="/awards/")
        return Sample(folder=f"awards/emails/{PACK_READ.key}", context=context, case=case)

    return [sample(is_fine=True, case="Fine"), sample(is_fine=False, case="Please change")]


@register_samples(CORRECTED_CERTIFICATE)
def corrected_certificate_samples() -> list[Sample]:
    award = Award(level=AwardLevel.SILVER)
    first = Certificate(award=award, number="DQA-2026-0001", school_name="Hill Side School")
    second = Certificate(award=award, number="DQA-2026-0009", school_name="Hillside Primary School", replaces=first)
    return [contact_sample(CORRECTED_FOLDER, context=corrected_context(second))]
