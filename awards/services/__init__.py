"""What the hub does with awards: decide, issue, send, and ask a year later how it went."""

from .awarding import decide_award
from .certificates import reissue_certificate
from .due_mail import DueMail, queue_due_mail, queue_due_reflections
from .outcome import OutcomePreview, preview_outcome_pack, send_outcome_pack
from .reflections import PriorityProgress, answer_reflection, can_be_answered
from .register import list_school, unlist_school
from .renewals import queue_due_renewal_reminders, queue_due_renewals
from .withdrawing import withdraw_award

__all__ = [
    "DueMail",
    "OutcomePreview",
    "PriorityProgress",
    "answer_reflection",
    "can_be_answered",
    "decide_award",
    "list_school",
    "preview_outcome_pack",
    "queue_due_mail",
    "queue_due_reflections",
    "queue_due_renewal_reminders",
    "queue_due_renewals",
    "reissue_certificate",
    "send_outcome_pack",
    "unlist_school",
    "withdraw_award",
]
