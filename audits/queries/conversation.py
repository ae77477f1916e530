"""What conversation mode shows beside each criterion: figures of the data form, and when the time is up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from audits.models import Audit, AuditQuerySet, RatingValue
from audits.rules import Share, time_in_words, timetable
from meetings.models import DataForm
from meetings.queries.data_forms import QUESTIONS, answer_words
from meetings.rules import is_empty

from .sheets import AuditSheet, RatingRow, audits_for_page, sheet_of

NOT_ANSWERED = "not answered"


@dataclass(frozen=True)
class Figure:
    """What the school said in its data form, beside the criterion it belongs to."""

    question: str
    answer: str


@dataclass(frozen=True)
class Conversation:
    """The page that is filled in together: the sheet, the figures by criterion, and the time."""

    sheet: AuditSheet
    figures: Mapping[str, tuple[Figure, ...]]
    shares: tuple[Share, ...]

    @property
    def minutes(self) -> int:
        return self.shares[-1].ends

    @property
    def first_open(self) -> str:
        """The code of the first criterion not discussed yet; when all are, of the very first."""
        rows = self.sheet.missing or self.sheet.rows
        return rows[0].criterion.code

    @property
    def to_look_at_again(self) -> tuple[RatingRow, ...]:
        """At a follow-up visit: what was red or amber last time, and what nobody has rated yet."""
        if self.sheet.audit.follows_id is None:
            return ()
        open_ratings = (RatingValue.RED, RatingValue.AMBER)
        return tuple(row for row in self.sheet.rows if row.previous in open_ratings or not row.is_discussed)

    @property
    def changed(self) -> tuple[RatingRow, ...]:
        """At a follow-up visit: what is agreed now and was agreed differently last time."""
        if self.sheet.audit.follows_id is None:
            return ()
        return tuple(row for row in self.sheet.rows if row.is_discussed and row.rating.agreed != row.previous)

    @property
    def parked(self) -> tuple[RatingRow, ...]:
        """The criteria that are put aside as possible priorities."""
        return tuple(row for row in self.sheet.rows if row.rating.is_parked)

    def time_in_words(self, now: datetime) -> str:
        """The hint about the time as the page opens; nothing before the meeting and long after it."""
        elapsed = int((now - self.sheet.audit.meeting.starts_at).total_seconds() // 60)
        return time_in_words(self.shares, elapsed=elapsed) if elapsed < 2 * self.minutes else ""


def audits_for_conversation() -> AuditQuerySet:
    """Audits with what conversation mode needs beside the ratings."""
    return audits_for_page().select_related("meeting__data_form", "carried_from__framework", "follows__meeting")


def conversation_of(audit: Audit) -> Conversation:
    """The content of conversation mode; the audit comes from `audits_for_conversation`."""
    sheet = sheet_of(audit)
    meeting = audit.meeting
    form = getattr(meeting, "data_form", None)
    minutes = int((meeting.ends_at - meeting.starts_at).total_seconds() // 60)
    return Conversation(
        sheet=sheet,
        figures={row.criterion.code: _figures(form, row.criterion.figures) for row in sheet.rows},
        shares=timetable(minutes=minutes, sections=[(section.title, len(section.rows)) for section in sheet.sections]),
    )


def _figures(form: DataForm | None, names: Sequence[str]) -> tuple[Figure, ...]:
    if form is None or form.saved_at is None:
        return tuple(Figure(QUESTIONS[name], NOT_ANSWERED) for name in names)
    return tuple(Figure(QUESTIONS[name], _in_words(getattr(form, name))) for name in names)


def _in_words(value: object) -> str:
    return NOT_ANSWERED if is_empty(value) else answer_words(value)
