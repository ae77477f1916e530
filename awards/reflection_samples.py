"""The mails about a reflection sheet with made-up facts, for staff to look at. Nothing here is ever saved."""

from typing import Any

from django.urls import reverse
from django.utils import timezone

from awards.emails import COLLEAGUE_NOTICE, REFLECTION, REFLECTION_COLLEAGUE, REFLECTION_FOLDER, REFLECTION_REMINDER
from awards.models import REFLECTION_MONTHS
from awards.samples import sample_priorities
from hubportal.mail.kinds import Sample, register_samples
from meetings.emails.sending import staff_context
from meetings.rules import add_months
from schools.emails import WHY_OFFICER
from schools.models import ContactLink
from schools.samples import contact_sample, sample_contact, sample_school


def sample_sheet(month: int = REFLECTION_MONTHS[0]) -> dict[str, Any]:
    hand_over = ContactLink.mint(destination=reverse("my_school"), contact=sample_contact())
    return {
        "month": month,
        "held_on": add_months(timezone.localdate(), -month),
        "priorities": sample_priorities(),
        "colleague_url": hand_over.mail_url,
        "action_label": "Fill in the reflection sheet",
    }


@register_samples(REFLECTION)
def reflection_samples() -> list[Sample]:
    return [
        contact_sample(REFLECTION_FOLDER, context=sample_sheet(month), case=f"After {month} months")
        for month in REFLECTION_MONTHS
    ]


@register_samples(REFLECTION_REMINDER)
def reflection_reminder_samples() -> list[Sample]:
    return [contact_sample(f"awards/emails/{REFLECTION_REMINDER.key}", context=sample_sheet())]


@register_samples(REFLECTION_COLLEAGUE)
def reflection_colleague_samples() -> list[Sample]:
    folder, sheet = f"awards/emails/{REFLECTION_COLLEAGUE.key}", sample_sheet() | {"sender": "Tom Bell"}
    waiting = sheet | {"is_open": False, "priorities": (), "action_url": ""}
    return [
        contact_sample(folder, context=sheet | {"is_open": True}, case="Known to the hub"),
        contact_sample(folder, context=waiting, case="Waits for an officer"),
    ]


@register_samples(COLLEAGUE_NOTICE)
def colleague_notice_samples() -> list[Sample]:
    facts = {"school": sample_school(), "month": 12, "action_label": "Open the school’s contacts", "why": WHY_OFFICER}
    return [Sample(folder=f"awards/emails/{COLLEAGUE_NOTICE.key}", context=staff_context(path="/schools/") | facts)]
