"""Frameworks (published and frozen), audits, ratings and their history, the three priorities and what was promised."""

from .audits import Audit, AuditQuerySet, AuditStatus, Rating, RatingValue
from .frameworks import Criterion, Framework, FrameworkDraft, FrameworkQuerySet, FrameworkStatus, Phase, Section
from .history import AUDIT_FIELDS, AuditChange, ChangedField
from .priorities import (
    PRIORITIES_OF_A_CONVERSATION,
    Priority,
    Promise,
    PromiseQuerySet,
    PromiseSide,
    PromiseStatus,
)

__all__ = [
    "AUDIT_FIELDS",
    "PRIORITIES_OF_A_CONVERSATION",
    "Audit",
    "AuditChange",
    "AuditQuerySet",
    "AuditStatus",
    "ChangedField",
    "Criterion",
    "Framework",
    "FrameworkDraft",
    "FrameworkQuerySet",
    "FrameworkStatus",
    "Phase",
    "Priority",
    "Promise",
    "PromiseQuerySet",
    "PromiseSide",
    "PromiseStatus",
    "Rating",
    "RatingValue",
    "Section",
]
