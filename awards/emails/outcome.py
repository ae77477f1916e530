"""The outcome pack: the one mail after the meeting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse

from audits.models import Criterion, RatingValue
from audits.queries import audit_of_priorities
from awards.models import REFLECTION_MONTHS, Award, AwardStatus
from awards.queries import PriorityText, outcome_key, priority_texts, recognition_words
from hubportal.access.rules import withhold_placeholders
from hubportal.mail.kinds import MailKind, Sentence, register
from hubportal.mail.models import Email
from hubportal.mail.render import RenderedEmail
from hubportal.mail.services import Attachment
from meetings.rules import add_months, long_date
from schools.emails import SIGN_OFF, mail_contact, render_for_contact
from schools.models import Contact, ContactLink
from schools.queries import hub_profile

OUTCOME_FOLDER = "awards/emails/outcome"
# So many steps to Bronze are explained one by one; more would be a wall of text, and the titles say enough.
MOST_STEPS_WITH_WORDS = 4


@dataclass(frozen=True)
class StepText:
    """One change on the way to Bronze, and what the school will see once it is made (empty where there are many)."""

    change: str
    looks_like: str = ""


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
    verify_url: str
    in_place: tuple[str, ...] = ()
    under_way: tuple[str, ...] = ()
    steps: tuple[StepText, ...] = ()


def outcome_text(award: Award) -> OutcomeText:
    """What the pack of this award says, read from what was agreed and from the hub's profile."""
    hub, audit = hub_profile(), award.audit
    recognition_name, recognition_text = recognition_words(award)
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
        recognition_name=recognition_name,
        recognition_text=recognition_text,
        verify_url=settings.HUB_BASE_URL + reverse("verify_certificate", args=[certificate.key]) if certificate else "",
        **({} if award.has_certificate_level else _towards_bronze(award)),
    )


def _towards_bronze(award: Award) -> dict[str, Any]:
    """What a school hears that is working towards Bronze: what works, and its steps in the framework's own words."""
    ratings = award.audit.ratings.select_related("criterion").order_by(
        "criterion__section__position", "criterion__position"
    )
    rated = [(rating.agreed, rating.criterion) for rating in ratings]
    changes = award.decision.get("next_step_parts", {}).get("changes", ())
    is_short = len(changes) <= MOST_STEPS_WITH_WORDS
    return {
        "in_place": tuple(criterion.title for agreed, criterion in rated if agreed == RatingValue.GREEN),
        "under_way": tuple(criterion.title for agreed, criterion in rated if agreed == RatingValue.AMBER),
        "steps": tuple(
            StepText(change, _looks_like(change, [criterion for _, criterion in rated]) if is_short else "")
            for change in changes
        ),
    }


def _looks_like(change: str, criteria: Sequence[Criterion]) -> str:
    """What the framework says of a criterion once the change is made, found by the title that the change quotes."""
    criterion = next((one for one in criteria if f"“{one.title}”" in change), None)
    if criterion is None:
        return ""
    reached = {"to amber": criterion.amber, "to green": criterion.green}
    return next((words for ending, words in reached.items() if change.endswith(ending)), "")


def outcome_context(award: Award) -> dict[str, Any]:
    """What the templates of the outcome pack get beside the contact and the links."""
    outcome = outcome_text(award)
    facts = {"officer": outcome.officer_name, "held_on": long_date(outcome.held_on)}
    return {"outcome": outcome, "action_label": "Open your school’s page", **facts}


def render_outcome(*, contact: Contact, context: dict[str, Any]) -> RenderedEmail:
    """The outcome pack's `subject`, `body_text` and `body_html` as this contact will get them, the personal link
    left out as in every copy that staff read. `context` is that of the award (`outcome_context`)."""
    link = ContactLink.mint(destination=reverse("my_school"), contact=contact)
    rendered = render_for_contact(
        contact=contact,
        folder=OUTCOME_FOLDER,
        link_url=link.mail_url,
        withdraw_url=link.mail_withdraw_url,
        context=context,
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
        dedupe_key=f"{outcome_key(award)}{contact.pk}",
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
