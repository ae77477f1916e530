"""What the hub does with frameworks and audits."""

from .agreeing import agree_audit
from .frameworks import check_version_is_new, publish_framework
from .priorities import PriorityWords, StalePriorities, save_priorities
from .rating import (
    NotesChange,
    RatingChange,
    SheetOutcome,
    StaleRating,
    merge,
    rate_criterion,
    save_notes,
    save_ratings,
    save_sheet,
)
from .starting import offered_phases, start_audit

__all__ = [
    "NotesChange",
    "PriorityWords",
    "RatingChange",
    "SheetOutcome",
    "StalePriorities",
    "StaleRating",
    "agree_audit",
    "check_version_is_new",
    "merge",
    "offered_phases",
    "publish_framework",
    "rate_criterion",
    "save_notes",
    "save_priorities",
    "save_ratings",
    "save_sheet",
    "start_audit",
]
