"""The parts of a framework, as frozen dataclasses."""

from dataclasses import dataclass
from enum import StrEnum


class Rating(StrEnum):
    """What is said of one criterion. "Not discussed" is never treated as red."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    NOT_DISCUSSED = "not_discussed"
    NOT_APPLICABLE = "not_applicable"

    @property
    def label(self) -> str:
        """As people read it: "Not discussed"."""
        return self.value.replace("_", " ").capitalize()


class Essential(StrEnum):
    """The level a criterion is essential for. Lower levels' essentials matter to the higher levels too."""

    BRONZE = "bronze"
    SILVER = "silver"
    GOLD = "gold"
    NONE = "none"

    @property
    def label(self) -> str:
        """As people read it: "Bronze"."""
        return self.value.capitalize()


class PlanPart(StrEnum):
    """The part of the school music development plan (DfE template) that a criterion feeds."""

    OVERVIEW = "overview"
    CURRICULUM = "A"
    CO_CURRICULAR = "B"
    EXPERIENCES = "C"

    @property
    def label(self) -> str:
        """The heading in the plan, in plain words."""
        return {
            PlanPart.OVERVIEW: "Overview",
            PlanPart.CURRICULUM: "Part A: curriculum music",
            PlanPart.CO_CURRICULAR: "Part B: co-curricular music",
            PlanPart.EXPERIENCES: "Part C: musical experiences",
        }[self]


# The questions of the data form that a criterion may have shown beside it (`meetings.models.DATA_FORM_FIELDS`).
FIGURES = (
    "pupils",
    "classes",
    "classes_with_weekly_music",
    "minutes_a_week",
    "whole_class_pupils",
    "singing",
    "instrumental_pupils",
    "instrumental_pupil_premium",
    "ensembles",
    "ks4_pupils",
    "ks5_pupils",
    "specialist_staff",
    "partners",
    "has_published_plan",
    "anything_else",
)


@dataclass(frozen=True)
class CriterionDefinition:
    """One thing the conversation is about, with what red, amber and green look like.

    `figures` names the questions of the data form whose answers belong beside it, out of FIGURES.
    """

    code: str
    title: str
    red: str
    amber: str
    green: str
    why_it_matters: str
    sources: tuple[str, ...]
    support_red: tuple[str, ...]
    support_amber: tuple[str, ...]
    essential: Essential
    smdp_part: PlanPart
    ofsted_area: str
    allow_not_applicable: bool = False
    not_applicable_when: str = ""
    conversation_prompt: str = ""
    figures: tuple[str, ...] = ()


@dataclass(frozen=True)
class SectionDefinition:
    """One of the award's headings (Intent, Implementation, Impact) and its criteria in order."""

    code: str
    name: str
    question: str
    criteria: tuple[CriterionDefinition, ...]


@dataclass(frozen=True)
class EssentialRule:
    """What a level asks of the criteria that are essential for one level.

    `max_red` is how many may be red (None: any number), `red_must_be_priority` that each one still red is
    an agreed priority, `must_be_green` that all are green or not applicable (`max_red` is then 0).
    """

    essential: Essential
    max_red: int | None = None
    red_must_be_priority: bool = False
    must_be_green: bool = False


@dataclass(frozen=True)
class LevelRule:
    """All that one award level asks: percentages from 0 to 100 inclusive, and its rules for essentials."""

    level: str
    overall: int
    section: int | None
    essentials: tuple[EssentialRule, ...]

    def for_essential(self, essential: Essential) -> EssentialRule:
        """The rule for the criteria essential for that level; criteria essential for none have no limit."""
        return next(
            (rule for rule in self.essentials if rule.essential == essential),
            EssentialRule(essential=essential),
        )


@dataclass(frozen=True)
class AwardRules:
    """How agreed ratings become a level: where the rule comes from, how it works in words, and each level."""

    status: str
    explanation: tuple[str, ...]
    levels: tuple[LevelRule, ...]


@dataclass(frozen=True)
class Source:
    """A public document that criteria rest on, with the short code they name it by."""

    code: str
    title: str


@dataclass(frozen=True)
class MappedCode:
    """Where the meaning of one criterion of the version before went: it goes on, it was split, or it is gone.

    `into` has one code when it goes on as that criterion, several when it was split into them, none when it is gone.
    """

    old: str
    into: tuple[str, ...]


@dataclass(frozen=True)
class FrameworkDefinition:
    """A whole framework as published: one phase, one version.

    `replaces` is the version before it, empty when it does not say; `mapping` has only those of that version's
    criteria that do not simply keep their meaning under the same code (`audits.rules.mapping`).
    """

    id: str
    version: str
    phase: str
    title: str
    applies_to: tuple[str, ...]
    note: str
    sections: tuple[SectionDefinition, ...]
    scoring: AwardRules
    sources: tuple[Source, ...]
    replaces: str = ""
    mapping: tuple[MappedCode, ...] = ()

    @property
    def criteria(self) -> tuple[CriterionDefinition, ...]:
        """Every criterion, in the order of the conversation."""
        return tuple(criterion for section in self.sections for criterion in section.criteria)
