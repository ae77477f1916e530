"""What the mails of this app share: where their templates are, and mail to the hub's own people."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from hubportal.accounts.models import User
from hubportal.mail.kinds import MailKind
from hubportal.mail.models import Email
from hubportal.mail.render import render_email
from hubportal.mail.services import Attachment, queue_email
from schools.models import HubProfile
from schools.queries import hub_profile

FOLDER = "meetings/emails"
SCHOOL_PAGES = "/my-school/"
STOP_STAFF = "It is part of your work for the hub, so there is nothing to unsubscribe from."


def mail_staff(
    reader: User | HubProfile,
    *,
    kind: MailKind,
    dedupe_key: str,
    path: str,
    context: dict[str, Any],
    check: dict[str, int],
    folder: str = FOLDER,
    attachments: Sequence[Attachment] = (),
) -> Email:
    """Queue a mail to an officer, or to the hub's own address; `path` is where its button leads, `folder` where the
    templates of the caller's app are."""
    rendered = render_email(f"{folder}/{kind.key}", staff_context(path=path) | context)
    email, _ = queue_email(
        kind=kind.key,
        dedupe_key=dedupe_key,
        to_address=reader.email if isinstance(reader, User) else reader.contact_email,
        to_name=reader.name,
        context=check,
        attachments=attachments,
        not_before=None,
        **rendered,
    )
    return email


def staff_context(*, path: str) -> dict[str, Any]:
    """What the templates of every mail to the hub's own people get; `path` is where the button leads."""
    return {"hub": hub_profile(), "action_url": settings.HUB_BASE_URL + path, "stop": STOP_STAFF}
