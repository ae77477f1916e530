"""The forms of the audit pages."""

from .changes import ChangeForm
from .listing import AuditFilterForm
from .own_view import OwnSectionForm
from .priorities import PrioritiesForm
from .sheet import NotesForm, SheetForm

__all__ = ["AuditFilterForm", "ChangeForm", "NotesForm", "OwnSectionForm", "PrioritiesForm", "SheetForm"]
