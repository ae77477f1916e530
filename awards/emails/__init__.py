"""Mail about an award: the outcome pack after the meeting, and the reflection sheets 12 and 24 months later."""

from .outcome import (
    OUTCOME,
    OUTCOME_FOLDER,
    OutcomeText,
    mail_outcome,
    outcome_context,
    outcome_no_longer_applies,
    outcome_text,
    render_outcome,
)
from .reflections import REFLECTION, REFLECTION_FOLDER, mail_reflection, reflection_no_longer_applies

__all__ = [
    "OUTCOME",
    "OUTCOME_FOLDER",
    "REFLECTION",
    "REFLECTION_FOLDER",
    "OutcomeText",
    "mail_outcome",
    "mail_reflection",
    "outcome_context",
    "outcome_no_longer_applies",
    "outcome_text",
    "reflection_no_longer_applies",
    "render_outcome",
]
