"""What changed between two versions of a framework, as a hub administrator would list it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from .framework import CriterionDefinition, FrameworkDefinition, LevelRule


@dataclass(frozen=True)
class FrameworkChange:
    """One difference: what it is about, and its words before and after (None: it is new, or it is gone)."""

    subject: str
    before: str | None
    after: str | None

    @property
    def sentence(self) -> str:
        """The change as a line of a list."""
        if self.before is None:
            return f'{self.subject} is new: "{self.after}"'
        if self.after is None:
            return f'{self.subject} is gone; it was "{self.before}"'
        return f'{self.subject} changes from "{self.before}" to "{self.after}"'


def compare_frameworks(old: FrameworkDefinition, new: FrameworkDefinition) -> list[FrameworkChange]:
    """Every difference, in the order of the file; an empty list means the two are the same."""
    old_criteria = {criterion.code: criterion for criterion in old.criteria}
    new_criteria = {criterion.code: criterion for criterion in new.criteria}
    kept = old_criteria.keys() & new_criteria.keys()
    before = _facts(old, kept)
    if old.version == new.version:
        # How another version followed an earlier one is no difference between these two.
        before |= _mapping_facts(old)
    changes = _differences(before, _facts(new, kept) | _mapping_facts(new))
    for code, criterion in new_criteria.items():
        if code in kept:
            changes += _differences(_details(old_criteria[code]), _details(criterion))
    return changes


def _differences(before: Mapping[str, object], after: Mapping[str, object]) -> list[FrameworkChange]:
    subjects = [*after, *(subject for subject in before if subject not in after)]
    return [
        FrameworkChange(
            subject=subject,
            before=_in_words(before[subject]) if subject in before else None,
            after=_in_words(after[subject]) if subject in after else None,
        )
        for subject in subjects
        if subject not in before or subject not in after or before[subject] != after[subject]
    ]


def _in_words(value: object) -> str:
    if isinstance(value, tuple):
        return "; ".join(_in_words(item) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None or value == "" else str(value)


def _facts(framework: FrameworkDefinition, kept: set[str]) -> dict[str, object]:
    """Everything but the wording of the criteria. Only kept ones have an order worth comparing."""
    facts: dict[str, object] = {
        "Id": framework.id,
        "Version": framework.version,
        "Version it replaces": framework.replaces,
        "Phase": framework.phase,
        "Title": framework.title,
        "Applies to": framework.applies_to,
        "Note": framework.note,
        "Order of sections": tuple(section.code for section in framework.sections),
    }
    for section in framework.sections:
        facts[f"Section {section.code}"] = section.name
        facts[f"Section {section.code}, question"] = section.question
        facts[f"Section {section.code}, order"] = tuple(
            criterion.code for criterion in section.criteria if criterion.code in kept
        )
        for criterion in section.criteria:
            facts[f"Criterion {criterion.code}"] = f"{criterion.title} ({section.name})"
    facts["Where the award rules come from"] = framework.scoring.status
    facts["How the award works"] = framework.scoring.explanation
    for rule in framework.scoring.levels:
        facts |= _rule_facts(rule)
    return facts | {f"Source {source.code}": source.title for source in framework.sources}


def _mapping_facts(framework: FrameworkDefinition) -> dict[str, object]:
    return {
        f"Where {mapped.old} of version {framework.replaces} went": mapped.into or "nowhere, it is gone"
        for mapped in framework.mapping
    }


def _rule_facts(rule: LevelRule) -> dict[str, object]:
    level = rule.level.capitalize()
    facts: dict[str, object] = {f"{level}, overall": rule.overall, f"{level}, each section": rule.section}
    for essential in rule.essentials:
        name = f"{level}, {essential.essential.label} essentials"
        facts[f"{name} that may be red"] = "any number" if essential.max_red is None else essential.max_red
        facts[f"{name}: red ones must be priorities"] = essential.red_must_be_priority
        facts[f"{name}: must be green"] = essential.must_be_green
    return facts


def _details(criterion: CriterionDefinition) -> dict[str, object]:
    """The parts of one criterion; its code and title are compared with its section's."""
    return {
        f"Criterion {criterion.code}, {field.name.replace('_', ' ')}": getattr(criterion, field.name)
        for field in fields(criterion)
        if field.name not in {"code", "title"}
    }
