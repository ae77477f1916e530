"""Personal links for people without an account. The table itself belongs to the app that knows the person."""

import uuid
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone

from hubportal.access.rules import derive_token, hash_token, placeholder


class PersonalLinkQuerySet(models.QuerySet["PersonalLink"]):
    def usable(self, *, now: datetime) -> Self:
        """Links that still open something: neither revoked nor past their date."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=now)

    def for_token(self, token: str) -> Self:
        return self.filter(token_hash=hash_token(token))


class PersonalLink(models.Model):
    """A way in for one person: hashed, expiring, revocable. Opening it shows a page; a button lets them in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    destination = models.CharField(
        max_length=200,
        help_text="The path the link leads to, within the school's own pages.",
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager["PersonalLink"]] = PersonalLinkQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = (
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")),
                name="%(app_label)s_%(class)s_expires_after_creation",
            ),
        )

    @classmethod
    def mint(cls, *, destination: str, **owner: object) -> Self:
        """A new unsaved link with its hash and its last day set (settings.PERSONAL_LINK_DAYS from now)."""
        link = cls(destination=destination, **owner)
        link.token_hash = hash_token(derive_token(link_id=link.id, secret=settings.SECRET_KEY))
        link.expires_at = link.created_at + timedelta(days=settings.PERSONAL_LINK_DAYS)
        return link

    @property
    def mail_url(self) -> str:
        """The address to write into a mail, with a placeholder instead of the token (see `access.rules`)."""
        return f"{settings.HUB_BASE_URL}/link/{placeholder(self.id)}/"

    @property
    def mail_withdraw_url(self) -> str:
        return f"{settings.HUB_BASE_URL}/withdraw/{placeholder(self.id)}/"
