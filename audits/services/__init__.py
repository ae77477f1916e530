"""What the hub does with frameworks and audits."""

from .agreeing import agree_audit
from .changes import (
    Change,
    ChangeConflict,
    PageOutcome,
    Stored,
    apply_change,
    apply_changes,
    merge,
    stored_field,
)
from .frameworks import check_may_follow, publish_framework
from .priorities import PriorityWords, StalePriorities, save_priorities
from .starting import offered_phases, start_audit

__all__ = [
    "Change",
    "ChangeConflict",
    "PageOutcome",
    "PriorityWords",
    "StalePriorities",
    "Stored",
    "agree_audit",
    "apply_change",
    "apply_changes",
    "check_may_follow",
    "merge",
    "offered_phases",
    "publish_framework",
    "save_priorities",
    "start_audit",
    "stored_field",
]
