"""The reflection sheets 12 and 24 months after the meeting."""

from datetime import datetime

from django.urls import reverse

from awards.models import AwardStatus, Reflection
from awards.queries import priority_texts
from hubportal.mail.kinds import MailKind, Sentence, register
from hubportal.mail.models import Email, Pace
from schools.emails import SIGN_OFF, mail_contact
from schools.models import Contact, SchoolStatus

REFLECTION_FOLDER = "awards/emails/reflection"


def mail_reflection(*, reflection: Reflection, contact: Contact, not_before: datetime | None) -> Email:
    """The sheet 12 or 24 months after the meeting; it quotes the three priorities and leads to the form."""
    meeting = reflection.audit.meeting
    email, _ = mail_contact(
        contact=contact,
        kind=REFLECTION.key,
        dedupe_key=f"reflection:{reflection.audit_id}:{reflection.month}",
        folder=REFLECTION_FOLDER,
        destination=reverse("reflection_form", args=[reflection.pk]),
        context={
            "month": reflection.month,
            "held_on": meeting.held_on,
            "priorities": priority_texts(reflection.audit),
            "action_label": "Fill in the reflection sheet",
        },
        check={"reflection": reflection.pk},
        not_before=not_before,
    )
    return email


def reflection_no_longer_applies(email: Email) -> str | None:
    """A sheet that was answered, or that a newer conversation replaced, while its mail waited stays here."""
    sheets = Reflection.objects.filter(pk=email.context.get("reflection")).of_current_priorities()
    sheet = sheets.values("answered_at", "audit__meeting__school__status", "audit__award__status").first()
    if sheet is None:
        return "A newer conversation has replaced this one."
    if sheet["audit__award__status"] == AwardStatus.WITHDRAWN:
        return "The award was withdrawn."
    if sheet["answered_at"]:
        return "The school has already answered."
    return "The school has closed." if sheet["audit__meeting__school__status"] == SchoolStatus.CLOSED else None


REFLECTION_SENTENCES = (
    Sentence(
        "opening",
        "Opening",
        "About {month} months ago, on {held_on}, we talked about music at {school} and agreed three priorities with "
        "you. How far have you got, what helped, and what comes next? A few words for each are enough; it takes about "
        "five minutes.",
        facts=("month", "held_on", "award_name", "school", "contact", "hub"),
    ),
    Sentence(
        "closing",
        "Closing",
        "No evidence is needed, and whatever you answer changes nothing about your level. If something stands in your "
        "way, say so: we would like to help.",
        facts=("award_name", "school", "contact", "hub"),
    ),
    SIGN_OFF,
)
REFLECTION = register(
    MailKind(
        key="reflection",
        name="Reflection sheet",
        no_longer_applies=reflection_no_longer_applies,
        pace=Pace.PACED,
        is_joinable=True,
        sentences=REFLECTION_SENTENCES,
    )
)
