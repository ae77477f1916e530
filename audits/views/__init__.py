"""The pages about frameworks and audits."""

from .carrying import CarryOverView
from .changes import AuditChangesView
from .conversation import ConversationView, CriterionView
from .downloads import AuditFileView, BlankAuditView, MyAuditFileView
from .drafts import (
    DraftArrangeView,
    DraftBeginView,
    DraftCompareView,
    DraftCriterionView,
    DraftDiscardView,
    DraftFactsView,
    DraftFileView,
    DraftMappingView,
    DraftPublishView,
    DraftRulesView,
    DraftSectionView,
    DraftUploadView,
    DraftView,
)
from .frameworks import FrameworkCompareView, FrameworkDetailView, FrameworkFileView, FrameworkListView
from .guide import AwardGuideView
from .history import AuditHistoryView
from .own_view import (
    OwnViewBeginView,
    OwnViewChangesView,
    OwnViewColleagueView,
    OwnViewDoneView,
    OwnViewPage,
    OwnViewSectionView,
)
from .pages import AuditComparisonView, AuditDetailView, AuditListView, AuditStartView
from .paper import AuditPaperView
from .priorities import AuditAgreeView, AuditPrioritiesView
from .promises import (
    PromiseDetailView,
    PromiseGiveUpView,
    PromiseKeepView,
    PromiseListView,
    PromiseMoveView,
    PromiseReopenView,
)
from .worker import WorkerView

__all__ = [
    "AuditAgreeView",
    "AuditChangesView",
    "AuditComparisonView",
    "AuditDetailView",
    "AuditFileView",
    "AuditHistoryView",
    "AuditListView",
    "AuditPaperView",
    "AuditPrioritiesView",
    "AuditStartView",
    "AwardGuideView",
    "BlankAuditView",
    "CarryOverView",
    "ConversationView",
    "CriterionView",
    "DraftArrangeView",
    "DraftBeginView",
    "DraftCompareView",
    "DraftCriterionView",
    "DraftDiscardView",
    "DraftFactsView",
    "DraftFileView",
    "DraftMappingView",
    "DraftPublishView",
    "DraftRulesView",
    "DraftSectionView",
    "DraftUploadView",
    "DraftView",
    "FrameworkCompareView",
    "FrameworkDetailView",
    "FrameworkFileView",
    "FrameworkListView",
    "MyAuditFileView",
    "OwnViewBeginView",
    "OwnViewChangesView",
    "OwnViewColleagueView",
    "OwnViewDoneView",
    "OwnViewPage",
    "OwnViewSectionView",
    "PromiseDetailView",
    "PromiseGiveUpView",
    "PromiseKeepView",
    "PromiseListView",
    "PromiseMoveView",
    "PromiseReopenView",
    "WorkerView",
]
