"""What the outbox does: queue a mail, claim it, deliver it, sweep up what was left behind."""

from .delivering import (
    Attachment,
    announce,
    cancel_queued,
    claim,
    deliver,
    queue_email,
    send_again,
    sweep,
)

__all__ = [
    "Attachment",
    "announce",
    "cancel_queued",
    "claim",
    "deliver",
    "queue_email",
    "send_again",
    "sweep",
]
