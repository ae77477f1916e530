"""Small frameworks as plain data, for tests that need a particular shape or a particular slip."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from audits import rules

FRAMEWORKS = Path(rules.__file__).parent.parent / "frameworks"

NAMES = ("Intent", "Implementation", "Impact")
RULE_OF_THE_PROJECT: dict[str, Any] = {
    "bronze": {"overall": 40, "max_red": {"bronze": 1}, "red_must_be_priority": ["bronze"]},
    "silver": {
        "overall": 60,
        "section": 50,
        "max_red": {"bronze": 0, "silver": 1},
        "red_must_be_priority": ["silver"],
    },
    "gold": {
        "overall": 80,
        "section": 70,
        "max_red": {"bronze": 0, "silver": 0, "gold": 0},
        "must_be_green": ["bronze"],
    },
}


def criterion_data(code: str, essential: str = "none", *, may_not_apply: bool = False) -> dict[str, Any]:
    """One criterion with everything that a framework file asks for."""
    data: dict[str, Any] = {
        "code": code,
        "title": f"Title of {code}",
        "descriptors": {"red": "Not yet.", "amber": "In part.", "green": "Fully."},
        "why_it_matters": "It does.",
        "sources": ["NC13"],
        "support": {"red": ["A visit"], "amber": ["A call"]},
        "essential": essential,
        "smdp_part": "A",
        "ofsted_area": "Inclusion",
        "allow_not_applicable": may_not_apply,
    }
    if may_not_apply:
        data["not_applicable_when"] = "Infant schools"
    return data


def framework_data(
    sections: Sequence[Sequence[str]] = (("bronze", "none"), ("silver",), ("gold",)),
    *,
    rule: dict[str, Any] | None = None,
    may_not_apply: Sequence[str] = (),
) -> dict[str, Any]:
    """A framework with one section for each list of essentials (at most three); codes are A-1, A-2, B-1 and so on."""
    return {
        "id": "small",
        "version": "1.0",
        "phase": "primary",
        "title": "Small music audit",
        "applies_to": ["Primary"],
        "note": "Only for tests.",
        "sections": [
            {
                "code": letter,
                "name": name,
                "question": "How is it?",
                "criteria": [
                    criterion_data(f"{letter}-{number}", essential, may_not_apply=f"{letter}-{number}" in may_not_apply)
                    for number, essential in enumerate(essentials, start=1)
                ],
            }
            for letter, name, essentials in zip("ABC", NAMES, sections, strict=False)
        ],
        "scoring": {
            "status": "Only for tests.",
            "explanation": ["Red 0, amber 1, green 2."],
            "machine_rule": RULE_OF_THE_PROJECT if rule is None else rule,
        },
        "sources": {"NC13": "National curriculum"},
    }


def shipped(name: str) -> rules.FrameworkDefinition:
    """A framework as the project ships it."""
    return rules.parse_framework_text((FRAMEWORKS / f"{name}.yaml").read_text(encoding="utf-8"))
