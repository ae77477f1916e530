"""The reading page of one audit: its three views of every criterion, how far it has got, and what it came from."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from audits.models import PRIORITIES_OF_A_CONVERSATION, Audit, AuditQuerySet, Rating, RatingValue
from audits.rules.progress import Progress

from .carrying import LeftBehind, plan_between
from .sheets import AuditSheet, RatingRow, SectionRows, audits_for_page, sheet_of

WEAK = (RatingValue.RED, RatingValue.AMBER)


class Shown(StrEnum):
    """Which criteria the page shows; the address bar says it."""

    ALL = ""
    DIFFERED = "differed"
    WEAK = "weak"

    @property
    def label(self) -> str:
        return {
            Shown.ALL: "All criteria",
            Shown.DIFFERED: "Where we differed",
            Shown.WEAK: "Reds and ambers",
        }[self]

    def holds(self, rating: Rating) -> bool:
        """Whether a criterion with this rating is shown."""
        if self == Shown.DIFFERED:
            return rating.differs
        return self == Shown.ALL or rating.agreed in WEAK


@dataclass(frozen=True)
class ReadingPage:
    """Everything the reading page shows."""

    sheet: AuditSheet
    shown: Shown
    left_behind: tuple[LeftBehind, ...]

    @property
    def sections(self) -> tuple[SectionRows, ...]:
        """The sections with the criteria asked for; a section without any is left out."""
        chosen = (
            SectionRows(each.section, tuple(row for row in each.rows if self.shown.holds(row.rating)))
            for each in self.sheet.sections
        )
        return tuple(section for section in chosen if section.rows)

    @property
    def choices(self) -> list[dict[str, object]]:
        """What can be shown instead, each with the number of its criteria."""
        return [
            {
                "value": shown.value,
                "label": shown.label,
                "count": sum(shown.holds(row.rating) for row in self.sheet.rows),
                "is_current": shown == self.shown,
            }
            for shown in Shown
        ]

    @property
    def has_school(self) -> bool:
        """Whether the school has rated or said anything of its own."""
        return any(is_rated(row.rating.school) or row.rating.school_note for row in self.sheet.rows)

    @property
    def has_officer(self) -> bool:
        """Whether the officer has kept a rating of their own."""
        return any(is_rated(row.rating.officer) for row in self.sheet.rows)

    @property
    def school_sections(self) -> list[dict[str, object]]:
        """The school's own profile, as the picture of it takes it."""
        return [{"title": each.title, "counts": _counts(each.rows)} for each in self.sheet.sections]

    @property
    def progress(self) -> Progress:
        rows, audit = self.sheet.rows, self.sheet.audit
        return Progress(
            total=len(rows),
            rated=sum(row.is_discussed for row in rows),
            unexplained=sum(row.rating.differs and not row.rating.reason.strip() for row in rows),
            priorities=len(audit.priorities.all()),
            priorities_needed=PRIORITIES_OF_A_CONVERSATION if audit.needs_priorities else 0,
        )


def is_rated(value: str) -> bool:
    """Whether one of the three views says anything."""
    return value != RatingValue.NOT_DISCUSSED


def audits_to_read() -> AuditQuerySet:
    """Audits with what the reading page needs beside their ratings."""
    return (
        audits_for_page()
        .select_related("award", "carried_from__framework", "carried_to__framework", "school_done_by")
        .defer("carried_from__framework__definition", "carried_to__framework__definition")
    )


def reading_page(audit: Audit, *, shown: str = "") -> ReadingPage:
    """The reading page's content; the audit comes from `audits_to_read`. What cannot be shown shows everything."""
    is_known = shown in [each.value for each in Shown]
    return ReadingPage(sheet=sheet_of(audit), shown=Shown(shown) if is_known else Shown.ALL, left_behind=_left(audit))


def _left(audit: Audit) -> tuple[LeftBehind, ...]:
    """Of an audit that was carried over, or that another one was carried into: the answers left behind."""
    if audit.carried_from:
        return plan_between(audit.carried_from, audit.framework).left_behind
    carried_to = getattr(audit, "carried_to", None)
    return plan_between(audit, carried_to.framework).left_behind if carried_to else ()


def _counts(rows: tuple[RatingRow, ...]) -> Mapping[str, int]:
    return {value: sum(row.rating.school == value for row in rows) for value in RatingValue.values}
