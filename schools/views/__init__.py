"""The pages of the schools app."""

from schools.views.contacts import (
    ConfirmContactView,
    LetContactGoView,
    LetMailGoAgainView,
    NewContactView,
    SendLinkView,
)
from schools.views.links import LeaveSchoolView, LinkNeededView, PersonalLinkView, WithdrawView
from schools.views.public import AreaLeadersView, SchoolSearchView
from schools.views.staff import (
    AreaCreateView,
    AreaEditView,
    AreaListView,
    AssignAreasView,
    AuditOfferView,
    SchoolAreaView,
    SchoolListView,
)

__all__ = [
    "AreaCreateView",
    "AreaEditView",
    "AreaLeadersView",
    "AreaListView",
    "AssignAreasView",
    "AuditOfferView",
    "ConfirmContactView",
    "LeaveSchoolView",
    "LetContactGoView",
    "LetMailGoAgainView",
    "LinkNeededView",
    "NewContactView",
    "PersonalLinkView",
    "SchoolAreaView",
    "SchoolListView",
    "SchoolSearchView",
    "SendLinkView",
    "WithdrawView",
]
