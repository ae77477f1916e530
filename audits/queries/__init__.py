"""Reads about frameworks and audits; each function feeds a whole page."""

from .conversation import Conversation, audits_for_conversation, conversation_of
from .frameworks import code_map, definition_of, published_definitions, published_framework
from .lists import audit_list, coordinator_name
from .ratings import agreed_ratings, changes_since, priority_codes
from .sheets import AuditSheet, RatingRow, SectionRows, audits_for_page, previous_audit, sheet_of

__all__ = [
    "AuditSheet",
    "Conversation",
    "RatingRow",
    "SectionRows",
    "agreed_ratings",
    "audit_list",
    "audits_for_conversation",
    "audits_for_page",
    "changes_since",
    "code_map",
    "conversation_of",
    "coordinator_name",
    "definition_of",
    "previous_audit",
    "priority_codes",
    "published_definitions",
    "published_framework",
    "sheet_of",
]
