"""What an audit says on paper: the same content for PDF and Word, blank or filled in.

What is for hub staff only (the private note, the parking lot) has no place here, so it can reach no paper.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from audits.models import PRIORITIES_OF_A_CONVERSATION, Audit, AuditStatus, Framework, Priority, Rating
from audits.rules import CriterionDefinition, Essential, FrameworkDefinition, LevelInWords, levels_in_words
from audits.rules import Rating as RatingWord

from .frameworks import definition_of

# The three views of a rating, in the order of the columns: field, and the column's heading.
VIEWS = (("school", "School"), ("officer", "Hub"), ("agreed", "Agreed"))
# What is written in by hand at the top of a blank form.
BLANK_FACTS = ("School", "Date of the meeting", "For the school", "For the hub")
HOW_TO_FILL_IN = (
    "Tick one box in each column. School is the school’s own view, Hub is the officer’s, and Agreed is what you settle "
    "together. A school that prepares by itself ticks the first column only.",
    "Leave empty what you did not discuss: it never counts as red.",
    "Notes are never required, and no other evidence is.",
    "Where School and Agreed differ, write a few words on why.",
    "Please name no pupil anywhere on this form.",
)
MEANINGS = (
    (RatingWord.RED, "Not in place yet: here we have the most to gain."),
    (RatingWord.AMBER, "In place in part."),
    (RatingWord.GREEN, "In place."),
    (RatingWord.NOT_APPLICABLE, "Does not apply to this school. Only where the form has a line for it."),
)
# A text of thousands of empty lines would be hundreds of pages, and minutes of work to set them.
LINES_AT_MOST = 60


@dataclass(frozen=True)
class PaperChoice:
    """One line of a criterion: a rating, what it looks like here, and whether each of the three views chose it."""

    rating: RatingWord
    text: str
    ticks: tuple[bool, ...]

    @property
    def is_agreed(self) -> bool:
        return self.ticks[-1]


@dataclass(frozen=True)
class PaperItem:
    """One criterion, with what was said of it; `views` are the three ratings in words, empty on a blank form."""

    criterion: CriterionDefinition
    choices: tuple[PaperChoice, ...]
    views: tuple[str, ...] = ()
    school_note: str = ""
    note: str = ""
    reason: str = ""

    @property
    def essential(self) -> str:
        """The level it is essential for, in words; empty when for none."""
        criterion = self.criterion
        return "" if criterion.essential == Essential.NONE else f"Essential for {criterion.essential.label}"

    @property
    def named_views(self) -> tuple[tuple[str, str], ...]:
        """Each of the three ratings in words, with whose it is."""
        return tuple((heading, word) for (_, heading), word in zip(VIEWS, self.views, strict=True))

    @property
    def words(self) -> tuple[tuple[str, str], ...]:
        """Everything that was written down, each text with its heading."""
        texts = (
            ("The school’s own words", self.school_note),
            ("What we saw and heard", self.note),
            ("Why the agreed rating differs from the school’s own", self.reason),
        )
        return tuple((heading, text) for heading, text in texts if text)


@dataclass(frozen=True)
class PaperSection:
    """Intent, Implementation or Impact."""

    name: str
    question: str
    items: tuple[PaperItem, ...]


@dataclass(frozen=True)
class PaperPriority:
    """One of the three priorities as pairs of heading and text; the texts are empty where it is to be written in."""

    number: int
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PaperAudit:
    """A whole audit as it is printed. Equal papers print the same, so a rendered file may be kept by its paper.

    `is_form` says that there is something to write in: a blank form, or an audit that is still open.
    """

    hub_name: str
    title: str
    subject: str
    version: str
    dated: date
    is_form: bool
    is_blank: bool
    standing: str
    facts: tuple[tuple[str, str], ...]
    sections: tuple[PaperSection, ...]
    strengths: str
    priorities: tuple[PaperPriority, ...]
    levels: tuple[LevelInWords, ...]
    explanation: tuple[str, ...]

    @property
    def full_title(self) -> str:
        """What a reader's window and a screen reader announce."""
        return f"{self.title}: {self.subject}"

    @property
    def source(self) -> str:
        """Which criteria these are; stands at the foot of each page."""
        return f"{self.title}, version {self.version}"


def blank_paper(framework: Framework, *, hub_name: str) -> PaperAudit:
    """The form of a published framework with nothing filled in."""
    definition = definition_of(framework)
    published = framework.published_at or timezone.now()
    return PaperAudit(
        subject="blank form",
        dated=timezone.localdate(published),
        is_form=True,
        is_blank=True,
        standing="",
        facts=tuple((label, "") for label in BLANK_FACTS),
        sections=_sections(definition, {}),
        strengths="",
        priorities=_priorities_to_write(),
        **_of_framework(definition, hub_name),
    )


def filled_paper(audit: Audit, *, hub_name: str, now: datetime) -> PaperAudit:
    """An audit as it stands; while it is open, with room to write in what is missing.

    The audit comes from `audits_for_page`.
    """
    definition = definition_of(audit.framework)
    ratings = {rating.criterion.code: rating for rating in audit.ratings.select_related("criterion")}
    meeting = audit.meeting
    facts = (
        ("School", f"{meeting.school.name} (URN {meeting.school.urn})"),
        ("Meeting", f"{meeting.get_kind_display()}, {_long(meeting.held_on)}"),
        ("For the hub", meeting.officer.name),
    )
    agreed = tuple(_priority(each) for each in audit.priorities.all())
    return PaperAudit(
        subject=f"{meeting.school.name}, {_long(meeting.held_on)}",
        dated=timezone.localdate(audit.agreed_at or now),
        is_form=audit.is_open,
        is_blank=False,
        standing=_standing(audit, now),
        facts=facts,
        sections=_sections(definition, ratings),
        strengths=_printable(audit.strengths),
        priorities=_priorities_to_write() if audit.is_open else agreed,
        **_of_framework(definition, hub_name),
    )


def _of_framework(definition: FrameworkDefinition, hub_name: str) -> dict[str, Any]:
    return {
        "hub_name": hub_name,
        "title": definition.title,
        "version": definition.version,
        "levels": levels_in_words(definition.scoring),
        "explanation": definition.scoring.explanation,
    }


def _sections(definition: FrameworkDefinition, ratings: Mapping[str, Rating]) -> tuple[PaperSection, ...]:
    return tuple(
        PaperSection(
            name=section.name,
            question=section.question,
            items=tuple(_item(criterion, ratings.get(criterion.code)) for criterion in section.criteria),
        )
        for section in definition.sections
    )


def _item(criterion: CriterionDefinition, rating: Rating | None) -> PaperItem:
    texts = {RatingWord.RED: criterion.red, RatingWord.AMBER: criterion.amber, RatingWord.GREEN: criterion.green}
    if criterion.allow_not_applicable:
        texts[RatingWord.NOT_APPLICABLE] = criterion.not_applicable_when
    given = [RatingWord(getattr(rating, field)) for field, _ in VIEWS] if rating else []
    return PaperItem(
        criterion=criterion,
        choices=tuple(
            PaperChoice(rating=word, text=text, ticks=tuple(word == each for each in given) or (False,) * len(VIEWS))
            for word, text in texts.items()
        ),
        views=tuple(_view_word(field, word) for (field, _), word in zip(VIEWS, given, strict=True)) if given else (),
        school_note=_printable(rating.school_note) if rating else "",
        note=_printable(rating.note) if rating else "",
        reason=_printable(rating.reason) if rating else "",
    )


def _view_word(field: str, word: RatingWord) -> str:
    """A rating in words; where the school or the hub gave none of its own, there was nothing to discuss."""
    return "Not rated" if word == RatingWord.NOT_DISCUSSED and field != "agreed" else str(word.label)


def _priority(priority: Priority) -> PaperPriority:
    offer = f"{priority.offer.title}" if priority.offer else ""
    return PaperPriority(
        number=priority.number,
        rows=_priority_rows(
            criterion=f"{priority.criterion.code} {priority.criterion.title}",
            action=priority.action,
            owner=priority.owner,
            due_on=_long(priority.due_on),
            good=priority.good_looks_like,
            support=" ".join(part for part in (priority.support, f"(Offer: {offer})" if offer else "") if part),
            hub_owner=priority.hub_owner.name if priority.hub_owner else "",
            hub_due_on=_long(priority.hub_due_on) if priority.hub_due_on else "",
        ),
    )


def _priorities_to_write() -> tuple[PaperPriority, ...]:
    names = ("criterion", "action", "owner", "due_on", "good", "support", "hub_owner", "hub_due_on")
    empty = _priority_rows(**dict.fromkeys(names, ""))
    return tuple(PaperPriority(number=number, rows=empty) for number in range(1, PRIORITIES_OF_A_CONVERSATION + 1))


def _priority_rows(
    *, criterion: str, action: str, owner: str, due_on: str, good: str, support: str, hub_owner: str, hub_due_on: str
) -> tuple[tuple[str, str], ...]:
    return (
        ("Criterion", criterion),
        ("What the school will do", action),
        ("Who at the school", owner),
        ("By when", due_on),
        ("What good looks like in 12 months", good),
        ("Support from the hub or a partner", support),
        ("Who at the hub", hub_owner),
        ("Support by", hub_due_on),
    )


def _standing(audit: Audit, now: datetime) -> str:
    if audit.agreed_at and audit.agreed_by:
        return f"Agreed on {_long(timezone.localdate(audit.agreed_at))}, for the hub by {audit.agreed_by.name}."
    if audit.status == AuditStatus.CARRIED_OVER:
        return "This audit went on with a newer version of its framework; these are its last answers under this one."
    at = timezone.localtime(now)
    return f"Not agreed yet: this is how it stood on {_long(at.date())} at {at:%H:%M}."


def _printable(text: str) -> str:
    """The text with every word; after more lines than paper has room for, the rest runs on in the last one."""
    lines = text.splitlines()
    if len(lines) <= LINES_AT_MOST:
        return text
    return "\n".join([*lines[: LINES_AT_MOST - 1], " ".join(" ".join(lines[LINES_AT_MOST - 1 :]).split())])


def _long(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
