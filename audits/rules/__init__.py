"""What a framework is, how one is read from data, and what changed between two of them.

A framework is a versioned set of criteria for one phase, together with the award rules that go with it. It
is data (`audits/frameworks/*.yaml`), so a hub can try other thresholds without touching the code.
"""

from .comparing import FrameworkChange, compare_frameworks
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
    Rating,
    SectionDefinition,
    Source,
)
from .mapping import CodeMap, check_mapping, map_backwards, map_forwards
from .parsing import FrameworkInvalid, parse_framework, parse_framework_text
from .promises import PromiseState, promise_state
from .proposals import Proposal, SuggestedWords, Wish, propose_priorities, suggest_words, why_proposed
from .timetable import Share, time_in_words, timetable
from .versions import check_version
from .wording import LevelInWords, levels_in_words

__all__ = [
    "FIGURES",
    "AwardRules",
    "CodeMap",
    "CriterionDefinition",
    "Essential",
    "EssentialRule",
    "FrameworkChange",
    "FrameworkDefinition",
    "FrameworkInvalid",
    "LevelInWords",
    "LevelRule",
    "MappedCode",
    "PlanPart",
    "PromiseState",
    "Proposal",
    "Rating",
    "SectionDefinition",
    "Share",
    "Source",
    "SuggestedWords",
    "Wish",
    "check_mapping",
    "check_version",
    "compare_frameworks",
    "levels_in_words",
    "map_backwards",
    "map_forwards",
    "parse_framework",
    "parse_framework_text",
    "promise_state",
    "propose_priorities",
    "suggest_words",
    "time_in_words",
    "timetable",
    "why_proposed",
]
