"""What the hub does with frameworks and audits."""

from .agreeing import agree_audit
from .carrying import carry_over_audit
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
from .own_view import (
    begin_own_view,
    finish_own_view,
    go_on_with_own_view,
    phases_to_choose,
    save_own_section,
    save_own_view,
    send_own_view_link,
)
from .priorities import PriorityWords, StalePriorities, save_priorities
from .promises import give_up_promise, keep_promise, move_promise, reopen_promise
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
    "begin_own_view",
    "carry_over_audit",
    "check_may_follow",
    "finish_own_view",
    "give_up_promise",
    "go_on_with_own_view",
    "keep_promise",
    "merge",
    "move_promise",
    "offered_phases",
    "phases_to_choose",
    "publish_framework",
    "reopen_promise",
    "save_own_section",
    "save_own_view",
    "save_priorities",
    "send_own_view_link",
    "start_audit",
    "stored_field",
]
