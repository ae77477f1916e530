"""The three priorities, and what school and hub promised with them."""

from datetime import date
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from hubportal.accounts.models import Role
from schools.models import Contact
from support.models import Offer

from .audits import Audit
from .frameworks import Criterion

if TYPE_CHECKING:
    from hubportal.accounts.models import User

PRIORITIES_OF_A_CONVERSATION = 3


class Priority(models.Model):
    """One of the three agreed targets: action, support, who, by when."""

    audit = models.ForeignKey(Audit, on_delete=models.CASCADE, related_name="priorities")
    number = models.PositiveSmallIntegerField()
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="priorities")
    action = models.TextField(help_text="What the school will do.")
    support = models.TextField(blank=True, help_text="What the hub or a partner will do to help.")
    owner = models.CharField("who", max_length=120, help_text="Who at the school will see to it.")
    due_on = models.DateField("by when")
    good_looks_like = models.TextField(blank=True, help_text="What good looks like in 12 months.")
    offer = models.ForeignKey(
        Offer,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="priorities",
        help_text="The offer that the support is taken from.",
    )
    hub_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who at the hub sees to the support.",
    )
    hub_due_on = models.DateField("support by", null=True, blank=True)

    class Meta:
        ordering = ("number",)
        verbose_name_plural = "priorities"
        constraints = (
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=3),
                name="audits_priority_one_to_three",
            ),
            models.UniqueConstraint(fields=["audit", "number"], name="audits_priority_number_once"),
            models.UniqueConstraint(fields=["audit", "criterion"], name="audits_priority_criterion_once"),
            models.CheckConstraint(
                condition=Q(hub_due_on__isnull=True) | Q(hub_owner__isnull=False),
                name="audits_priority_hub_date_with_owner",
            ),
        )

    def __str__(self) -> str:
        return f"Priority {self.number}"

    @property
    def school_promise(self) -> "Promise | None":
        """What the school promised; None before the audit is agreed (prefetch `promises` for a list)."""
        return self._promise_of(PromiseSide.SCHOOL)

    @property
    def hub_promise(self) -> "Promise | None":
        """What the hub promised; None where there is no support."""
        return self._promise_of(PromiseSide.HUB)

    def _promise_of(self, side: str) -> "Promise | None":
        return next((promise for promise in self.promises.all() if promise.side == side), None)


class PromiseSide(models.TextChoices):
    SCHOOL = "school", "The school"
    HUB = "hub", "The hub"


class PromiseStatus(models.TextChoices):
    OPEN = "open", "Open"
    KEPT = "kept", "Kept"
    GIVEN_UP = "given_up", "Given up"


class PromiseQuerySet(models.QuerySet["Promise"]):
    def visible_to(self, user: "User") -> Self:
        """As with audits: officers and administrators see every promise, viewers none."""
        return self.all() if user.is_officer else self.none()

    def of_hub(self) -> Self:
        return self.filter(side=PromiseSide.HUB)

    def open(self) -> Self:
        return self.filter(status=PromiseStatus.OPEN)

    def without_owner(self) -> Self:
        """What the hub promised and nobody who still works with schools sees to."""
        works = Q(owner__is_active=True, owner__role__in=[Role.OFFICER, Role.ADMINISTRATOR])
        return self.of_hub().filter(Q(owner__isnull=True) | ~works)

    def late(self, *, as_of: date) -> Self:
        """Still open although the day it was promised for is over."""
        return self.filter(status=PromiseStatus.OPEN, due_on__lt=as_of)


class Promise(models.Model):
    """What one side promised with a priority. The priority is frozen; what became of it is written here."""

    priority = models.ForeignKey(Priority, on_delete=models.CASCADE, related_name="promises")
    side = models.CharField(max_length=6, choices=PromiseSide)
    due_on = models.DateField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="promises",
        help_text="Who at the hub sees to it; the school's owner is named in the priority.",
    )
    status = models.CharField(max_length=10, choices=PromiseStatus, default=PromiseStatus.OPEN)
    note = models.TextField(blank=True, help_text="What was done, or why it was given up.")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_by_contact = models.ForeignKey(Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    objects: ClassVar[PromiseQuerySet] = PromiseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("due_on", "pk")
        constraints = (
            models.UniqueConstraint(fields=["priority", "side"], name="audits_promise_side_once"),
            models.CheckConstraint(condition=Q(side__in=PromiseSide.values), name="audits_promise_side_known"),
            models.CheckConstraint(condition=Q(status__in=PromiseStatus.values), name="audits_promise_status_known"),
            models.CheckConstraint(
                condition=Q(status="open", settled_at__isnull=True) | (~Q(status="open") & Q(settled_at__isnull=False)),
                name="audits_promise_settled_with_time",
            ),
            models.CheckConstraint(
                condition=Q(settled_by__isnull=True) | Q(settled_by_contact__isnull=True),
                name="audits_promise_settled_by_one",
            ),
            models.CheckConstraint(condition=Q(side="hub") | Q(owner__isnull=True), name="audits_promise_owner_at_hub"),
            models.CheckConstraint(
                condition=~Q(status="given_up") | ~Q(note=""), name="audits_promise_given_up_with_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.side} on priority {self.priority_id}"

    @property
    def is_open(self) -> bool:
        return self.status == PromiseStatus.OPEN

    @property
    def is_of_hub(self) -> bool:
        return self.side == PromiseSide.HUB
