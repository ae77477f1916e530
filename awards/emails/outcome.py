"""The outcome pack: the one mail after the meeting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from audits.queries import audit_of_priorities
from awards.models import REFLECTION_MONTHS, Award, AwardStatus
from awards.queries import PriorityText, priority_texts
from hubportal.access.rules import withhold_placeholders
from hubportal.mail.kinds import MailKind, Sentence, register
from hubportal.mail.models import Email
from hubportal.mail.render import RenderedEmail
from hubportal.mail.services import Attachment
from meetings.models import MeetingKind
from meetings.rules import add_months, long_date
from schools.emails import SIGN_OFF, mail_contact, render_for_contact
from schools.models import Contact, ContactLink
from schools.queries import hub_profile

OUTCOME_FOLDER = "awards/emails/outcome"


@dataclass(frozen=True)
class OutcomeText:
    """All that the outcome pack says of an award. The templates get these words and no audit: what is for hub
    staff only cannot reach a school by a slip in a template."""

    award_name: str
    level: str
    has_certificate: bool
    reason: str
    # Why two officers gave another level than the rules; empty otherwise.
    override_reason: str
    next_step: str
    next_step_lead: str
    next_changes: tuple[str, ...]
    strengths: str
    priorities: tuple[PriorityText, ...]
    held_on: date
    officer_name: str
    expires_on: date
    reflections_on: tuple[date, ...]
    recognition_name: str
    recognition_text: str
    request_url: str
    verify_url: str


def outcome_text(award: Award) -> OutcomeText:
    """What the pack of this award says, read from what was agreed and from the hub's profile."""
    hub, audit = hub_profile(), award.audit
    certificate = award.latest_certificate
    # A follow-up visit leaves the priorities as they are, and with them the days of their reflection sheets.
    standing = audit_of_priorities(audit)
    sheets = (add_months(standing.meeting.held_on, months) for months in REFLECTION_MONTHS)
    return OutcomeText(
        award_name=hub.award_name,
        level=award.get_level_display(),
        has_certificate=certificate is not None,
        reason=award.reason,
        override_reason=award.override_reason,
        next_step=award.next_step,
        next_step_lead=award.next_step_lead,
        next_changes=award.next_changes,
        strengths=audit.strengths.strip(),
        priorities=priority_texts(standing),
        held_on=audit.meeting.held_on,
        officer_name=audit.meeting.officer.name,
        expires_on=award.expires_on,
        reflections_on=tuple(day for day in sheets if day > award.awarded_on),
        recognition_name=hub.recognition_name,
        recognition_text=hub.recognition_text,
        request_url=_request_url(award),
        verify_url=settings.HUB_BASE_URL + reverse("verify_certificate", args=[certificate.key]) if certificate else "",
    )


def _request_url(award: Award) -> str:
    """Where a school asks for the next meeting: for a follow-up visit while it is working towards Bronze."""
    asked = {"school": str(award.school.urn)}
    if not award.has_certificate_level:
        asked["kind"] = MeetingKind.FOLLOW_UP.value
    return f"{settings.HUB_BASE_URL}{reverse('request_meeting')}?{urlencode(asked)}"


def outcome_context(award: Award) -> dict[str, Any]:
    """What the templates of the outcome pack get beside the contact and the links."""
    outcome = outcome_text(award)
    facts = {"officer": outcome.officer_name, "held_on": long_date(outcome.held_on)}
    return {"outcome": outcome, "action_label": "Open your school’s page", **facts}


def render_outcome(*, award: Award, contact: Contact) -> RenderedEmail:
    """The outcome pack's `subject`, `body_text` and `body_html` as this contact will get them, the personal link
    left out as in every copy that staff read."""
    link = ContactLink.mint(destination=reverse("my_school"), contact=contact)
    rendered = render_for_contact(
        contact=contact,
        folder=OUTCOME_FOLDER,
        link_url=link.mail_url,
        withdraw_url=link.mail_withdraw_url,
        context=outcome_context(award),
    )
    return {
        "subject": rendered["subject"],
        "body_text": withhold_placeholders(rendered["body_text"]),
        "body_html": withhold_placeholders(rendered["body_html"]),
    }


def mail_outcome(*, award: Award, contact: Contact, attachments: Sequence[Attachment]) -> Email:
    """The one mail after the meeting, to one of the people it goes to."""
    email, _ = mail_contact(
        contact=contact,
        kind=OUTCOME.key,
        dedupe_key=f"outcome:{award.pk}:{contact.pk}",
        folder=OUTCOME_FOLDER,
        destination=reverse("my_school"),
        context=outcome_context(award),
        check={"award": award.pk},
        attachments=attachments,
    )
    return email


def outcome_no_longer_applies(email: Email) -> str | None:
    """An award that was withdrawn while its mail waited is not announced any more."""
    award = Award.objects.filter(pk=email.context.get("award")).first()
    if award is None or award.status == AwardStatus.WITHDRAWN:
        return "The award was withdrawn."
    return None


OUTCOME_SENTENCES = (
    Sentence(
        "opening",
        "Opening",
        "Thank you for the conversation with {officer} on {held_on} about music at {school}.",
        facts=("officer", "held_on", "award_name", "school", "contact", "hub"),
    ),
    Sentence(
        "encouragement",
        "Encouragement for a school that is working towards Bronze",
        "That is a real beginning: you now know what works, and what to do first.",
        facts=("officer", "award_name", "school", "contact", "hub"),
    ),
    SIGN_OFF,
)
OUTCOME = register(
    MailKind(
        key="outcome",
        name="Outcome pack",
        no_longer_applies=outcome_no_longer_applies,
        sentences=OUTCOME_SENTENCES,
    )
)
