"""What a view behind the staff mixins may rely on."""

from collections.abc import Collection

from django.http import HttpRequest

from hubportal.accounts.models import User
from schools.models import Contact


class StaffRequest(HttpRequest):
    """A request whose user is a member of staff: the mixin has turned everybody else away."""

    user: User


def invited(attendees: Collection[Contact]) -> str:
    """What becomes of the invitations, after a booking."""
    if attendees:
        return "The invitations are on their way."
    return "Nobody from the school was ticked, so nobody there gets the invitation: please tell them."
