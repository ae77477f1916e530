"""What a framework is, how one is read from data, and what changed between two of them.

A framework is a versioned set of criteria for one phase, together with the award rules that go with it. It
is data (`audits/frameworks/*.yaml`), so a hub can try other thresholds without touching the code.
"""

from .comparing import FrameworkChange, compare_frameworks
from .framework import (
    AwardRules,
    CriterionDefinition,
    Essential,
    EssentialRule,
    FrameworkDefinition,
    LevelRule,
    PlanPart,
    Rating,
    SectionDefinition,
    Source,
)
from .parsing import FrameworkInvalid, parse_framework, parse_framework_text
from .proposals import SuggestedWords, propose_priorities, suggest_words
from .wording import LevelInWords, levels_in_words

__all__ = [
    "AwardRules",
    "CriterionDefinition",
    "Essential",
    "EssentialRule",
    "FrameworkChange",
    "FrameworkDefinition",
    "FrameworkInvalid",
    "LevelInWords",
    "LevelRule",
    "PlanPart",
    "Rating",
    "SectionDefinition",
    "Source",
    "SuggestedWords",
    "compare_frameworks",
    "levels_in_words",
    "parse_framework",
    "parse_framework_text",
    "propose_priorities",
    "suggest_words",
]
