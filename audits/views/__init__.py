"""The pages about frameworks and audits."""

from .changes import AuditChangesView
from .conversation import ConversationView
from .guide import AwardGuideView
from .pages import AuditDetailView, AuditListView, AuditStartView
from .priorities import AuditAgreeView, AuditPrioritiesView

__all__ = [
    "AuditAgreeView",
    "AuditChangesView",
    "AuditDetailView",
    "AuditListView",
    "AuditPrioritiesView",
    "AuditStartView",
    "AwardGuideView",
    "ConversationView",
]
