"""From the data of a framework file to a checked `FrameworkDefinition`, or a list of all that is wrong."""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import yaml

from .framework import (
    FIGURES,
    AwardRules,
    CriterionDefinition,
    Essential,
    EssentialRule,
    FrameworkDefinition,
    LevelRule,
    MappedCode,
    PlanPart,
    SectionDefinition,
    Source,
)
from .reading import Entry, Problems, listed, show

PHASES = ("primary", "secondary")
LEVELS = ("bronze", "silver", "gold")
ESSENTIALS = (Essential.BRONZE, Essential.SILVER, Essential.GOLD)

# As long as the register can keep; longer text would be refused only when it is saved.
VERSION_LENGTH = 20
TITLE_LENGTH = 120
SECTION_CODE_LENGTH = 10
SECTION_NAME_LENGTH = 60
SENTENCE_LENGTH = 300
CODE_LENGTH = 20

CODE = re.compile(r"[A-Z][A-Z0-9]*(-[A-Z0-9]+)*")
NAME_IN_FILES = re.compile(r"[a-z][a-z0-9_-]*")
VERSION = re.compile(r"\d+(\.\d+)+")

# What a mapping says of a criterion that nothing stands for any more.
GONE = "none"


class FrameworkInvalid(ValueError):
    """The data is not a framework. `problems` says everything that is wrong, a sentence each."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))


def parse_framework_text(text: str) -> FrameworkDefinition:
    """Read a framework file's text (YAML).

    Raises FrameworkInvalid with every problem, also when the text is not YAML, or names the same entry twice
    (which YAML itself would let pass, silently keeping the last).
    """
    return parse_framework(load_plain(text))


def load_plain(text: str) -> Any:
    """The plain data in a YAML text. Raises FrameworkInvalid, never another exception, with one sentence."""
    try:
        # The loader is SafeLoader's own subclass: it makes plain data only.
        return yaml.load(text, Loader=_LoaderWithoutRepeats)  # noqa: S506
    except yaml.MarkedYAMLError as error:
        line = f"Line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise FrameworkInvalid([f"{line}this cannot be read as YAML: {error.problem or error.context}."]) from error
    except (
        yaml.YAMLError,
        ValueError,
        LookupError,
        AttributeError,
        TypeError,
        ArithmeticError,
        RecursionError,
    ) as error:
        # PyYAML lets such errors out when a tag does not fit its value (`!!int ""`, `!!bool maybe`).
        raise FrameworkInvalid([f"This cannot be read as YAML: {type(error).__name__}."]) from error


class _LoaderWithoutRepeats(yaml.SafeLoader):
    """Plain data only, and no entry twice in one place."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                problem = f"the entry '{key.value}' is there twice"
                raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
            seen.add(key.value if isinstance(key, yaml.ScalarNode) else key)
        return super().construct_mapping(node, deep=deep)


def parse_framework(data: object) -> FrameworkDefinition:
    """Check a framework file's data and return it as a definition.

    Raises FrameworkInvalid, never another exception, with a sentence for each thing to mend: a hub
    administrator reads them with the file open beside them.
    """
    problems = Problems()
    if not isinstance(data, Mapping):
        raise FrameworkInvalid(
            [f"This is not a framework: it must be named entries such as id, version and sections, not {show(data)}."]
        )
    entry = Entry(data, "The framework", problems)
    entry.refuse_unknown(
        (
            "id",
            "version",
            "replaces",
            "phase",
            "title",
            "applies_to",
            "note",
            "sections",
            "scoring",
            "sources",
            "mapping",
        )
    )
    sources = _sources(entry)
    framework = FrameworkDefinition(
        id=entry.text("id", pattern=NAME_IN_FILES, like="primary"),
        version=entry.text("version", VERSION_LENGTH, pattern=VERSION, like="1.0"),
        phase=entry.choice("phase", PHASES),
        title=entry.text("title", TITLE_LENGTH),
        applies_to=entry.texts("applies_to"),
        note=entry.text("note"),
        sections=_sections(entry, problems),
        scoring=_award_rules(entry, problems),
        sources=sources,
        replaces=entry.text("replaces", VERSION_LENGTH, pattern=VERSION, like="1.0", required=False),
        mapping=_mapping(entry),
    )
    _check_codes(framework, problems)
    _check_mapping(framework, problems)
    _check_sources(framework, problems)
    if problems.sentences:
        raise FrameworkInvalid(problems.sentences)
    return framework


def _sources(entry: Entry) -> tuple[Source, ...]:
    rows = entry.child("sources", called="The list of sources")
    return tuple(Source(code=name, title=rows.text(name)) for name in rows.names())


def _sections(entry: Entry, problems: Problems) -> tuple[SectionDefinition, ...]:
    sections = []
    for number, data in enumerate(entry.items("sections", "sections"), start=1):
        where = f"Section {name_of(data, 'name') or number}"
        section = Entry(data, where, problems)
        section.refuse_unknown(("code", "name", "question", "criteria"))
        criteria = tuple(
            _criterion(item, f"{where}, criterion {position}", problems)
            for position, item in enumerate(section.items("criteria", "criteria"), start=1)
        )
        if criteria and all(criterion.allow_not_applicable for criterion in criteria):
            problems.add(
                f"{where}: every criterion may be not applicable, so the section could have no score. "
                "At least one criterion must always be rated."
            )
        sections.append(
            SectionDefinition(
                code=section.text("code", SECTION_CODE_LENGTH, pattern=CODE, like="INT"),
                name=section.text("name", SECTION_NAME_LENGTH),
                question=section.text("question", SENTENCE_LENGTH),
                criteria=criteria,
            )
        )
    return tuple(sections)


def name_of(data: object, key: str) -> str:
    """What to call a part of the file in a sentence: its own name where it has a usable one."""
    name = data.get(key) if isinstance(data, Mapping) else None
    return name if isinstance(name, str) and name.isprintable() and len(name) <= SECTION_NAME_LENGTH else ""


def _criterion(data: object, fallback: str, problems: Problems) -> CriterionDefinition:
    code = name_of(data, "code")
    entry = Entry(data, f"Criterion {code}" if code else fallback, problems)
    entry.refuse_unknown(
        ("code", "title", "descriptors", "why_it_matters", "sources", "support", "essential", "smdp_part",
         "ofsted_area", "allow_not_applicable", "not_applicable_when", "conversation_prompt", "figures")
    )  # fmt: skip
    descriptors = entry.child("descriptors", called=entry.where, missing_is_empty=True)
    descriptors.refuse_unknown(("red", "amber", "green"))
    support = entry.child("support", called=entry.where)
    support.refuse_unknown(("red", "amber"))
    allowed = entry.flag("allow_not_applicable")
    if allowed and "not_applicable_when" not in entry:
        problems.add(f"{entry.where} may be not applicable, but not_applicable_when does not say when.")
    if not allowed and "not_applicable_when" in entry:
        problems.add(f"{entry.where} says when it is not applicable, but allow_not_applicable is not true.")
    return CriterionDefinition(
        code=entry.text("code", CODE_LENGTH, pattern=CODE, like="P-INT-03"),
        title=entry.text("title", TITLE_LENGTH),
        red=descriptors.text("red", called="red descriptor"),
        amber=descriptors.text("amber", called="amber descriptor"),
        green=descriptors.text("green", called="green descriptor"),
        why_it_matters=entry.text("why_it_matters"),
        sources=entry.texts("sources"),
        support_red=support.texts("red", called="support for red"),
        support_amber=support.texts("amber", called="support for amber"),
        essential=Essential(entry.choice("essential", tuple(Essential), default=Essential.NONE)),
        smdp_part=PlanPart(entry.choice("smdp_part", tuple(PlanPart), default=PlanPart.OVERVIEW)),
        ofsted_area=entry.text("ofsted_area", TITLE_LENGTH),
        allow_not_applicable=allowed,
        not_applicable_when=entry.text("not_applicable_when", SENTENCE_LENGTH, required=False),
        conversation_prompt=entry.text("conversation_prompt", required=False),
        figures=entry.choices("figures", FIGURES),
    )


def _award_rules(entry: Entry, problems: Problems) -> AwardRules:
    scoring = entry.child("scoring", called="The scoring")
    scoring.refuse_unknown(("status", "explanation", "machine_rule"))
    rules = scoring.child("machine_rule", called="The machine rule")
    rules.refuse_unknown(LEVELS)
    noted_before = len(problems.sentences)
    levels = tuple(_level_rule(rules, level) for level in LEVELS)
    if not rules.is_noted and len(problems.sentences) == noted_before:
        for lower, higher in pairwise(levels):
            _check_rising(lower, higher, problems)
    return AwardRules(status=scoring.text("status"), explanation=scoring.texts("explanation"), levels=levels)


def _level_rule(rules: Entry, level: str) -> LevelRule:
    rule = rules.child(level, called=f"The {level.capitalize()} rule")
    rule.refuse_unknown(("overall", "section", "max_red", "red_must_be_priority", "must_be_green"))
    max_red = rule.child("max_red", called=f"{rule.where}, max_red", missing_is_empty=True)
    max_red.refuse_unknown(ESSENTIALS)
    priority = rule.choices("red_must_be_priority", ESSENTIALS)
    green = rule.choices("must_be_green", ESSENTIALS)
    essentials = []
    for essential in ESSENTIALS:
        limit = max_red.whole_number(essential, most=None, required=False)
        if essential in green:
            limit = 0
        essentials.append(
            EssentialRule(
                essential=essential,
                max_red=limit,
                red_must_be_priority=essential in priority,
                must_be_green=essential in green,
            )
        )
    return LevelRule(
        level=level,
        overall=rule.whole_number("overall", most=100) or 0,
        section=rule.whole_number("section", most=100, required=False),
        essentials=tuple(essentials),
    )


def _check_rising(lower: LevelRule, higher: LevelRule, problems: Problems) -> None:
    """Whoever meets a level must meet every lower one: otherwise "the highest level met" would mislead."""
    names = (higher.level.capitalize(), lower.level.capitalize())
    if higher.overall <= lower.overall:
        problems.add(
            f"{names[0]}'s overall threshold ({higher.overall}) must be higher than {names[1]}'s ({lower.overall})."
        )
    if (higher.section or 0) < (lower.section or 0):
        problems.add(
            f"{names[0]}'s section threshold ({higher.section or 0}) must not be lower than "
            f"{names[1]}'s ({lower.section})."
        )
    for below, above in zip(lower.essentials, higher.essentials, strict=True):
        is_looser = (
            (below.max_red is not None and (above.max_red is None or above.max_red > below.max_red))
            or (below.red_must_be_priority and not above.red_must_be_priority and above.max_red != 0)
            or (below.must_be_green and not above.must_be_green)
        )
        if is_looser:
            problems.add(
                f"The {names[0]} rule asks less of the {below.essential.label} essentials than the {names[1]} rule; "
                "it must ask at least as much."
            )


def _mapping(entry: Entry) -> tuple[MappedCode, ...]:
    """Under each old code its new one, a list of several (it was split), or the word none (it is gone)."""
    rows = entry.child("mapping", called="The mapping", missing_is_empty=True)
    mapped = []
    for old in rows.names():
        if not CODE.fullmatch(old):
            entry.problems.add(f"The mapping: the name {show(old)} must look like P-INT-03.")
        if isinstance(rows.data[old], list | tuple):
            into = rows.texts(old)
            if len(into) == 1:
                entry.problems.add(
                    f"The mapping: {old} is split into one criterion only; write its code without a list."
                )
        else:
            code = rows.text(old)
            into = () if code.lower() == GONE else (code,)
        mapped.append(MappedCode(old=old, into=into))
    return tuple(mapped)


def _check_mapping(framework: FrameworkDefinition, problems: Problems) -> None:
    """Each criterion takes the answers of at most one: two that became one were answered apart, so neither stands."""
    if framework.mapping and not framework.replaces:
        problems.add("The framework has a mapping, but replaces does not say from which version.")
    codes = {criterion.code for criterion in framework.criteria}
    for mapped in framework.mapping:
        for code in mapped.into:
            if code and code not in codes:
                problems.add(
                    f"The mapping: {mapped.old} goes to {show(code)}, which is not a criterion of this framework. "
                    f"Write the word {GONE} if it is gone."
                )
        for code, count in Counter(mapped.into).items():
            if code and count > 1:
                problems.add(f"The mapping: {mapped.old} is split into {code} {count} times; once is enough.")
    takers = Counter(mapped.into[0] for mapped in framework.mapping if len(mapped.into) == 1)
    for code, count in takers.items():
        if code and count > 1:
            olds = [mapped.old for mapped in framework.mapping if mapped.into == (code,)]
            problems.add(
                f"The mapping: {listed(olds, 'and')} cannot all go to {code}; a criterion takes the answers of one. "
                f"Keep the one that means the same, and write {GONE} for the others."
            )


def _check_codes(framework: FrameworkDefinition, problems: Problems) -> None:
    _check_no_repeats(
        [section.code for section in framework.sections],
        lambda code: f"Section code {code}",
        "sections",
        problems,
    )
    _check_no_repeats(
        [section.name for section in framework.sections],
        lambda name: f"The name {name}",
        "sections",
        problems,
    )
    _check_no_repeats(
        [criterion.code for criterion in framework.criteria],
        lambda code: f"Code {code}",
        "criteria",
        problems,
    )


def _check_no_repeats(names: Sequence[str], call: Callable[[str], str], users: str, problems: Problems) -> None:
    for name, count in Counter(names).items():
        if name and count > 1:
            problems.add(f"{call(name)} is used by {count} {users}; each needs its own.")


def _check_sources(framework: FrameworkDefinition, problems: Problems) -> None:
    known = {source.code for source in framework.sources}
    for criterion in framework.criteria:
        for code in criterion.sources:
            if code not in known:
                problems.add(
                    f"Criterion {criterion.code} names the source {show(code)}, "
                    "which is not in the framework's list of sources."
                )
