"""A coordinator asks a colleague to rate the school together, by a link of the colleague's own."""

from datetime import date

from django.urls import reverse
from django.utils import timezone

from audits.queries import audit_of_own_view, why_closed
from hubportal.mail.kinds import MailKind, Sentence, register
from hubportal.mail.models import Email
from meetings.emails import meeting_facts
from meetings.models import Meeting
from schools.emails import SIGN_OFF, mail_contact
from schools.models import Contact

FOLDER = "audits/emails"


def _too_late(email: Email) -> str | None:
    meeting = Meeting.objects.get(pk=email.context["meeting"])
    is_closed = why_closed(meeting, audit_of_own_view(meeting), now=timezone.now())
    return "The school can no longer rate itself for this meeting." if is_closed else None


OWN_VIEW_LINK = register(
    MailKind(
        "own_view_link",
        "Link to rate the school",
        no_longer_applies=_too_late,
        goes_through_pauses=True,
        sentences=(
            Sentence(
                "effort",
                "What it takes",
                "It takes 10 to 15 minutes, you can stop and come back, and “not sure” is a fine answer. No evidence "
                "is needed.",
                facts=("school", "contact", "hub"),
            ),
            SIGN_OFF,
        ),
    )
)


def mail_own_view_link(*, meeting: Meeting, contact: Contact, sender: Contact, on: date) -> tuple[Email, bool]:
    """Give a colleague a link of their own to the school's own ratings, once a day at most. Returns the mail and
    whether it is new."""
    return mail_contact(
        contact=contact,
        kind=OWN_VIEW_LINK.key,
        dedupe_key=f"{OWN_VIEW_LINK.key}:{meeting.pk}:{contact.pk}:{on:%Y-%m-%d}",
        folder=f"{FOLDER}/{OWN_VIEW_LINK.key}",
        destination=reverse("own_view", args=[meeting.pk]),
        context={**meeting_facts(meeting), "sender": sender.name, "action_label": "Rate your school"},
        check={"meeting": meeting.pk},
    )
