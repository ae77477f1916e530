"""The pages about frameworks and audits."""

from .carrying import CarryOverView
from .changes import AuditChangesView
from .conversation import ConversationView, CriterionView
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
    "AuditHistoryView",
    "AuditListView",
    "AuditPrioritiesView",
    "AuditStartView",
    "AwardGuideView",
    "CarryOverView",
    "ConversationView",
    "CriterionView",
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
