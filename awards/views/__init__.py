from .badges import BadgeView
from .batches import BatchDetailView, BatchDownloadView, BatchListView
from .corrections import CorrectCertificateView
from .credentials import AchievementView, CredentialStatusView, CredentialView, IssuerView, KeySetView, KeyView
from .designs import CertificateSampleView
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
from .packs import (
    AskSecondReaderView,
    OutcomePackPreviewView,
    OutcomePackSendView,
    PackFileView,
    PackReadingView,
    SentPackView,
)
from .progress import MyProgressView
from .public import VerifyCertificateView, VerifyFileView, VerifyView
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
from .reflection_calls import (
    ReflectionAskAgainView,
    ReflectionCallView,
    ReflectionsToCallView,
    ReflectionStopView,
    ReflectionTakeDownView,
)
from .reflections import ReflectionColleagueView, ReflectionThanksView, ReflectionView
from .register import AwardHoldersView
from .reminders import LetMailFlowView, MyRemindersView, PauseMailView, SchoolRemindersView
from .school import MyCertificateView, MyListingView, MyLogoView, MyPromiseView, MySchoolView
from .staff import AwardDetailView, AwardListView, StaffCertificateView
from .what_if import WhatIfView
from .withdrawing import WithdrawAwardView

__all__ = [
    "AchievementView",
    "AgreeToLevelView",
    "AskSecondReaderView",
    "AwardDecideView",
    "AwardDetailView",
    "AwardHoldersView",
    "AwardListView",
    "BadgeView",
    "BatchDetailView",
    "BatchDownloadView",
    "BatchListView",
    "CertificateSampleView",
    "CorrectCertificateView",
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
    "MyListingView",
    "MyLogoView",
    "MyProgressView",
    "MyPromiseView",
    "MyRecommendationBackView",
    "MyRecommendationView",
    "MyRemindersView",
    "MySchoolView",
    "OutcomePackPreviewView",
    "OutcomePackSendView",
    "PackFileView",
    "PackReadingView",
    "PauseMailView",
    "ProposeLevelView",
    "RecommendView",
    "RecommendationListView",
    "RecommendationStepView",
    "ReflectionAskAgainView",
    "ReflectionCallView",
    "ReflectionColleagueView",
    "ReflectionStopView",
    "ReflectionTakeDownView",
    "ReflectionThanksView",
    "ReflectionView",
    "ReflectionsToCallView",
    "SchoolRemindersView",
    "SentPackView",
    "StaffCertificateView",
    "StepBackView",
    "TakeLevelBackView",
    "VerifyCertificateView",
    "VerifyFileView",
    "VerifyView",
    "WhatIfView",
    "WithdrawAwardView",
    "WithholdView",
]
