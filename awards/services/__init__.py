"""What the hub does with awards: decide, issue, send, and ask a year later how it went."""

from .awarding import decide_award, draft_award
from .batches import KEPT, ask_for_batch, finish_batch, pack_part, sweep_batches
from .certificates import reissue_certificate
from .credentials import issue_credential, sign_status_list
from .designs import preview_certificate
from .due_mail import DueMail, queue_due_mail, queue_due_reflections
from .outcome import send_outcome_pack
from .overriding import agree_to_level, decline_level, propose_level, take_back
from .packs import OutcomePreview, preview_outcome_mail, preview_outcome_pack
from .progress import add_progress_note
from .readings import answer_reading, ask_second_reader
from .recommendations import (
    mark_sent,
    note_recommendation_step,
    recommend,
    recommend_with_pack,
    take_back_step,
    withhold_recommendation,
)
from .reflection_calls import ask_again, record_call, stop_asking
from .reflection_colleagues import hand_sheet_to_colleague, hand_sheet_to_somebody
from .reflection_reminders import queue_due_reflection_reminders
from .reflections import PriorityProgress, Sayings, answer_reflection, can_be_answered, take_down_answer
from .register import list_school, unlist_school
from .renewals import queue_due_renewal_reminders, queue_due_renewals
from .withdrawing import withdraw_award

__all__ = [
    "KEPT",
    "DueMail",
    "OutcomePreview",
    "PriorityProgress",
    "Sayings",
    "add_progress_note",
    "agree_to_level",
    "answer_reading",
    "answer_reflection",
    "ask_again",
    "ask_for_batch",
    "ask_second_reader",
    "can_be_answered",
    "decide_award",
    "decline_level",
    "draft_award",
    "finish_batch",
    "hand_sheet_to_colleague",
    "hand_sheet_to_somebody",
    "issue_credential",
    "list_school",
    "mark_sent",
    "note_recommendation_step",
    "pack_part",
    "preview_certificate",
    "preview_outcome_mail",
    "preview_outcome_pack",
    "propose_level",
    "queue_due_mail",
    "queue_due_reflection_reminders",
    "queue_due_reflections",
    "queue_due_renewal_reminders",
    "queue_due_renewals",
    "recommend",
    "recommend_with_pack",
    "record_call",
    "reissue_certificate",
    "send_outcome_pack",
    "sign_status_list",
    "stop_asking",
    "sweep_batches",
    "take_back",
    "take_back_step",
    "take_down_answer",
    "unlist_school",
    "withdraw_award",
    "withhold_recommendation",
]
