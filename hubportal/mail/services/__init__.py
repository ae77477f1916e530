"""What the outbox does: queue a mail, claim it, deliver it, sweep up what was left behind."""

from .delivering import (
    Attachment,
    announce,
    cancel_emails,
    cancel_queued,
    claim,
    deliver,
    plan_after_commit,
    plan_contacts_after_commit,
    queue_email,
    send_again,
    sweep,
)
from .holding import (
    Draft,
    EditsCollide,
    cancel_waiting,
    draft_of,
    edit_held,
    hold,
    release,
    send_failed_again,
)
from .pacing import plan, plan_waiting
from .sentences import look, publish_sentence, restore_sentence, tried_in

__all__ = [
    "Attachment",
    "Draft",
    "EditsCollide",
    "announce",
    "cancel_emails",
    "cancel_queued",
    "cancel_waiting",
    "claim",
    "deliver",
    "draft_of",
    "edit_held",
    "hold",
    "look",
    "plan",
    "plan_after_commit",
    "plan_contacts_after_commit",
    "plan_waiting",
    "publish_sentence",
    "queue_email",
    "release",
    "restore_sentence",
    "send_again",
    "send_failed_again",
    "sweep",
    "tried_in",
]
