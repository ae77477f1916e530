"""The forms of the audit pages."""

from .changes import ChangeForm
from .listing import AuditFilterForm
from .own_view import OwnSectionForm
from .paper import PaperForm
from .priorities import PrioritiesForm
from .promises import GiveUpPromiseForm, KeepPromiseForm, MovePromiseForm, OwnPromiseForm, PromiseFilterForm
from .sheet import NotesForm, SheetForm

__all__ = [
    "AuditFilterForm",
    "ChangeForm",
    "GiveUpPromiseForm",
    "KeepPromiseForm",
    "MovePromiseForm",
    "NotesForm",
    "OwnPromiseForm",
    "OwnSectionForm",
    "PaperForm",
    "PrioritiesForm",
    "PromiseFilterForm",
    "SheetForm",
]
