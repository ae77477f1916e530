"""The officers' telephone list: sheets that the reminder did not bring back either, and whom to ask for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery

from audits.models import Priority
from awards.models import Reflection, ReflectionCall
from awards.queries.people import REFLECTION_ROLES, reflection_recipient
from awards.queries.school_weeks import patience
from hubportal.accounts.models import User
from hubportal.mail.models import EmailStatus
from schools.models import Area, Contact, School

NEVER_WENT = (EmailStatus.CANCELLED, EmailStatus.FAILED)


@dataclass(frozen=True)
class CallFilters:
    """Which schools the list shows: `area` is "mine", "all", or the key of an area."""

    area: str = "mine"


@dataclass(frozen=True)
class SheetToRing:
    """One sheet on the list. `person` is whom to ask for (None: nobody is known; ask the school's office)."""

    sheet: Reflection
    person: Contact | None

    @property
    def school(self) -> School:
        return self.sheet.audit.meeting.school

    @property
    def priorities(self) -> list[Priority]:
        """What was asked about."""
        return list(self.sheet.audit.priorities.all())

    @property
    def calls(self) -> list[ReflectionCall]:
        """The calls so far, the latest first."""
        return list(self.sheet.calls.all())

    @property
    def sent_at(self) -> datetime | None:
        return self.sheet.sent_at  # type: ignore[attr-defined, no-any-return]

    @property
    def reminder_sent_at(self) -> datetime | None:
        return self.sheet.reminder_sent_at  # type: ignore[attr-defined, no-any-return]


def own_areas(user: User) -> list[int]:
    """The areas this person leads."""
    return list(Area.objects.filter(leader=user).order_by("pk").values_list("pk", flat=True))


def sheets_to_ring(*, user: User, filters: CallFilters, as_of: date) -> QuerySet[Reflection]:
    """Sheets to ring about, those rung about longest ago or never first.

    On the list is what was reminded of three school weeks ago and did not come back, and what nobody can be reminded
    of: because there is nobody to write to at the school, or because the reminder reached nobody. Without an area of
    their own, "mine" is everybody's.
    """
    is_over = patience(as_of=as_of)
    reachable = Contact.objects.reachable().filter(school=OuterRef("audit__meeting__school"), role__in=REFLECTION_ROLES)
    has_somebody = Exists(reachable)
    unreminded = Q(reminded_at__isnull=True) & is_over("sent_at") & ~has_somebody
    unsent = Q(queued_at__isnull=True, due_on__lte=as_of) & ~has_somebody
    lost = Q(reminder_email__status__in=NEVER_WENT) & is_over("reminded_at")
    waiting = Reflection.objects.wanted().latest_of_meeting().with_sending()
    found = waiting.filter(is_over("reminder_sent_at") | lost | unreminded | unsent)
    found = found.filter(audit__meeting__school__in=School.objects.visible_to(user))
    last_call = ReflectionCall.objects.filter(reflection=OuterRef("pk")).order_by("-at", "-pk").values("at")[:1]
    ordered = (F("last_called_at").asc(nulls_first=True), "due_on", "pk")
    return _with_all(_in_area(found, user, filters.area).annotate(last_called_at=Subquery(last_call))).order_by(
        *ordered
    )


def sheet_to_ring(*, user: User, pk: int) -> SheetToRing:
    """One sheet, whether on the list or not, with whom to ask for.

    Raises:
        Reflection.DoesNotExist: there is none, or it is not this person's to see.
    """
    visible = Reflection.objects.with_sending().filter(audit__meeting__school__in=School.objects.visible_to(user))
    return to_ring(_with_all(visible).get(pk=pk))


def to_ring(sheet: Reflection) -> SheetToRing:
    """A sheet of `sheets_to_ring` as a line of the list."""
    people = [one for one in sheet.audit.meeting.school.contacts.all() if not one.withdrawn_at]
    written_to = [mail.context.get("contact") for mail in (sheet.reminder_email, sheet.email) if mail]
    by_key = {one.pk: one for one in people}
    person = next((by_key[key] for key in written_to if key in by_key), None)
    return SheetToRing(sheet, person or reflection_recipient(people) or _first(people))


def _first(people: Iterable[Contact]) -> Contact | None:
    return next((one for one in people if one.is_confirmed), None)


def _with_all(found: QuerySet[Reflection]) -> QuerySet[Reflection]:
    return found.select_related(
        "audit__meeting__school__area", "email", "reminder_email", "closed_by"
    ).prefetch_related(
        Prefetch("audit__meeting__school__contacts", Contact.objects.filter(left_at__isnull=True)),
        Prefetch("audit__priorities", Priority.objects.select_related("criterion")),
        Prefetch("calls", ReflectionCall.objects.select_related("by")),
    )


def _in_area(found: QuerySet[Reflection], user: User, area: str) -> QuerySet[Reflection]:
    if area.isdecimal():
        return found.filter(audit__meeting__school__area=int(area))
    mine = own_areas(user) if area == "mine" else []
    return found.filter(audit__meeting__school__area__in=mine) if mine else found
