"""The one rule engine: from agreed ratings to the level, its reason and the smallest next step.

Pages, PDFs, e-mails and reports call `decide` or read what was stored of it; nothing works out a level twice.
"""

from .decision import Decision, decide, decide_level
from .levels import Level, level_requirements
from .listings import listing_wording
from .next_step import MOST_PRIORITIES, Change, NextStep
from .scorecard import SectionScore, percent_words
from .timing import RENEWAL_NOTICE, RENEWAL_PATIENCE, renewal_due_on, renewal_reminder_due_on, renewals_due_until

__all__ = [
    "MOST_PRIORITIES",
    "RENEWAL_NOTICE",
    "RENEWAL_PATIENCE",
    "Change",
    "Decision",
    "Level",
    "NextStep",
    "SectionScore",
    "decide",
    "decide_level",
    "level_requirements",
    "listing_wording",
    "percent_words",
    "renewal_due_on",
    "renewal_reminder_due_on",
    "renewals_due_until",
]
