"""Renewal: the invitation to the next conversation, planned with the award."""

from datetime import timedelta

from awards.models import Award, Renewal

# So many days before an award ends the school is invited again.
RENEWAL_NOTICE = timedelta(days=90)


def schedule_renewal(award: Award) -> Renewal:
    """Plan the invitation that follows this award, inside the caller's transaction."""
    return Renewal.objects.create(award=award, due_on=award.expires_on - RENEWAL_NOTICE)
