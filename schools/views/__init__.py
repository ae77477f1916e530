"""The pages of the schools app."""

from schools.views.answers import (
    DealtWithView,
    IncomingListView,
    IncomingView,
    MusicLeadsView,
    WithdrawForSenderView,
)
from schools.views.contacts import (
    AddressWorksView,
    ConfirmContactView,
    HandOverView,
    LetContactGoView,
    LetMailGoAgainView,
    NewContactView,
    SchoolContactsView,
    SendLinkView,
)
from schools.views.engagement import EngagementView, TakePartAgainView
from schools.views.hub import (
    HubLogoView,
    HubPictureFileView,
    HubPictureView,
    HubProfileView,
    RemoveHubPictureView,
)
from schools.views.links import (
    LeaveSchoolView,
    LinkAskedView,
    LinkNeededView,
    PersonalLinkView,
    SwitchSchoolView,
    WithdrawView,
)
from schools.views.my_people import LeftSchoolView, StillMeView, StillYouView
from schools.views.personal_data import AskErasureView, ContactDataView, EraseContactView, ErasureListView, MyDataView
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
    "AddressWorksView",
    "AreaCreateView",
    "AreaEditView",
    "AreaLeadersView",
    "AreaListView",
    "AskErasureView",
    "AssignAreasView",
    "AuditOfferView",
    "ConfirmContactView",
    "ContactDataView",
    "DealtWithView",
    "EngagementView",
    "EraseContactView",
    "ErasureListView",
    "HandOverView",
    "HubLogoView",
    "HubPictureFileView",
    "HubPictureView",
    "HubProfileView",
    "IncomingListView",
    "IncomingView",
    "LeaveSchoolView",
    "LeftSchoolView",
    "LetContactGoView",
    "LetMailGoAgainView",
    "LinkAskedView",
    "LinkNeededView",
    "MusicLeadsView",
    "MyDataView",
    "NewContactView",
    "PersonalLinkView",
    "RemoveHubPictureView",
    "SchoolAreaView",
    "SchoolContactsView",
    "SchoolListView",
    "SchoolSearchView",
    "SendLinkView",
    "StillMeView",
    "StillYouView",
    "SwitchSchoolView",
    "TakePartAgainView",
    "WithdrawForSenderView",
    "WithdrawView",
]
