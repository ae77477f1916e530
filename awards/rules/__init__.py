"""The one rule engine: from agreed ratings to the level, its reason and the smallest step to each higher level.

Pages, PDFs, e-mails and reports call `decide` or read what was stored of it; nothing works out a level twice.
"""

from .advice import NextStep, StepWords
from .alternatives import MOST_OTHERS, Choice, Limit
from .decision import Decision, LevelRange, decide, decide_level, decide_range
from .levels import Level, level_requirements
from .listings import listing_wording
from .next_step import MOST_PRIORITIES, Change
from .scorecard import SectionScore, percent_words
from .timing import RENEWAL_NOTICE, RENEWAL_PATIENCE, renewal_due_on, renewal_reminder_due_on, renewals_due_until

__all__ = [
    "MOST_OTHERS",
    "MOST_PRIORITIES",
    "RENEWAL_NOTICE",
    "RENEWAL_PATIENCE",
    "Change",
    "Choice",
    "Decision",
    "Level",
    "LevelRange",
    "Limit",
    "NextStep",
    "SectionScore",
    "StepWords",
    "decide",
    "decide_level",
    "decide_range",
    "level_requirements",
    "listing_wording",
    "percent_words",
    "renewal_due_on",
    "renewal_reminder_due_on",
    "renewals_due_until",
]
