from .public import VerifyCertificateView, VerifyView
from .school import MyCertificateView, MyLogoView, MySchoolView, ReflectionThanksView, ReflectionView
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
    "MyCertificateView",
    "MyLogoView",
    "MySchoolView",
    "OutcomePackPreviewView",
    "OutcomePackSendView",
    "ReflectionThanksView",
    "ReflectionView",
    "StaffCertificateView",
    "VerifyCertificateView",
    "VerifyView",
]
