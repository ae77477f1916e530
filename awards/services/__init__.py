"""What the hub does with awards: decide, issue, send, and ask a year later how it went."""

from .awarding import decide_award, decision_by_rules
from .certificates import reissue_certificate
from .due_mail import DueMail, queue_due_mail, queue_due_reflections
from .outcome import OutcomePreview, preview_outcome_pack, send_outcome_pack
from .overriding import agree_to_level, decline_level, propose_level, take_back
from .reflections import PriorityProgress, answer_reflection, can_be_answered
from .register import list_school, unlist_school
from .renewals import queue_due_renewal_reminders, queue_due_renewals
from .withdrawing import withdraw_award

__all__ = [
    "DueMail",
    "OutcomePreview",
    "PriorityProgress",
    "agree_to_level",
    "answer_reflection",
    "can_be_answered",
    "decide_award",
    "decision_by_rules",
    "decline_level",
    "list_school",
    "preview_outcome_pack",
    "propose_level",
    "queue_due_mail",
    "queue_due_reflections",
    "queue_due_renewal_reminders",
    "queue_due_renewals",
    "reissue_certificate",
    "send_outcome_pack",
    "take_back",
    "unlist_school",
    "withdraw_award",
]
