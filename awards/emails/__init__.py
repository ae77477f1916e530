"""Mail about an award: the outcome pack after the meeting, the reflection sheets 12 and 24 months later, and the
invitation to renew after three years."""

from .corrections import CORRECTED_CERTIFICATE, CORRECTED_FOLDER, corrected_context, mail_corrected_certificate
from .outcome import (
    OUTCOME,
    OUTCOME_FOLDER,
    OutcomeText,
    StepText,
    mail_outcome,
    outcome_context,
    outcome_no_longer_applies,
    outcome_text,
    render_outcome,
)
from .overrides import LEVEL_ANSWERED, LEVEL_PROPOSED, mail_level_answered, mail_level_proposed
from .readings import PACK_READ, PACK_READING, mail_pack_read, mail_pack_reading, reading_context
from .reflections import (
    COLLEAGUE_NOTICE,
    REFLECTION,
    REFLECTION_COLLEAGUE,
    REFLECTION_FOLDER,
    REFLECTION_REMINDER,
    mail_colleague_notice,
    mail_reflection,
    mail_reflection_colleague,
    mail_reflection_reminder,
    reflection_no_longer_applies,
)
from .renewals import (
    RENEWAL,
    RENEWAL_REMINDER,
    mail_renewal,
    mail_renewal_reminder,
    renewal_context,
    renewal_no_longer_applies,
)

__all__ = [
    "COLLEAGUE_NOTICE",
    "CORRECTED_CERTIFICATE",
    "CORRECTED_FOLDER",
    "LEVEL_ANSWERED",
    "LEVEL_PROPOSED",
    "OUTCOME",
    "OUTCOME_FOLDER",
    "PACK_READ",
    "PACK_READING",
    "REFLECTION",
    "REFLECTION_COLLEAGUE",
    "REFLECTION_FOLDER",
    "REFLECTION_REMINDER",
    "RENEWAL",
    "RENEWAL_REMINDER",
    "OutcomeText",
    "StepText",
    "corrected_context",
    "mail_colleague_notice",
    "mail_corrected_certificate",
    "mail_level_answered",
    "mail_level_proposed",
    "mail_outcome",
    "mail_pack_read",
    "mail_pack_reading",
    "mail_reflection",
    "mail_reflection_colleague",
    "mail_reflection_reminder",
    "mail_renewal",
    "mail_renewal_reminder",
    "outcome_context",
    "outcome_no_longer_applies",
    "outcome_text",
    "reading_context",
    "reflection_no_longer_applies",
    "render_outcome",
    "renewal_context",
    "renewal_no_longer_applies",
]
