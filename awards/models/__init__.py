"""Awards, certificates, outcome packs, reflections and renewals: what a school receives, and what it tells us later."""

from .awards import Award, AwardQuerySet, AwardStatus, ShownStatus
from .certificates import (
    BatchPart,
    BatchState,
    Certificate,
    CertificateBatch,
    CertificateQuerySet,
    Credential,
    new_certificate_key,
)
from .levels import AwardLevel
from .overrides import LevelOverride, LevelOverrideQuerySet, OverrideState
from .own import ProgressNote, PublicListing
from .packs import OutcomePack, PackFile, PackReading
from .recommendations import Recommendation, RecommendationState, RecommendationStep
from .reflections import (
    REFLECTION_MONTHS,
    Progress,
    Reflection,
    ReflectionAnswer,
    ReflectionCall,
    ReflectionQuerySet,
    ReflectionRating,
    ReflectionResponse,
    SelfRating,
)
from .renewals import Renewal, RenewalQuerySet

__all__ = [
    "REFLECTION_MONTHS",
    "Award",
    "AwardLevel",
    "AwardQuerySet",
    "AwardStatus",
    "BatchPart",
    "BatchState",
    "Certificate",
    "CertificateBatch",
    "CertificateQuerySet",
    "Credential",
    "LevelOverride",
    "LevelOverrideQuerySet",
    "OutcomePack",
    "OverrideState",
    "PackFile",
    "PackReading",
    "Progress",
    "ProgressNote",
    "PublicListing",
    "Recommendation",
    "RecommendationState",
    "RecommendationStep",
    "Reflection",
    "ReflectionAnswer",
    "ReflectionCall",
    "ReflectionQuerySet",
    "ReflectionRating",
    "ReflectionResponse",
    "Renewal",
    "RenewalQuerySet",
    "SelfRating",
    "ShownStatus",
    "new_certificate_key",
]
