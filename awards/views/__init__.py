from .badges import BadgeView
from .credentials import AchievementView, CredentialStatusView, CredentialView, IssuerView, KeySetView, KeyView
from .framework_effects import FrameworkEffectsView
from .overrides import (
    AgreeToLevelView,
    AwardDecideView,
    DeclineLevelView,
    LevelOverrideListView,
    LevelOverrideView,
    ProposeLevelView,
    TakeLevelBackView,
)
from .packs import OutcomePackPreviewView, OutcomePackSendView
from .progress import MyProgressView
from .public import VerifyCertificateView, VerifyView
from .recommendations import (
    MarkSentView,
    MyRecommendationBackView,
    MyRecommendationView,
    RecommendationListView,
    RecommendationStepView,
    RecommendView,
    StepBackView,
    WithholdView,
)
from .reflections import ReflectionColleagueView, ReflectionThanksView, ReflectionView
from .register import AwardHoldersView
from .reminders import LetMailFlowView, MyRemindersView, PauseMailView, SchoolRemindersView
from .school import MyCertificateView, MyLogoView, MyPromiseView, MySchoolView
from .staff import AwardDetailView, AwardListView, StaffCertificateView
from .withdrawing import WithdrawAwardView

__all__ = [
    "AchievementView",
    "AgreeToLevelView",
    "AwardDecideView",
    "AwardDetailView",
    "AwardHoldersView",
    "AwardListView",
    "BadgeView",
    "CredentialStatusView",
    "CredentialView",
    "DeclineLevelView",
    "FrameworkEffectsView",
    "IssuerView",
    "KeySetView",
    "KeyView",
    "LetMailFlowView",
    "LevelOverrideListView",
    "LevelOverrideView",
    "MarkSentView",
    "MyCertificateView",
    "MyLogoView",
    "MyProgressView",
    "MyPromiseView",
    "MyRecommendationBackView",
    "MyRecommendationView",
    "MyRemindersView",
    "MySchoolView",
    "OutcomePackPreviewView",
    "OutcomePackSendView",
    "PauseMailView",
    "ProposeLevelView",
    "RecommendView",
    "RecommendationListView",
    "RecommendationStepView",
    "ReflectionColleagueView",
    "ReflectionThanksView",
    "ReflectionView",
    "SchoolRemindersView",
    "StaffCertificateView",
    "StepBackView",
    "TakeLevelBackView",
    "VerifyCertificateView",
    "VerifyView",
    "WithdrawAwardView",
    "WithholdView",
]
