"""The forms of the audit pages."""

from .listing import AuditFilterForm
from .priorities import PrioritiesForm
from .sheet import NotesForm, RatingForm, SheetForm

__all__ = ["AuditFilterForm", "NotesForm", "PrioritiesForm", "RatingForm", "SheetForm"]
