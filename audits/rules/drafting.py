"""A framework while it is being written: plain data in the shape of a framework file, complete or not.

It is read and replaced part by part (the facts, the award rules, the mapping, one section's words, one criterion), so
that two people who write different parts do not get in each other's way. Nothing here judges what is written:
`parse_framework` does, and `mend_places` finds the part in which each of its sentences is mended.
"""

import copy
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import yaml

from .parsing import FrameworkInvalid, load_plain, name_of
from .versions import next_version

Data = dict[str, Any]

FACTS = ("id", "version", "replaces", "phase", "title", "applies_to", "note", "sources")
SECTION_WORDS = ("code", "name", "question")
# The order in which a framework file is written; the database does not keep any.
FILE_ORDER = (
    "id", "version", "replaces", "phase", "title", "applies_to", "note", "sections", "code", "name", "question",
    "criteria", "descriptors", "red", "amber", "green", "why_it_matters", "support", "essential", "smdp_part",
    "ofsted_area", "figures", "allow_not_applicable", "not_applicable_when", "conversation_prompt", "scoring", "status",
    "explanation", "machine_rule", "bronze", "silver", "gold", "overall", "section", "max_red", "red_must_be_priority",
    "must_be_green", "sources", "mapping",
)  # fmt: skip
LINE_LENGTH = 110
# How deep lists and entries may stand in one another; a framework needs six.
DEEPEST = 20
# What the pages call the entries of a file.
CALLED = {
    "allow_not_applicable": "“may be not applicable”",
    "not_applicable_when": "“not applicable when”",
    "why_it_matters": "“why it matters”",
    "conversation_prompt": "question to begin with",
    "smdp_part": "part of the music development plan",
    "ofsted_area": "area of school inspection",
    "applies_to": "kind of school it is for",
    "red_must_be_priority": "“red ones must be priorities”",
    "must_be_green": "“all must be green”",
    "max_red": "most that may be red",
    "machine_rule": "levels",
    "replaces": "“version it replaces”",
}
NAMES = re.compile(rf"\b({'|'.join(CALLED)})\b")


class Part(StrEnum):
    """What of a draft is written on one page."""

    FACTS = "facts"
    RULES = "rules"
    MAPPING = "mapping"
    SECTION = "section"
    CRITERION = "criterion"
    WHOLE = "whole"


@dataclass(frozen=True)
class Place:
    """Where a part stands. Sections and criteria are counted from 1; 0 is one that does not exist yet."""

    part: Part
    section: int = 0
    number: int = 0


@dataclass(frozen=True)
class Mend:
    """One thing to mend in a draft, and the part in which it is mended."""

    sentence: str
    place: Place


def begin_data(published: Mapping[str, Any] | None, phase: str) -> Data:
    """What a draft begins with: the published version with the next number, or an empty framework."""
    if published is None:
        return {"id": phase, "version": "1.0", "phase": phase, "title": "", "sections": [], "sources": {}}
    data = copy.deepcopy(dict(published))
    data.pop("mapping", None)
    return data | {"version": next_version(str(data["version"])), "replaces": str(data["version"])}


def data_of_file(text: str) -> Data:
    """A framework file as a draft keeps it. What is wrong in it but has its place may be mended in the draft.

    Raises FrameworkInvalid when it cannot be kept: no YAML, no sections to show, or references that YAML would expand.
    """
    _check_size_when_read(text)
    data = load_plain(text)
    sections = data.get("sections") if isinstance(data, Mapping) else None
    if not isinstance(sections, list) or not all(_is_section(section) for section in sections):
        raise FrameworkInvalid(
            ["This is not a framework file: it needs a list of sections, each with named entries and its criteria."]
        )
    try:
        # Only what JSON knows can be kept; a date, say, becomes text.
        kept: Data = json.loads(json.dumps(data, default=str, allow_nan=False))
        json.dumps(kept, ensure_ascii=False).encode()
    except (ValueError, TypeError, RecursionError) as error:
        raise FrameworkInvalid(["This file has something in it that is neither text nor a number."]) from error
    if "\\u0000" in json.dumps(kept):
        raise FrameworkInvalid(["This file has a character in it that cannot be printed (zero)."])
    for section in kept["sections"]:
        section["criteria"] = section.get("criteria") or []
    return kept


def _check_size_when_read(text: str) -> None:
    """Refuse a small file that would become a huge one, before any of it is put together."""
    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent):
                raise FrameworkInvalid(
                    ["This file repeats parts of itself by references (* and &). Write each part out."]
                )
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                raise FrameworkInvalid(["This file has lists in lists, far more than a framework has."])
    except FrameworkInvalid:
        raise
    except (yaml.YAMLError, ValueError, OverflowError):
        return  # `load_plain` says what is wrong, and where.


def _is_section(section: object) -> bool:
    if not isinstance(section, Mapping):
        return False
    criteria = section.get("criteria") or []
    return isinstance(criteria, list) and all(isinstance(criterion, Mapping) for criterion in criteria)


def file_of_data(data: Mapping[str, Any]) -> str:
    """The text of a framework file (YAML) with this data, in the order that the project's own files have."""
    return yaml.safe_dump(
        _in_file_order(data), sort_keys=False, allow_unicode=True, width=LINE_LENGTH, default_flow_style=False
    )


def _in_file_order(value: Any) -> Any:
    if isinstance(value, Mapping):
        places = {name: place for place, name in enumerate(FILE_ORDER)}
        # Codes of sources and the mapping come in the order of the alphabet.
        names = sorted(value, key=lambda name: (places.get(name, len(places)), str(name)))
        return {name: _in_file_order(value[name]) for name in names}
    return [_in_file_order(item) for item in value] if isinstance(value, list | tuple) else value


def child(data: object, name: str) -> Data:
    """The named entries under a name; empty when there is nothing of that shape."""
    value = data.get(name) if isinstance(data, Mapping) else None
    return dict(value) if isinstance(value, Mapping) else {}


def sections_of(data: Mapping[str, Any]) -> list[Data]:
    """The sections of a draft, in order; each has its list of criteria."""
    return list(data.get("sections") or [])


def part_of(data: Mapping[str, Any], place: Place) -> Data | None:
    """What stands at that place; None when there is no such section or criterion (any more)."""
    if place.part == Part.FACTS:
        return {name: data[name] for name in FACTS if name in data}
    if place.part == Part.RULES:
        return child(data, "scoring")
    if place.part == Part.MAPPING:
        return child(data, "mapping")
    sections = sections_of(data)
    if not 1 <= place.section <= len(sections):
        return None
    section = sections[place.section - 1]
    if place.part == Part.SECTION:
        return {name: section[name] for name in SECTION_WORDS if name in section}
    criteria = section["criteria"]
    return dict(criteria[place.number - 1]) if 1 <= place.number <= len(criteria) else None


def with_part(data: Mapping[str, Any], place: Place, value: Mapping[str, Any]) -> Data:
    """The data with this part replaced; a section or criterion without a place yet comes last."""
    new, value = copy.deepcopy(dict(data)), dict(value)
    if place.part == Part.FACTS:
        return {name: entry for name, entry in new.items() if name not in FACTS} | value
    if place.part in (Part.RULES, Part.MAPPING):
        name = "scoring" if place.part == Part.RULES else "mapping"
        new.pop(name, None)
        return new | ({name: value} if value else {})
    if place.part == Part.SECTION and not place.section:
        new["sections"] = [*sections_of(new), {**value, "criteria": []}]
        return new
    section = sections_of(new)[place.section - 1]
    if place.part == Part.SECTION:
        new["sections"][place.section - 1] = {**value, "criteria": section["criteria"]}
    elif place.number:
        section["criteria"][place.number - 1] = value
    else:
        section["criteria"].append(value)
    return new


def fingerprint(part: Mapping[str, Any] | None) -> str:
    """What a page about this part shows it has seen; two parts with the same words have the same one."""
    text = json.dumps(part, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def places_like(data: Mapping[str, Any], place: Place) -> list[Place]:
    """Every place of the same kind, that one first: a section or criterion may have been moved since."""
    if place.part not in (Part.SECTION, Part.CRITERION):
        return [place]
    found = []
    for section, words in enumerate(sections_of(data), start=1):
        numbers = [0] if place.part == Part.SECTION else range(1, len(words["criteria"]) + 1)
        found += [Place(place.part, section, number) for number in numbers]
    return sorted(found, key=lambda other: other != place)


def find_seen(data: Mapping[str, Any], place: Place, seen: str) -> Place | None:
    """Where the part stands that a page has seen, unchanged; None when somebody has changed or removed it."""
    return next((each for each in places_like(data, place) if fingerprint(part_of(data, each)) == seen), None)


def find_code(data: Mapping[str, Any], place: Place, code: str) -> Place | None:
    """Where the section or criterion with that code stands, for want of an unchanged one."""
    if place.part not in (Part.SECTION, Part.CRITERION):
        return place
    return next((each for each in places_like(data, place) if (part_of(data, each) or {}).get("code") == code), None)


def moved(data: Mapping[str, Any], place: Place, by: int) -> Data:
    """The data with a section or criterion one place up (-1) or down (1); a criterion goes on into the next section."""
    new = copy.deepcopy(dict(data))
    sections = sections_of(new)
    if place.part == Part.SECTION:
        _swap(sections, place.section - 1, by)
        return new | {"sections": sections}
    criteria = sections[place.section - 1]["criteria"]
    if _swap(criteria, place.number - 1, by):
        return new | {"sections": sections}
    if 0 <= place.section - 1 + by < len(sections):
        there = sections[place.section - 1 + by]["criteria"]
        there.insert(0 if by > 0 else len(there), criteria.pop(place.number - 1))
    return new | {"sections": sections}


def _swap(items: list[Any], index: int, by: int) -> bool:
    if not 0 <= index + by < len(items):
        return False
    items[index], items[index + by] = items[index + by], items[index]
    return True


def without(data: Mapping[str, Any], place: Place) -> Data:
    """The data without that section or criterion."""
    new = copy.deepcopy(dict(data))
    if place.part == Part.SECTION:
        del new["sections"][place.section - 1]
    else:
        del new["sections"][place.section - 1]["criteria"][place.number - 1]
    return new


def mend_places(problems: Sequence[str], data: Mapping[str, Any]) -> list[Mend]:
    """Each sentence about a draft, with the part in which it is mended, and in the words of that page."""
    named = _named_places(data)
    return [
        Mend(NAMES.sub(lambda found: CALLED[found[0]], sentence), _place_of(sentence, named)) for sentence in problems
    ]


def _named_places(data: Mapping[str, Any]) -> list[tuple[str, Place]]:
    """How the sentences of `parse_framework` begin, the longest beginning first, and where they lead."""
    named = [
        ("The framework has no sections", Place(Part.WHOLE)),
        ("The framework has no scoring", Place(Part.RULES)),
        ("The framework: mapping", Place(Part.MAPPING)),
        ("The mapping", Place(Part.MAPPING)),
        ("The scoring", Place(Part.RULES)),
        ("The machine rule", Place(Part.RULES)),
        *((f"{level} ", Place(Part.RULES)) for level in ("The Bronze rule", "The Silver rule", "The Gold rule")),
        *((f"{level}'s ", Place(Part.RULES)) for level in ("Bronze", "Silver", "Gold")),
        *((f"The {level} rule", Place(Part.RULES)) for level in ("Bronze", "Silver", "Gold")),
    ]
    for number, section in enumerate(sections_of(data), start=1):
        words, here = name_of(section, "name"), Place(Part.SECTION, number)
        for beginning in (f"Section {words or number}", f"Section code {section.get('code')} ", f"The name {words} "):
            named.append((beginning, here))
        for position, criterion in enumerate(section["criteria"], start=1):
            there = Place(Part.CRITERION, number, position)
            named.append((f"Section {words or number}, criterion {position} ", there))
            named.append((f"Section {words or number}, criterion {position}:", there))
            code = name_of(criterion, "code")
            if code:
                named += [(f"{word} {code}{after}", there) for word in ("Criterion", "Code") for after in " :,"]
    return sorted(named, key=lambda each: -len(each[0]))


def _place_of(sentence: str, named: Sequence[tuple[str, Place]]) -> Place:
    return next((place for beginning, place in named if sentence.startswith(beginning)), Place(Part.FACTS))
