"""Reads about frameworks and audits; each function feeds a whole page."""

from .conversation import Conversation, audits_for_conversation, conversation_of
from .frameworks import code_map, definition_of, published_definitions, published_framework
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
from .ratings import agreed_ratings, changes_since, priority_codes
from .sheets import AuditSheet, RatingRow, SectionRows, audits_for_page, previous_audit, sheet_of

__all__ = [
    "AuditSheet",
    "Conversation",
    "OwnRow",
    "OwnSection",
    "OwnView",
    "PaperAudit",
    "RatingRow",
    "SectionRows",
    "agreed_ratings",
    "audit_list",
    "audit_of_own_view",
    "audits_for_conversation",
    "audits_for_page",
    "blank_paper",
    "changes_since",
    "code_map",
    "colleagues_of",
    "conversation_of",
    "coordinator_name",
    "definition_of",
    "filled_paper",
    "own_changes_since",
    "own_view",
    "previous_audit",
    "priority_codes",
    "published_definitions",
    "published_framework",
    "sheet_of",
    "why_closed",
]
