"""What a view behind the staff mixins may rely on."""

from django.http import HttpRequest

from hubportal.accounts.models import User


class StaffRequest(HttpRequest):
    """A request whose user is a member of staff: the mixin has turned everybody else away."""

    user: User
