"""Reads about data forms."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.text import capfirst

from meetings.models import DATA_FORM_FIELDS, DataForm, Meeting
from meetings.rules import SchoolFacts, change_in_words, doubtful_facts, has_secondary_pupils, is_empty
from schools.models import School

KEY_STAGE_FIELDS = ("ks4_pupils", "ks5_pupils")
# What was said about one meeting says nothing about the next.
NEVER_SUGGESTED = ("anything_else",)
QUESTIONS: Mapping[str, str] = {
    field.name: capfirst(str(field.verbose_name)) for field in DataForm._meta.fields if field.name in DATA_FORM_FIELDS
}


@dataclass(frozen=True)
class Suggestion:
    """An answer to propose, and where it comes from, as the page says it: "From last time, 3 May 2024"."""

    name: str
    answer: object
    source: str


@dataclass(frozen=True)
class AnswerRow:
    """One answer as staff read it, beside the one of last time. Words only: "" where there is nothing to say."""

    question: str
    answer: str
    before: str = ""
    change: str = ""
    doubt: str = ""


@dataclass(frozen=True)
class DataFormRead:
    """A data form for staff: what the school saved, nothing that was only suggested to it."""

    form: DataForm
    rows: tuple[AnswerRow, ...]
    # When the school gave the answers that these are held against; None: it is the first form.
    before_on: date | None

    @property
    def doubts(self) -> int:
        """How many answers can hardly be right."""
        return sum(bool(row.doubt) for row in self.rows)


def data_form_rows(meeting: Meeting) -> list[dict[str, str]]:
    """The answers of the meeting's data form, to read; none while nothing has been saved. Each has the `anchor` of
    the field it was typed into, so that who quotes it can lead there."""
    form = getattr(meeting, "data_form", None)
    if form is None or form.saved_at is None:
        return []
    return [
        {"key": QUESTIONS[name], "value": answer_words(getattr(form, name)), "anchor": f"id_{name}"}
        for name in _shown_questions(form)
    ]


def data_form_read(meeting: Meeting) -> DataFormRead | None:
    """The meeting's data form with what changed since last time; None while nothing has been saved."""
    form = getattr(meeting, "data_form", None)
    if form is None or form.saved_at is None:
        return None
    earlier = earlier_data_form(meeting)
    before_on = answered_on(earlier) if earlier else None
    doubts = doubtful_facts(facts_of(form, school=meeting.school))
    rows = (_answer_row(form, name, earlier=earlier, doubt=doubts.get(name, "")) for name in _shown_questions(form))
    return DataFormRead(form=form, rows=tuple(rows), before_on=before_on)


def _answer_row(form: DataForm, name: str, *, earlier: DataForm | None, doubt: str) -> AnswerRow:
    now = getattr(form, name)
    if earlier is None or name in NEVER_SUGGESTED:
        return AnswerRow(QUESTIONS[name], answer_words(now), doubt=doubt)
    before = getattr(earlier, name)
    change = change_in_words(before=before, now=now, asked_on=answered_on(earlier))
    return AnswerRow(
        QUESTIONS[name],
        answer_words(now),
        before="" if is_empty(before) else answer_words(before),
        change=change,
        doubt=doubt,
    )


def _shown_questions(form: DataForm) -> list[str]:
    asked = asked_questions(form)
    return [name for name in DATA_FORM_FIELDS if name in asked]


def asked_questions(form: DataForm) -> tuple[str, ...]:
    """The questions that this school is asked, in their order: those about Key Stages 4 and 5 only where it has such
    pupils, or has answered them already."""
    school = form.meeting.school
    asks = has_secondary_pupils(audit_offer=school.audit_offer, phase_code=school.phase_code, high_age=school.high_age)
    return tuple(
        name for name in DATA_FORM_FIELDS if asks or name not in KEY_STAGE_FIELDS or not is_empty(getattr(form, name))
    )


def questions_left_open(form: DataForm) -> int:
    """How many of the questions this school was asked it has left empty; "anything else" is none of them."""
    return sum(is_empty(getattr(form, name)) for name in asked_questions(form) if name not in NEVER_SUGGESTED)


def suggested_answers(form: DataForm) -> list[Suggestion]:
    """What to prefill where the school has not answered yet: the pupils that the national register knows, and for the
    rest the answers of its newest earlier meeting."""
    open_questions = [name for name in asked_questions(form) if not form.is_answered(name)]
    if not open_questions:
        return []
    earlier = earlier_data_form(form.meeting)
    found = [_suggestion(name, school=form.meeting.school, earlier=earlier) for name in open_questions]
    return [suggestion for suggestion in found if suggestion]


def _suggestion(name: str, *, school: School, earlier: DataForm | None) -> Suggestion | None:
    if name == "pupils" and school.pupils is not None:
        return Suggestion(name, school.pupils, "From the national register")
    if earlier is None or name in NEVER_SUGGESTED or is_empty(getattr(earlier, name)):
        return None
    on = answered_on(earlier)
    return Suggestion(name, getattr(earlier, name), f"From last time, {on.day} {on:%B %Y}")


def earlier_data_form(meeting: Meeting) -> DataForm | None:
    """What the school answered before its newest earlier meeting, even one that was called off in the end."""
    saved = DataForm.objects.filter(meeting__school=meeting.school_id, saved_at__isnull=False)
    earlier = saved.filter(meeting__period__startswith__lt=meeting.starts_at).exclude(meeting=meeting.pk)
    return earlier.order_by("-meeting__period", "-pk").first()


def answered_on(form: DataForm) -> date:
    """The day in Europe/London on which a saved form was sent or, where it was not, last saved."""
    at = form.sent_at or form.saved_at
    assert at is not None
    return timezone.localtime(at).date()


def facts_of(form: DataForm, *, school: School) -> SchoolFacts:
    """The numbers of a data form for the rules."""
    return SchoolFacts(
        pupils=form.pupils,
        classes=form.classes,
        classes_with_weekly_music=form.classes_with_weekly_music,
        minutes_a_week=form.minutes_a_week,
        whole_class_pupils=form.whole_class_pupils,
        instrumental_pupils=form.instrumental_pupils,
        instrumental_pupil_premium=form.instrumental_pupil_premium,
        ks4_pupils=form.ks4_pupils,
        ks5_pupils=form.ks5_pupils,
        pupils_in_register=school.pupils,
    )


def answer_words(value: object) -> str:
    """An answer of the data form as people read it."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return "Not answered" if is_empty(value) else str(value)
