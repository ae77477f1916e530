"""The staff's pages about mail."""

from .outbox import EmailAttachmentView, EmailView, OutboxView, SendAgainView

__all__ = ["EmailAttachmentView", "EmailView", "OutboxView", "SendAgainView"]
