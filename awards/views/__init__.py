from .badges import BadgeView
from .framework_effects import FrameworkEffectsView
from .packs import OutcomePackPreviewView, OutcomePackSendView
from .public import VerifyCertificateView, VerifyView
from .reflections import ReflectionThanksView, ReflectionView
from .reminders import LetMailFlowView, MyRemindersView, PauseMailView, SchoolRemindersView
from .school import MyCertificateView, MyLogoView, MyPromiseView, MySchoolView
from .staff import AwardDecideView, AwardDetailView, AwardListView, StaffCertificateView

__all__ = [
    "AwardDecideView",
    "AwardDetailView",
    "AwardListView",
    "BadgeView",
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
