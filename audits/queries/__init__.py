"""Reads about frameworks and audits; each function feeds a whole page."""

from .carrying import CarryingPlan, carrying_plan
from .conversation import Conversation, Figure, audits_for_conversation, conversation_of
from .frameworks import code_map, definition_of, problems_of_following, published_definitions, published_framework
from .lists import audit_list, coordinator_name
from .own_view import (
    OwnRow,
    OwnSection,
    OwnView,
    audit_of_own_view,
    colleagues_of,
    own_changes_since,
    own_view,
    why_closed,
)
from .paper import PaperAudit, blank_paper, filled_paper
from .priorities import PriorityMaterial, priority_material, wish_of
from .promises import (
    PromiseFilters,
    hub_promises,
    late_promises,
    open_promises_of_school,
    owner_in_words,
    priorities_with_promises,
    promise_for,
    state_of,
)
from .ratings import agreed_ratings, audit_of_priorities, changes_since, priority_codes
from .sheets import AuditSheet, RatingRow, SectionRows, agreed_last_time, audits_for_page, previous_audit, sheet_of

__all__ = [
    "AuditSheet",
    "CarryingPlan",
    "Conversation",
    "Figure",
    "OwnRow",
    "OwnSection",
    "OwnView",
    "PaperAudit",
    "PriorityMaterial",
    "PromiseFilters",
    "RatingRow",
    "SectionRows",
    "agreed_last_time",
    "agreed_ratings",
    "audit_list",
    "audit_of_own_view",
    "audit_of_priorities",
    "audits_for_conversation",
    "audits_for_page",
    "blank_paper",
    "carrying_plan",
    "changes_since",
    "code_map",
    "colleagues_of",
    "conversation_of",
    "coordinator_name",
    "definition_of",
    "filled_paper",
    "hub_promises",
    "late_promises",
    "open_promises_of_school",
    "own_changes_since",
    "own_view",
    "owner_in_words",
    "previous_audit",
    "priorities_with_promises",
    "priority_codes",
    "priority_material",
    "problems_of_following",
    "promise_for",
    "published_definitions",
    "published_framework",
    "sheet_of",
    "state_of",
    "why_closed",
    "wish_of",
]
