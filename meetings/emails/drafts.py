"""The mail with the link to a request that somebody has begun."""

from datetime import datetime
from uuid import UUID

from hubportal.mail.kinds import MailKind, register
from hubportal.mail.models import Email
from hubportal.mail.render import render_email
from hubportal.mail.services import queue_email
from meetings.models import RequestDraft
from meetings.rules import DRAFT_KEPT_DAYS
from schools.models import Contact
from schools.queries import hub_profile

from .limits import DRAFT_KIND, has_had_enough_drafts
from .sending import FOLDER

WHY_DRAFT = "You get this because this address was given on our form to go on with a request later."
STOP_DRAFT = (
    "If that was not you, there is nothing to do: nothing has been sent to us, and we delete what was saved when the "
    "link ends."
)


def _draft_is_gone(email: Email) -> str | None:
    if not RequestDraft.objects.filter(pk=UUID(email.context["draft"])).exists():
        return "The request has been sent, or what was saved has been deleted."
    withdrawn = Contact.objects.filter(email__iexact=email.to_address, withdrawn_at__isnull=False)
    return "The person withdrew consent." if withdrawn.exists() else None


DRAFT = register(MailKind(DRAFT_KIND, "Link to go on with a request", no_longer_applies=_draft_is_gone))


def mail_request_draft(*, draft: RequestDraft, now: datetime) -> Email | None:
    """Mail the link to the address that was given. It repeats nothing that was typed: anybody can type any address.

    None when the address has had as many of these lately as it should get.
    """
    if has_had_enough_drafts(draft.email, at=now):
        return None
    rendered = render_email(f"{FOLDER}/{DRAFT.key}", draft_context(draft))
    email, _ = queue_email(
        kind=DRAFT.key,
        dedupe_key=f"request_draft:{draft.pk}:{now.isoformat()}",
        to_address=draft.email,
        context={"draft": str(draft.pk)},
        **rendered,
    )
    return email


def draft_context(draft: RequestDraft) -> dict[str, object]:
    """What the mail's templates get."""
    return {
        "hub": hub_profile(),
        "draft": draft,
        "days": DRAFT_KEPT_DAYS,
        "action_url": draft.mail_url,
        "action_label": "Go on with the request",
        "why": WHY_DRAFT,
        "stop": STOP_DRAFT,
    }
