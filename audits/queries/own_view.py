"""How a school rates itself before a meeting: what it has said so far, who said it, and whether it may still change."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import F, Q
from django.utils import timezone

from audits.models import Audit, AuditChange, AuditStatus, ChangedField, Rating, RatingValue
from audits.rules import CriterionDefinition, SectionDefinition
from meetings.models import Meeting, MeetingStatus
from schools.models import Contact

from .frameworks import definition_of

SCHOOL_FIELDS = (ChangedField.SCHOOL, ChangedField.SCHOOL_NOTE)
CALLED_OFF = {
    MeetingStatus.CANCELLED: "The meeting was cancelled, so what you said for it can only be read.",
    MeetingStatus.NO_SHOW: "The day of the meeting has passed, so what you said for it can only be read.",
}
AGREED = "We have agreed the audit with you, so what you said before the meeting can only be read."
BEGUN = (
    "Our meeting has begun, so what you said before it can only be read now. Whatever you want to add, say it in the "
    "conversation."
)


@dataclass(frozen=True)
class Said:
    """Who at the school gave an answer last, and when. An empty name: somebody whom the portal knows no more."""

    name: str
    at: datetime

    @property
    def words(self) -> str:
        """As the page says it: "Alice Green, 12 November"."""
        return f"{self.name or 'a colleague'}, {timezone.localtime(self.at):%-d %B}"


@dataclass(frozen=True)
class OwnRow:
    """One criterion as the school rates it itself."""

    criterion: CriterionDefinition
    rating: Rating
    rated: Said | None
    noted: Said | None

    @property
    def is_rated(self) -> bool:
        return self.rating.school != RatingValue.NOT_DISCUSSED


@dataclass(frozen=True)
class OwnSection:
    """One step of rating oneself: a section of the audit. `number` counts from 1."""

    section: SectionDefinition
    number: int
    rows: tuple[OwnRow, ...]

    @property
    def code(self) -> str:
        return self.section.code

    @property
    def title(self) -> str:
        return self.section.name

    @property
    def rated(self) -> int:
        """How many criteria have a rating of the school, "not applicable" included."""
        return sum(row.is_rated for row in self.rows)


@dataclass(frozen=True)
class OwnView:
    """All that the pages about a school's own ratings show. Without an audit nobody has begun.

    `closed` says why nothing can be changed any more; empty while it can.
    """

    meeting: Meeting
    audit: Audit | None
    sections: tuple[OwnSection, ...]
    closed: str

    @cached_property
    def rows(self) -> tuple[OwnRow, ...]:
        return tuple(row for section in self.sections for row in section.rows)

    @property
    def rated(self) -> int:
        return sum(section.rated for section in self.sections)

    @property
    def is_empty(self) -> bool:
        """Nobody at the school has said anything yet."""
        return not any(row.is_rated or row.rating.school_note or row.rated or row.noted for row in self.rows)

    @property
    def done(self) -> Said | None:
        """Who said that the school is done, and when."""
        if self.audit is None or self.audit.school_done_at is None:
            return None
        by = self.audit.school_done_by
        return Said(by.name if by else "", self.audit.school_done_at)

    def section(self, code: str) -> OwnSection | None:
        return next((section for section in self.sections if section.code == code), None)

    def section_after(self, section: OwnSection) -> OwnSection | None:
        return next((each for each in self.sections if each.number == section.number + 1), None)


def own_view(meeting: Meeting, *, now: datetime) -> OwnView:
    """A meeting's audit as the school may see it beforehand: its own ratings and words, nothing of the hub's."""
    audit = audit_of_own_view(meeting)
    return OwnView(
        meeting=meeting,
        audit=audit,
        sections=_sections(audit) if audit else (),
        closed=why_closed(meeting, audit, now=now),
    )


def audit_of_own_view(meeting: Meeting) -> Audit | None:
    """The audit that the school rates itself in: the open one, otherwise the latest of the meeting."""
    audits = meeting.audits.select_related("framework", "school_done_by").defer("framework__definition")
    return audits.annotate(comes_first=Q(status=AuditStatus.OPEN)).order_by("-comes_first", "-pk").first()


def why_closed(meeting: Meeting, audit: Audit | None, *, now: datetime) -> str:
    """Why the school cannot change its own ratings any more, in a sentence; empty while it can."""
    if meeting.status in CALLED_OFF:
        return CALLED_OFF[MeetingStatus(meeting.status)]
    if audit and audit.status == AuditStatus.AGREED:
        return AGREED
    return BEGUN if meeting.status != MeetingStatus.BOOKED or meeting.starts_at <= now else ""


def own_changes_since(audit: Audit, *, after: int) -> list[AuditChange]:
    """What has been stored in the school's own fields since that line of the history, oldest first."""
    changes = audit.changes.filter(pk__gt=after, field__in=SCHOOL_FIELDS)
    return list(changes.select_related("criterion", "by", "by_contact").order_by("pk"))


def colleagues_of(contact: Contact) -> list[Contact]:
    """The people of the same school who may be sent a link, or could be once an officer has confirmed them.

    The same address in another role is the same person, once.
    """
    others = Contact.objects.willing().filter(school=contact.school_id).exclude(email__iexact=contact.email)
    people: dict[str, Contact] = {}
    for person in others.order_by(F("confirmed_at").asc(nulls_last=True), "role", "pk"):
        people.setdefault(person.email.lower(), person)
    return sorted(people.values(), key=lambda person: (person.role, person.name))


def _sections(audit: Audit) -> tuple[OwnSection, ...]:
    # Nothing of the hub's own comes near these pages.
    found = audit.ratings.select_related("criterion").only(
        "audit", "school", "school_note", "version", "criterion__code"
    )
    ratings = {rating.criterion.code: rating for rating in found}
    said = _who_said(audit)
    return tuple(
        OwnSection(
            section=section,
            number=number,
            rows=tuple(
                OwnRow(
                    criterion=criterion,
                    rating=ratings[criterion.code],
                    rated=said.get((criterion.code, ChangedField.SCHOOL)),
                    noted=said.get((criterion.code, ChangedField.SCHOOL_NOTE)),
                )
                for criterion in section.criteria
            ),
        )
        for number, section in enumerate(definition_of(audit.framework).sections, start=1)
    )


def _who_said(audit: Audit) -> Mapping[tuple[str, str], Said]:
    """Who changed each of the school's own fields last, by criterion and field.

    Whoever carried the audit over from an earlier version said nothing themself.
    """
    changes = audit.changes.filter(field__in=SCHOOL_FIELDS).exclude(before=F("after"))
    if audit.carried_from_id:
        changes = changes.exclude(by__isnull=False, saved_at=audit.started_at)
    rows = changes.order_by("pk").values_list("criterion__code", "field", "by_contact__name", "by__name", "saved_at")
    return {(code, field): Said(contact or staff or "", at) for code, field, contact, staff, at in rows}
