from .badges import BadgeView
from .credentials import AchievementView, CredentialStatusView, CredentialView, IssuerView, KeySetView, KeyView
from .framework_effects import FrameworkEffectsView
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
from .reflections import ReflectionThanksView, ReflectionView
from .reminders import LetMailFlowView, MyRemindersView, PauseMailView, SchoolRemindersView
from .school import MyCertificateView, MyLogoView, MyPromiseView, MySchoolView
from .staff import AwardDecideView, AwardDetailView, AwardListView, StaffCertificateView

__all__ = [
    "AchievementView",
    "AwardDecideView",
    "AwardDetailView",
    "AwardListView",
    "BadgeView",
    "CredentialStatusView",
    "CredentialView",
    "FrameworkEffectsView",
    "IssuerView",
    "KeySetView",
    "KeyView",
    "LetMailFlowView",
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
    "RecommendView",
    "RecommendationListView",
    "RecommendationStepView",
    "ReflectionThanksView",
    "ReflectionView",
    "SchoolRemindersView",
    "StaffCertificateView",
    "StepBackView",
    "VerifyCertificateView",
    "VerifyView",
    "WithholdView",
]
