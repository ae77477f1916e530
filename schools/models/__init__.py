"""Schools, areas and contacts; the hub's own profile; and the timeline that holds a school's history."""

from .hub import CertificateDesign, HubPicture, HubPictureKind, HubProfile
from .people import (
    Contact,
    ContactLink,
    ContactQuerySet,
    ContactRole,
    TimelineEvent,
    TimelineKind,
)
from .register import Area, AuditOffer, Engagement, ImportRun, School, SchoolLink, SchoolQuerySet, SchoolStatus

__all__ = [
    "Area",
    "AuditOffer",
    "CertificateDesign",
    "Contact",
    "ContactLink",
    "ContactQuerySet",
    "ContactRole",
    "Engagement",
    "HubPicture",
    "HubPictureKind",
    "HubProfile",
    "ImportRun",
    "School",
    "SchoolLink",
    "SchoolQuerySet",
    "SchoolStatus",
    "TimelineEvent",
    "TimelineKind",
]
