"""Hub staff come by invitation and leave by losing their right to sign in; nobody is deleted."""

from django.core.exceptions import ValidationError
from django.db import transaction

from hubportal.accounts.emails import mail_invitation
from hubportal.accounts.models import User


@transaction.atomic
def invite(*, name: str, email: str, role: str, job_title: str = "", by: User) -> User:
    """Create an account without a password and mail its owner a link to choose one.

    Raises:
        ValidationError: there is an account with this address already.
    """
    if User.objects.filter(email__iexact=email).exists():
        raise ValidationError({"email": "There is already an account with this e-mail address."})
    user = User.objects.create_user(email, name=name, role=role, job_title=job_title)
    mail_invitation(user=user, invited_by=by)
    return user


@transaction.atomic
def set_active(*, user: User, is_active: bool, by: User) -> None:
    """Give or take the right to sign in. What the person wrote stays.

    Raises:
        ValidationError: an administrator tries to lock themselves out.
    """
    if user == by and not is_active:
        raise ValidationError("You cannot take away your own right to sign in. Ask another administrator.")
    user.is_active = is_active
    user.save(update_fields=["is_active"])
