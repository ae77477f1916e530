"""What the page about consistency shows: for each phase its criteria, and the officers, over some school years."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet

from audits.models import AuditStatus, Framework, FrameworkStatus, Phase, Rating
from audits.queries import definition_of
from audits.rules import FrameworkDefinition, map_forwards
from hubportal.accounts.models import User
from meetings.rules.weeks import school_year_days, school_year_name, school_year_of

from .rules import (
    STEPS,
    CriterionAgreement,
    CriterionRatings,
    OfficerLean,
    agreement_on,
    lean_in_words,
    lean_of,
    share_in_words,
    why_no_agreement,
    why_no_lean,
)

SCHOOL_YEARS = 3
CRITERION_COLUMNS = ("Phase", "Section", "Code", "Criterion", "Officers", "Ratings", "Agreement", "By chance", "Note")
OFFICER_COLUMNS = ("Officer", "Audits", "Ratings compared", "Steps above the others", "Note")


@dataclass(frozen=True)
class CriterionRow:
    """One criterion on the page."""

    phase: str
    section: str
    result: CriterionAgreement

    @property
    def agreement(self) -> str:
        """In words; empty where there are too few ratings."""
        return "" if self.result.agreement is None else share_in_words(self.result.agreement)

    @property
    def chance(self) -> str:
        return "" if self.result.chance is None else share_in_words(self.result.chance)

    @property
    def note(self) -> str:
        """Why there are no figures, or that they are worth talking about."""
        if self.result.agreement is None:
            return why_no_agreement()
        return "Worth talking about" if self.result.is_notable else ""

    @property
    def cells(self) -> tuple[object, ...]:
        """For a spreadsheet. How many ratings there are is not said below the minimum either."""
        has_figures = self.result.agreement is not None
        return (
            self.phase,
            self.section,
            self.result.code,
            self.result.title,
            self.result.officers if has_figures else "",
            self.result.ratings if has_figures else "",
            self.agreement,
            self.chance,
            self.note,
        )


@dataclass(frozen=True)
class OfficerRow:
    """One officer on the page."""

    name: str
    lean: OfficerLean

    @property
    def words(self) -> str:
        """How this officer's ratings lie; empty where there are too few."""
        return "" if self.lean.steps is None else lean_in_words(self.lean.steps)

    @property
    def note(self) -> str:
        """Why there is no figure, or that it is worth talking about."""
        if self.lean.steps is None:
            return why_no_lean(self.lean)
        return "Worth talking about" if self.lean.is_notable else ""

    @property
    def cells(self) -> tuple[object, ...]:
        """For a spreadsheet."""
        steps = "" if self.lean.steps is None else round(float(self.lean.steps), 2)
        return (self.name, self.lean.audits, self.lean.ratings, steps, self.note)


@dataclass(frozen=True)
class PhaseRows:
    """The criteria of one framework, in its order, under the codes of its newest version."""

    framework: Framework
    rows: tuple[CriterionRow, ...]


@dataclass(frozen=True)
class Consistency:
    """All that the page shows."""

    phases: tuple[PhaseRows, ...]
    officers: tuple[OfficerRow, ...]
    audits: int

    @property
    def criteria(self) -> tuple[CriterionRow, ...]:
        """The rows of every phase, for the file."""
        return tuple(row for phase in self.phases for row in phase.rows)


def years_to_choose(*, today: date) -> list[tuple[str, str]]:
    """The last three school years as choices, the newest first, and all three together."""
    newest = school_year_of(today)
    years = [(str(year), school_year_name(year)) for year in range(newest, newest - SCHOOL_YEARS, -1)]
    return [("", f"The last {SCHOOL_YEARS} school years"), *years]


def days_of(year: str, *, today: date) -> tuple[date, date]:
    """The first and the last day that count: of this school year, or of the last three where none is chosen."""
    newest = school_year_of(today)
    first, last = (int(year), int(year)) if year else (newest - SCHOOL_YEARS + 1, newest)
    return school_year_days(first)[0], school_year_days(last)[1]


def consistency(*, first: date, last: date) -> Consistency:
    """How alike officers rated, from the agreed audits of meetings between these days, in three queries.

    An officer's rating is the one that stands as the officer's in an audit of their meeting. Follow-up visits are left
    out: they begin with the ratings of the conversation before, perhaps a colleague's. Criteria that the newest version
    no longer has are left out as well.
    """
    chains = _versions_by_phase()
    counted = _counted(_ratings(first, last), chains)
    phases = tuple(_phase_rows(chain, counted) for chain in chains.values())
    criteria = [ratings for chain in chains.values() for ratings in _criteria(chain[-1], counted)]
    audits = _audits_of_officers(_ratings(first, last))
    officers = tuple(OfficerRow(name, lean_of(officer, criteria, audits=number)) for officer, name, number in audits)
    return Consistency(phases=phases, officers=officers, audits=sum(number for _, _, number in audits))


# What each officer gave each criterion, by framework phase and code of its newest version.
_Counted = dict[tuple[str, str], dict[int, dict[str, int]]]
_Chains = dict[str, list[Framework]]


def _versions_by_phase() -> _Chains:
    """Every version ever published, by phase in the order of publishing."""
    chains: _Chains = defaultdict(list)
    published = Framework.objects.exclude(status=FrameworkStatus.DRAFT)
    for framework in published.order_by("phase", "published_at", "pk"):
        chains[framework.phase].append(framework)
    return chains


def _ratings(first: date, last: date) -> QuerySet[Rating]:
    """What officers rated at conversations between these days, whose audits were agreed."""
    return Rating.objects.filter(
        audit__status=AuditStatus.AGREED,
        audit__follows=None,
        audit__meeting__period__startswith__date__range=(first, last),
        officer__in=STEPS,
    ).order_by()


def _counted(ratings: QuerySet[Rating], chains: _Chains) -> _Counted:
    newest = _codes_in_newest(chains)
    counted: _Counted = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    groups = ratings.values_list("audit__framework", "criterion__code", "audit__meeting__officer", "officer")
    for framework, code, officer, value, number in groups.annotate(Count("pk")):
        place = newest.get((framework, code))
        if place:
            counted[place][officer][value] += number
    return counted


def _codes_in_newest(chains: _Chains) -> dict[tuple[int, str], tuple[str, str]]:
    """For each version and code: the phase, and the code of the same criterion in the newest version."""
    found = {}
    for phase, chain in chains.items():
        definitions = [definition_of(framework) for framework in chain]
        for place, framework in enumerate(chain):
            for code, there in map_forwards(definitions[place:]).codes.items():
                if there:
                    found[framework.pk, code] = (phase, there)
    return found


def _criteria(framework: Framework, counted: _Counted) -> Iterable[CriterionRatings]:
    definition: FrameworkDefinition = definition_of(framework)
    return (
        CriterionRatings(criterion.code, criterion.title, counted.get((framework.phase, criterion.code), {}))
        for criterion in definition.criteria
    )


def _phase_rows(chain: list[Framework], counted: _Counted) -> PhaseRows:
    framework = chain[-1]
    sections = {
        criterion.code: section.name for section in definition_of(framework).sections for criterion in section.criteria
    }
    phase = Phase(framework.phase).label
    return PhaseRows(
        framework=framework,
        rows=tuple(
            CriterionRow(phase, sections[ratings.code], agreement_on(ratings))
            for ratings in _criteria(framework, counted)
        ),
    )


def _audits_of_officers(ratings: QuerySet[Rating]) -> list[tuple[int, str, int]]:
    """Each officer with name and number of audits that have a rating of theirs, by name."""
    numbers = dict(ratings.values_list("audit__meeting__officer").annotate(Count("audit", distinct=True)))
    names = User.objects.filter(pk__in=numbers).order_by("name", "pk").values_list("pk", "name")
    return [(officer, name, numbers[officer]) for officer, name in names]
