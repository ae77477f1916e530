"""The mails while a request waits, and when its meeting does not come about, with made-up facts. Nothing is saved."""

from django.utils import timezone

from hubportal.mail.kinds import Sample, register_samples
from meetings.emails import (
    ASKER_CANCELLED,
    ASKER_TOLD,
    ESCALATED,
    MISSED,
    OTHER_TIMES,
    WHY_ESCALATED,
    WITHDRAWN,
    meeting_facts,
)
from meetings.emails.sending import FOLDER
from meetings.rules import ESCALATED_AFTER_DAYS
from meetings.samples import OPEN_SCHOOL_PAGE, sample_meeting, sample_request, staff_sample
from schools.samples import contact_sample, sample_officer, sample_school


@register_samples(OTHER_TIMES)
def other_times_samples() -> list[Sample]:
    request = sample_request()
    request.asked_message = "I am at other schools on both days. Would a Thursday afternoon in March suit you?"
    request.asked_at = timezone.now()
    context = {"request": request, "officer": sample_officer(), "action_label": "Give other times"}
    return [contact_sample(f"{FOLDER}/{OTHER_TIMES.key}", context=context)]


@register_samples(WITHDRAWN)
def withdrawn_samples() -> list[Sample]:
    context = {"request": sample_request(), "action_url": ""}
    return [contact_sample(f"{FOLDER}/{WITHDRAWN.key}", context=context)]


@register_samples(ASKER_TOLD)
def asker_told_samples() -> list[Sample]:
    context = {"request": sample_request(), "officer": sample_officer(), "action_url": "", "is_anybody_invited": True}
    return [
        contact_sample(f"{FOLDER}/{ASKER_TOLD.key}", case="Others are invited", context=context),
        contact_sample(
            f"{FOLDER}/{ASKER_TOLD.key}",
            case="Nobody is invited by e-mail",
            context={**context, "is_anybody_invited": False},
        ),
    ]


@register_samples(ASKER_CANCELLED)
def asker_cancelled_samples() -> list[Sample]:
    folder = f"{FOLDER}/{ASKER_CANCELLED.key}"
    context = {"request": sample_request(), "officer": sample_officer(), "action_url": ""}
    return [
        contact_sample(folder, case="The request waits again", context={**context, "waits_again": True}),
        contact_sample(folder, case="It is closed", context={**context, "waits_again": False}),
    ]


@register_samples(MISSED)
def missed_samples() -> list[Sample]:
    context = {**meeting_facts(sample_meeting()), "action_label": OPEN_SCHOOL_PAGE}
    return [contact_sample(f"{FOLDER}/{MISSED.key}", context=context)]


@register_samples(ESCALATED)
def escalated_samples() -> list[Sample]:
    request = sample_request()
    context = {
        "request": request,
        "school": sample_school(),
        "reader": sample_officer(),
        "days": ESCALATED_AFTER_DAYS,
        "action_label": "Open the request",
        "why": WHY_ESCALATED,
    }
    nobody = sample_request()
    nobody.assigned_to = None
    return [
        staff_sample(ESCALATED, context=context, case="With an officer"),
        staff_sample(ESCALATED, context={**context, "request": nobody}, case="With nobody"),
    ]
