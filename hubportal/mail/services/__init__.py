"""What the outbox does: queue a mail, claim it, deliver it, sweep up what was left behind."""

from .delivering import (
    Attachment,
    announce,
    cancel_queued,
    claim,
    deliver,
    plan_after_commit,
    queue_email,
    send_again,
    sweep,
)
from .pacing import plan, plan_waiting

__all__ = [
    "Attachment",
    "announce",
    "cancel_queued",
    "claim",
    "deliver",
    "plan",
    "plan_after_commit",
    "plan_waiting",
    "queue_email",
    "send_again",
    "sweep",
]
