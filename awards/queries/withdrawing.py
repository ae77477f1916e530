"""Before an award is withdrawn: whom the school would hear it from us by, and which mails about it still wait."""

from django.db.models import Q, QuerySet

from awards.models import Award, OutcomePack
from awards.queries.people import outcome_recipients
from hubportal.mail.models import Email, EmailStatus
from schools.models import Contact


def contacts_to_tell(award: Award) -> list[Contact]:
    """Those who get the outcome pack today; nobody where the school never heard of the award."""
    is_known = OutcomePack.objects.filter(award=award).exists()
    return outcome_recipients(award.school) if is_known else []


def mails_that_wait(award: Award) -> QuerySet[Email]:
    """The mails about this award that are queued or held: outcome pack and corrections, reflection sheets, invitation
    to renew, and the reminders of them."""
    about = (
        Q(context__award=award.pk)
        | Q(reflection__audit=award.audit_id)
        | Q(reflection_reminder__audit=award.audit_id)
        | Q(renewal__award=award)
        | Q(renewal_reminder__award=award)
    )
    found = Email.objects.filter(about, status__in=(EmailStatus.QUEUED, EmailStatus.HELD))
    return Email.objects.filter(pk__in=found.values("pk"))
