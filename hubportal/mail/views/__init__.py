"""The staff's pages about mail."""

from .holding import CancelEmailView, EditEmailView, HoldView, ReleaseView, SendAgainView
from .kinds import KindListView, KindView, RestoreSentenceView, SampleHtmlView, SentenceView
from .outbox import EmailAttachmentView, EmailHtmlView, EmailView, OutboxView

__all__ = [
    "CancelEmailView",
    "EditEmailView",
    "EmailAttachmentView",
    "EmailHtmlView",
    "EmailView",
    "HoldView",
    "KindListView",
    "KindView",
    "OutboxView",
    "ReleaseView",
    "RestoreSentenceView",
    "SampleHtmlView",
    "SendAgainView",
    "SentenceView",
]
