"""Hub staff: who may sign in, and as what."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


class Role(models.TextChoices):
    """What a member of hub staff may do (see "Who uses it" in the product's design)."""

    ADMINISTRATOR = "administrator", "Administrator"
    OFFICER = "officer", "Officer"
    VIEWER = "viewer", "Viewer"


class UserQuerySet(models.QuerySet["User"]):
    def officers(self) -> "UserQuerySet":
        """Those who can lead an area and hold a meeting, by name."""
        return self.filter(is_active=True, role__in=[Role.OFFICER, Role.ADMINISTRATOR]).order_by("name")


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        fields.setdefault("role", Role.ADMINISTRATOR)
        fields.setdefault("name", email.partition("@")[0])
        return self.create_user(email, password, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A member of hub staff. The e-mail address is the login; there is no user name."""

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=20, choices=Role, default=Role.OFFICER)
    job_title = models.CharField(max_length=120, blank=True, help_text="For example: Area Music Leader.")
    phone = models.CharField(max_length=30, blank=True)
    is_active = models.BooleanField("may sign in", default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(Lower("email"), name="accounts_user_email_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values),
                name="accounts_user_role_known",
            ),
        )

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_administrator(self) -> bool:
        return self.is_active and self.role == Role.ADMINISTRATOR

    @property
    def is_officer(self) -> bool:
        """True for all who work with schools: officers, and administrators, who may do what officers do."""
        return self.is_active and self.role in (Role.OFFICER, Role.ADMINISTRATOR)

    # Django's admin site asks these; administrators may use it, nobody else.

    @property
    def is_staff(self) -> bool:
        return self.is_administrator

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return self.is_administrator

    def has_perms(self, perm_list: list[str], obj: object = None) -> bool:
        return self.is_administrator

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_administrator
