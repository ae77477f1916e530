"""Taking an award away again: rare, for good, and never silent."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from awards.emails.withdrawing import mail_award_withdrawn
from awards.models import Award, AwardStatus
from awards.queries.withdrawing import contacts_to_tell, mails_that_wait
from awards.rules.overriding import is_full_sentence
from hubportal.accounts.models import User
from hubportal.mail.services import cancel_emails
from schools.models import TimelineKind
from schools.timeline import record_event

LONGEST_REASON = 2000
NOBODY_TO_TELL = (
    "The school cannot be told by mail: it never heard of this award, or nobody there can be written to. Untick "
    "“Tell the school by e-mail”."
)


@transaction.atomic
def withdraw_award(
    *, award: Award, reason: str, by: User, tells_school: bool = False, now: datetime | None = None
) -> Award:
    """Withdraw an award for good. Its certificate's page says so from now on; what stands in it stays for the record.

    What waits of its mails is cancelled: outcome pack, reflection sheets, invitation and reminders; nothing of it is
    planned any more. The school is told by mail only when `tells_school`. An earlier award that this one superseded
    does not come back. Only administrators withdraw.

    Raises:
        ValidationError: by somebody else, without a reason of at least a sentence, a second time, or when nobody
            can be told who should be.
    """
    at, reason = now or timezone.now(), _checked(reason)
    if not by.is_administrator:
        raise ValidationError("Only an administrator can withdraw an award.")
    award = Award.objects.select_for_update(of=("self",), no_key=True).select_related("school").get(pk=award.pk)
    if award.status == AwardStatus.WITHDRAWN:
        raise ValidationError("This award is withdrawn already.")
    contacts = contacts_to_tell(award) if tells_school else []
    if tells_school and not contacts:
        raise ValidationError({"tells_school": NOBODY_TO_TELL})
    award.status, award.withdrawn_reason = AwardStatus.WITHDRAWN, reason
    award.withdrawn_at, award.withdrawn_by = at, by
    award.save(update_fields=["status", "withdrawn_reason", "withdrawn_at", "withdrawn_by"])
    cancelled = cancel_emails(emails=mails_that_wait(award), reason="The award was withdrawn.")
    text = f"The award {award.get_level_display()} of {award.awarded_on:%-d %B %Y} is withdrawn."
    if cancelled:
        text += f" {cancelled} e-mail{'s' if cancelled > 1 else ''} about it will not go."
    record_event(school=award.school, kind=TimelineKind.AWARD, text=f"{text} {reason}", by=by, at=at)
    for contact in contacts:
        mail_award_withdrawn(award=award, contact=contact)
    return award


def _checked(reason: str) -> str:
    reason = reason.replace("\r\n", "\n").strip()
    if not is_full_sentence(reason):
        raise ValidationError(
            {"reason": "Say in at least a sentence why the award is withdrawn. The school does not read it."}
        )
    if len(reason) > LONGEST_REASON:
        raise ValidationError(
            {"reason": f"Keep the reason to {LONGEST_REASON} characters; it has {len(reason)}. Please shorten it."}
        )
    return reason
