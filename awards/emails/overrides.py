"""Mail among officers about another level than the rules give: please read this, and this is the answer."""

from django.urls import reverse

from awards.models import LevelOverride, OverrideState
from hubportal.accounts.models import User
from hubportal.mail.kinds import MailKind, register
from hubportal.mail.models import Email
from meetings.emails.sending import mail_staff
from schools.models import School

FOLDER = "awards/emails"
WHY_SECOND = "You get this because another level than the rules give needs a second officer of the hub."
WHY_PROPOSER = "You get this because you proposed this level."


def _waits_no_longer(email: Email) -> str | None:
    override = LevelOverride.objects.filter(pk=email.context["override"]).first()
    waits = override is not None and override.state == OverrideState.PROPOSED
    return None if waits else "The proposal has been answered or taken back."


LEVEL_PROPOSED = register(
    MailKind("level_proposed", "Another level proposed, for a second officer", no_longer_applies=_waits_no_longer)
)
LEVEL_ANSWERED = register(MailKind("level_answered", "Answer of the second officer"))


def mail_level_proposed(*, override: LevelOverride, school: School, reader: User) -> Email:
    """Ask an officer to read the audit and to agree to the level proposed, or not. Its page is behind the button."""
    return mail_staff(
        reader,
        kind=LEVEL_PROPOSED,
        dedupe_key=f"{LEVEL_PROPOSED.key}:{override.pk}:{reader.pk}",
        path=reverse("level_override", args=[override.pk]),
        folder=FOLDER,
        context={
            "override": override,
            "school": school,
            "reader": reader,
            "action_label": "Read it and answer",
            "why": WHY_SECOND,
        },
        check={"override": override.pk},
    )


def mail_level_answered(*, override: LevelOverride, school: School) -> Email:
    """Tell who proposed the level what the second officer says."""
    return mail_staff(
        override.proposed_by,
        kind=LEVEL_ANSWERED,
        dedupe_key=f"{LEVEL_ANSWERED.key}:{override.pk}",
        path=reverse("award_decide", args=[override.audit_id]),
        folder=FOLDER,
        context={
            "override": override,
            "school": school,
            "reader": override.proposed_by,
            "is_agreed": override.state == OverrideState.AGREED,
            "action_label": "Go on to the award",
            "why": WHY_PROPOSER,
        },
        check={"override": override.pk},
    )
