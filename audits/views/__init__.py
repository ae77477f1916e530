"""The pages about frameworks and audits."""

from .autosave import NotesSaveView, RatingSaveView
from .guide import AwardGuideView
from .pages import AuditDetailView, AuditListView, AuditStartView
from .priorities import AuditAgreeView, AuditPrioritiesView

__all__ = [
    "AuditAgreeView",
    "AuditDetailView",
    "AuditListView",
    "AuditPrioritiesView",
    "AuditStartView",
    "AwardGuideView",
    "NotesSaveView",
    "RatingSaveView",
]
