"""Reads for the companion: a school's own answers, each with the page it was given on.

A school finds here what it has said itself and what the hub has sent it: no award that is not released, no note that is
for hub staff.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.urls import reverse
from django.utils import timezone

from audits.models import Audit, Promise, PromiseSide, PromiseStatus
from audits.queries import agreed_ratings, definition_of
from audits.queries.comparing import comparison_of
from audits.rules import CriterionDefinition, Rating
from audits.rules.distance import Movement, Step
from awards.models import Award, Progress, ReflectionAnswer
from meetings.models import DataForm, Meeting, MeetingStatus
from meetings.queries.data_forms import QUESTIONS as DATA_FORM_QUESTIONS
from meetings.queries.data_forms import answer_words, answered_on, asked_questions
from meetings.rules import is_empty
from schools.models import Contact, School
from schools.queries import hub_profile

from .rules import (
    EVERYBODY,
    GUIDANCE,
    IMPACT,
    LESSONS,
    MOST_OF_A_KIND,
    PLAN_PARTS,
    QUESTIONS,
    Answer,
    PlanPart,
    Question,
    Source,
    Statement,
    academic_year,
    listed,
    quoted,
    share_words,
)

SHARES = (
    ("classes_with_weekly_music", "classes", "Classes with music every week: {}."),
    ("whole_class_pupils", "pupils", "Pupils learning an instrument in whole-class lessons: {}."),
    ("instrumental_pupils", "pupils", "Pupils having lessons on an instrument or in singing: {}."),
    ("instrumental_pupil_premium", "instrumental_pupils", "Of these, pupils eligible for pupil premium: {}."),
)
# Said as a share of something else, or no answer to anybody's question by itself.
NOT_ALONE = ("pupils", "classes", "classes_with_weekly_music", "whole_class_pupils", "instrumental_pupils",
             "instrumental_pupil_premium")  # fmt: skip


@dataclass(frozen=True)
class Companion:
    """The companion of a school on a day: each question with what the school has said about it."""

    school: School
    hub_name: str
    dated: date
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class PlanSection:
    """A part of the plan's summary with what is known for it."""

    part: PlanPart
    statements: tuple[Statement, ...]


@dataclass(frozen=True)
class MusicPlan:
    """A draft of the music development plan summary: facts for its table, its parts, and what is planned."""

    school: School
    hub_name: str
    dated: date
    facts: tuple[tuple[str, str], ...]
    sections: tuple[PlanSection, ...]
    planned: tuple[Statement, ...]


class Record:
    """What a school has on record; each part is read once, when it is asked for."""

    def __init__(self, school: School) -> None:
        self.school = school

    @cached_property
    def form(self) -> DataForm | None:
        """The newest data form that was sent."""
        forms = DataForm.objects.filter(meeting__school=self.school, sent_at__isnull=False)
        return forms.select_related("meeting__school").order_by("-meeting__period").first()

    @cached_property
    def awards(self) -> list[Award]:
        """The awards the school has heard of and that were not taken back, the newest first."""
        released = Award.objects.released().filter(school=self.school, withdrawn_at__isnull=True)
        return list(released.select_related("audit__meeting", "audit__framework"))

    @cached_property
    def audit(self) -> Audit | None:
        return self.awards[0].audit if self.awards else None

    @cached_property
    def ratings(self) -> Mapping[str, Rating]:
        return agreed_ratings(self.audit) if self.audit else {}

    @cached_property
    def criteria(self) -> dict[str, CriterionDefinition]:
        if self.audit is None:
            return {}
        return {criterion.code: criterion for criterion in definition_of(self.audit.framework).criteria}

    @cached_property
    def steps(self) -> Sequence[Step]:
        """How each criterion went since the audit before, where there is one of the same phase."""
        return comparison_of(self.audit).steps if self.audit else ()

    @cached_property
    def support(self) -> list[Promise]:
        """What the hub promised with priorities of these awards and gave, the newest first."""
        kept = Promise.objects.filter(
            side=PromiseSide.HUB, status=PromiseStatus.KEPT, priority__audit__award__in=self.awards
        )
        return list(kept.select_related("priority__criterion").order_by("-settled_at"))

    @cached_property
    def progress(self) -> list[ReflectionAnswer]:
        """What the school has said of its priorities in reflection sheets, the newest first."""
        said = ReflectionAnswer.objects.filter(response__reflection__audit__meeting__school=self.school)
        return list(
            said.select_related("response__reflection", "priority__criterion").order_by(
                "-response__answered_at", "priority__number"
            )
        )

    # --- Where it comes from --------------------------------------------------------------------------------------

    def from_form(self, name: str) -> Source:
        assert self.form
        on = answered_on(self.form)
        path = f"{reverse('data_form', args=[self.form.meeting_id])}#id_{name}"
        return Source(f"Data form of {long(on)}: {DATA_FORM_QUESTIONS[name].lower()}", path)

    def from_audit(self, code: str) -> Source:
        assert self.audit
        path = reverse("my_audit_pdf", args=[self.audit.pk])
        return Source(f"Audit agreed on {long(self.audit.meeting.held_on)}, {code}", path)


def long(day: date) -> str:
    """5 November 2026."""
    return f"{day.day} {day:%B %Y}"


# --- The four questions -------------------------------------------------------------------------------------------


def inspection_companion(school: School, *, today: date) -> Companion:
    """What the school has said itself of each question that inspectors may ask about music."""
    record = Record(school)
    makers = {
        IMPACT: _impact,
        LESSONS: _figures_and_ratings,
        GUIDANCE: _figures_and_ratings,
        EVERYBODY: _figures_and_ratings,
    }
    answers = tuple(
        Answer(
            question=question,
            statements=tuple(makers[question.key](record, question)),
            gaps=_gaps(record, question.figures),
        )
        for question in QUESTIONS
    )
    return Companion(school=school, hub_name=hub_profile().name, dated=today, answers=answers)


def _figures_and_ratings(record: Record, question: Question) -> list[Statement]:
    return [*_figures(record, question.figures), *_rated(record, question.codes)]


def _impact(record: Record, question: Question) -> list[Statement]:
    """Meetings and levels, what got better, what the hub gave, what the school says it has achieved."""
    return [
        *_levels(record),
        *_better(record),
        *[
            Statement(
                f"The hub supported “{promise.priority.criterion.title}”: {quoted(promise.priority.support)}.",
                (Source("Your priorities", f"{reverse('my_school')}#priorities-title"),),
            )
            for promise in record.support[:MOST_OF_A_KIND]
            if promise.priority.support.strip()
        ],
        *_achieved(record),
        *_rated(record, question.codes),
    ]


def _levels(record: Record) -> list[Statement]:
    if not record.awards:
        return []
    newest, first = record.awards[0], record.awards[-1]
    said = f"{newest.get_level_display()} on {long(newest.awarded_on)}"
    if first.pk != newest.pk:
        said = f"{first.get_level_display()} on {long(first.awarded_on)}, {said}"
    meetings = Meeting.objects.filter(school=record.school, status=MeetingStatus.HELD).count()
    visits = f" {meetings} meetings with the hub so far." if meetings > 1 else ""
    return [Statement(f"Levels reached: {said}.{visits}", (Source("Your awards", reverse("my_school")),))]


def _better(record: Record) -> list[Statement]:
    better = [step for step in record.steps if step.movement == Movement.BETTER]
    if not better:
        return []
    titles = [f"“{record.criteria[step.code].title}”" for step in better[:MOST_OF_A_KIND]]
    more = f" and {len(better) - len(titles)} more" if len(better) > len(titles) else ""
    number = f"{len(better)} criteri{'on' if len(better) == 1 else 'a'}"
    text = f"Since the conversation before, {number} got better: {listed(titles)}{more}."
    return [Statement(text, tuple(record.from_audit(step.code) for step in better[:1]))]


def _achieved(record: Record) -> list[Statement]:
    achieved = [answer for answer in record.progress if answer.progress == Progress.ACHIEVED]
    found = []
    for answer in achieved[:MOST_OF_A_KIND]:
        sheet = answer.response.reflection
        helped = f" What helped: {quoted(answer.what_helped)}" if answer.what_helped.strip() else ""
        label = f"{sheet.month}-month reflection, {long(timezone.localdate(answer.response.answered_at))}"
        source = Source(label, reverse("reflection_form", args=[sheet.pk]))
        found.append(Statement(f"Achieved: “{answer.priority.criterion.title}”.{helped}", (source,)))
    return found


# --- Figures and ratings ----------------------------------------------------------------------------------------


def _figures(record: Record, names: Collection[str]) -> list[Statement]:
    """Shares first, then each other answer in its own words, with the question of the data form it was given to."""
    form = record.form
    if form is None:
        return []
    found = []
    for part, whole, words in SHARES:
        said = share_words(getattr(form, part), getattr(form, whole))
        if part in names and said:
            found.append(Statement(words.format(said), (record.from_form(part), record.from_form(whole))))
        elif part in names and not is_empty(getattr(form, part)):
            text = words.format(getattr(form, part))
            found.append(Statement(text, (record.from_form(part),)))
    for name in names:
        value = getattr(form, name)
        if name not in NOT_ALONE and not is_empty(value):
            answer = quoted(value) if isinstance(value, str) else answer_words(value)
            found.append(Statement(f"{DATA_FORM_QUESTIONS[name]}: {answer}", (record.from_form(name),)))
    return found


def _rated(record: Record, codes: Collection[str]) -> list[Statement]:
    """What was agreed of these criteria, as far as the school's audit has them."""
    return [
        Statement(
            f"“{record.criteria[code].title}” is {record.ratings[code].label.lower()}.", (record.from_audit(code),)
        )
        for code in codes
        if code in record.criteria and record.ratings.get(code) in (Rating.GREEN, Rating.AMBER, Rating.RED)
    ]


def _gaps(record: Record, names: Sequence[str]) -> tuple[Source, ...]:
    """The questions of the data form that would answer this one and that were left empty."""
    form = record.form
    if form is None:
        return ()
    asked = asked_questions(form)
    return tuple(record.from_form(name) for name in names if name in asked and is_empty(getattr(form, name)))


# --- The plan's summary -----------------------------------------------------------------------------------------


def music_plan(school: School, *, today: date) -> MusicPlan:
    """A draft of the summary that every school publishes, from what it has said and agreed."""
    record, hub = Record(school), hub_profile()
    lead = Contact.objects.filter(school=school).reachable().coordinators().order_by("-created_at").first()
    facts = (
        ("Academic year that this summary covers", academic_year(year=today.year, month=today.month)),
        ("Date this summary was published", ""),
        ("Date this summary will be reviewed", ""),
        ("Name of the school music lead", lead.name if lead else ""),
        ("Member of the leadership team who answers for music, if somebody else", ""),
        ("Name of the local music hub", hub.name),
        ("Other music education organisations you work with", record.form.partners if record.form else ""),
    )
    sections = tuple(
        PlanSection(part, (*_figures(record, part.figures), *_rated(record, part.codes))) for part in PLAN_PARTS
    )
    return MusicPlan(
        school=school,
        hub_name=hub.name,
        dated=today,
        facts=facts,
        sections=sections,
        planned=tuple(_planned(record)),
    )


def _planned(record: Record) -> list[Statement]:
    """What is left to do of the priorities of the newest conversation that agreed some, in the words that were agreed;
    what the school has done or given up is no plan any more."""
    source = Source("Your priorities", f"{reverse('my_school')}#priorities-title")
    for award in record.awards:
        priorities = list(award.audit.priorities.select_related("criterion"))
        if priorities:
            settled = Promise.objects.filter(side=PromiseSide.SCHOOL, priority__in=priorities).exclude(
                status=PromiseStatus.OPEN
            )
            done = set(settled.values_list("priority", flat=True))
            return [
                Statement(f"{one.criterion.title}: {one.action} By {long(one.due_on)}.", (source,))
                for one in priorities
                if one.pk not in done
            ]
    return []
