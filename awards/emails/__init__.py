"""Mail about an award: the outcome pack after the meeting, the reflection sheets 12 and 24 months later, and the
invitation to renew after three years."""

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
from .overrides import LEVEL_ANSWERED, LEVEL_PROPOSED, mail_level_answered, mail_level_proposed
from .reflections import REFLECTION, REFLECTION_FOLDER, mail_reflection, reflection_no_longer_applies
from .renewals import (
    RENEWAL,
    RENEWAL_REMINDER,
    mail_renewal,
    mail_renewal_reminder,
    renewal_context,
    renewal_no_longer_applies,
)

__all__ = [
    "LEVEL_ANSWERED",
    "LEVEL_PROPOSED",
    "OUTCOME",
    "OUTCOME_FOLDER",
    "REFLECTION",
    "REFLECTION_FOLDER",
    "RENEWAL",
    "RENEWAL_REMINDER",
    "OutcomeText",
    "mail_level_answered",
    "mail_level_proposed",
    "mail_outcome",
    "mail_reflection",
    "mail_renewal",
    "mail_renewal_reminder",
    "outcome_context",
    "outcome_no_longer_applies",
    "outcome_text",
    "reflection_no_longer_applies",
    "render_outcome",
    "renewal_context",
    "renewal_no_longer_applies",
]
