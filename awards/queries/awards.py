"""Awards as staff see them: one award, a list of them, a school's history."""

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from django.db.models import Case, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.utils import timezone

from audits.queries import audit_of_priorities, definition_of
from awards.models import Award, AwardStatus, Certificate, OutcomePack, Reflection, ShownStatus
from awards.queries.packs import packs_to_read
from awards.queries.priorities import PriorityText, priority_texts
from awards.queries.progress import priorities_with_notes
from awards.queries.reflections import reflections_overdue, reflections_with_nobody, with_responses
from awards.queries.renewals import awards_ended, awards_ending_soon, renewals_with_nobody
from awards.rules import percent_words, renewals_due_until
from hubportal.accounts.models import User
from schools.models import School


def _with_all_that_belongs() -> QuerySet[Award]:
    return Award.objects.select_related(
        "school__area",
        "decided_by",
        "withdrawn_by",
        "override__proposed_by",
        "override__answered_by",
        "audit__framework",
        "audit__meeting__officer",
        "outcome_pack__sent_by",
        "outcome_pack__email",
    ).prefetch_related(
        Prefetch("certificates", Certificate.objects.with_replacement()),
        Prefetch("audit__priorities", priorities_with_notes()),
    )


@dataclass(frozen=True)
class SectionResult:
    """A section's points as decided, and the percentage in words."""

    name: str
    points: int
    maximum: int

    @property
    def percent(self) -> str:
        return percent_words(Fraction(100 * self.points, self.maximum)) if self.maximum else "nothing to rate"


@dataclass(frozen=True)
class AwardPage:
    """All that the staff page about one award shows, beside the preview of its outcome pack."""

    award: Award
    status: ShownStatus
    overall: str
    sections: tuple[SectionResult, ...]
    priorities: tuple[PriorityText, ...]
    reflections: tuple[Reflection, ...]

    @property
    def pack(self) -> OutcomePack | None:
        """The outcome pack, if it has been sent."""
        return getattr(self.award, "outcome_pack", None)


def award_page(*, user: User, pk: int, today: date) -> AwardPage:
    """One award for a member of staff.

    Raises:
        Award.DoesNotExist: there is none, or it is not this person's to see.
    """
    award = _with_all_that_belongs().visible_to(user).get(pk=pk)  # type: ignore[attr-defined]
    reflections = with_responses(Reflection.objects.filter(audit=award.audit_id).select_related("closed_by"))
    return AwardPage(
        award=award,
        status=award.status_on(today),
        overall=percent_words(Fraction(award.decision["overall_percent_exact"])),
        sections=tuple(
            # In the order of the framework: the database does not keep that of the stored decision.
            SectionResult(section.name, **award.decision["sections"][section.name])
            for section in definition_of(award.audit.framework).sections
        ),
        priorities=priority_texts(audit_of_priorities(award.audit), today=today),
        reflections=tuple(reflections.order_by("month")),
    )


@dataclass(frozen=True)
class AwardFilters:
    """What the list of awards shows; the same words as in the address bar."""

    q: str = ""
    level: str = ""
    status: str = ""
    area: int | None = None
    pack: str = ""
    reflection: str = ""
    renewal: str = ""
    sort: str = "-awarded"


ORDERS = {"school": "school__name", "awarded": "awarded_on", "ends": "expires_on", "status": "shown_status"}
LEVEL_RANK = Case(
    *(When(level=level, then=Value(rank)) for rank, level in enumerate(("working_towards", "bronze", "silver", "gold")))
)


@dataclass(frozen=True)
class AwardRow:
    """One line of the list; also of the file that a spreadsheet opens."""

    award: Award
    status: ShownStatus

    @classmethod
    def of(cls, award: Award) -> "AwardRow":
        """The line for an award from `award_rows`."""
        return cls(award, ShownStatus(award.shown_status))  # type: ignore[attr-defined]

    @property
    def cells(self) -> tuple[object, ...]:
        """URN, school, area, level, status, dates, number and when the outcome pack went."""
        award = self.award
        return (
            award.school.urn,
            award.school.name,
            award.school.area.name if award.school.area else "",
            award.get_level_display(),
            self.status.label,
            award.awarded_on,
            award.ends_on or "",
            award.certificate_number or "",  # type: ignore[attr-defined]
            award.pack_sent_on or "",  # type: ignore[attr-defined]
        )


COLUMNS = ("URN", "School", "Area", "Level", "Status", "Awarded on", "Valid until", "Certificate", "Pack sent on")


def award_rows(*, user: User, filters: AwardFilters, now: datetime) -> QuerySet[Award]:
    """The awards an officer looks through, each with `shown_status`, `certificate_number` and `pack_sent_on`."""
    latest = Certificate.objects.filter(award=OuterRef("pk"), replaced_by__isnull=True)
    found = (
        Award.objects.visible_to(user)
        .with_shown_status(day=timezone.localdate(now))
        .annotate(
            certificate_number=Subquery(latest.values("number")[:1]),
            pack_sent_on=F("outcome_pack__sent_at__date"),
        )
    )
    if filters.pack == "to_read":
        found = found.filter(pk__in=packs_to_read(user).values("award"))
    return _ordered(_filtered(found, filters, now=now).select_related("school__area"), filters.sort)


def _filtered(found: QuerySet[Award], filters: AwardFilters, *, now: datetime) -> QuerySet[Award]:
    today = timezone.localdate(now)
    if filters.q:
        found = found.filter(_matches(filters.q)).distinct()
    if filters.level:
        found = found.filter(level=filters.level)
    if filters.area:
        found = found.filter(school__area_id=filters.area)
    if filters.status == "renewal":
        found = found.filter(status=AwardStatus.CURRENT, expires_on__lte=renewals_due_until(today))
    elif filters.status:
        found = found.filter(shown_status=filters.status)  # type: ignore[misc]
    if filters.pack == "unsent":
        found = found.filter(pk__in=Award.objects.to_send())
    if filters.reflection == "unanswered":
        found = found.filter(audit__in=reflections_overdue(now=now).values("audit"))
    elif filters.reflection == "nobody":
        found = found.filter(audit__in=reflections_with_nobody(as_of=today).values("audit"))
    return _for_renewal(found, filters.renewal, today=today)


def _for_renewal(found: QuerySet[Award], which: str, *, today: date) -> QuerySet[Award]:
    if which == "ending":
        return found.filter(pk__in=awards_ending_soon(today=today))
    if which == "ended":
        return found.filter(pk__in=awards_ended(today=today))
    if which == "nobody":
        return found.filter(pk__in=renewals_with_nobody(as_of=today).values("award"))
    return found


def _matches(text: str) -> Q:
    """Part of the school's name or town, its URN, or the number of a certificate."""
    matches = Q(school__name__icontains=text) | Q(school__search_text__contains=text.lower())
    if text.isdecimal():
        matches |= Q(school__urn=int(text))
    return matches | Q(certificates__number__iexact=text)


def _ordered(found: QuerySet[Award], sort: str) -> QuerySet[Award]:
    column = sort.removeprefix("-")
    if column == "level":
        found, order = found.annotate(level_rank=LEVEL_RANK), "level_rank"
    else:
        order = ORDERS.get(column, "awarded_on")
    return found.order_by(f"-{order}" if sort.startswith("-") else order, "school__name", "-pk")


def school_awards(school: School) -> list[Award]:
    """All the awards of a school, the newest first, with certificates (without the files) and priorities."""
    return list(_with_all_that_belongs().filter(school=school))


def school_reflections(school: School) -> list[Reflection]:
    """All the reflections of a school, the newest first, with what was answered."""
    found = Reflection.objects.filter(audit__meeting__school=school)
    return list(with_responses(found.select_related("audit__meeting", "email", "answered_by")))
