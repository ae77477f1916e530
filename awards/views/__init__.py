from .framework_effects import FrameworkEffectsView
from .public import VerifyCertificateView, VerifyView
from .reminders import LetMailFlowView, MyRemindersView, PauseMailView, SchoolRemindersView
from .school import (
    MyCertificateView,
    MyLogoView,
    MyPromiseView,
    MySchoolView,
    ReflectionThanksView,
    ReflectionView,
)
from .staff import (
    AwardDecideView,
    AwardDetailView,
    AwardListView,
    OutcomePackPreviewView,
    OutcomePackSendView,
    StaffCertificateView,
)

__all__ = [
    "AwardDecideView",
    "AwardDetailView",
    "AwardListView",
    "FrameworkEffectsView",
    "LetMailFlowView",
    "MyCertificateView",
    "MyLogoView",
    "MyPromiseView",
    "MyRemindersView",
    "MySchoolView",
    "OutcomePackPreviewView",
    "OutcomePackSendView",
    "PauseMailView",
    "ReflectionThanksView",
    "ReflectionView",
    "SchoolRemindersView",
    "StaffCertificateView",
    "VerifyCertificateView",
    "VerifyView",
]
