"""What somebody has typed into the public form, kept in their session until it is sent.

So the page to check the answers can be opened again, and Back leads to a form that is filled in. The pages send all
answers along as well: whose session has ended loses nothing by pressing a button.
"""

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest

from meetings.services import HeldDraft

SESSION_KEY = "meeting_requests"
# Forms that somebody has open at once; the oldest is forgotten first.
KEPT_AT_MOST = 5


@dataclass(frozen=True)
class KeptAnswers:
    """The answers of one form as typed; `draft` is what they are saved as, `sent` their reference once sent.

    `draft_opened` is when the saved request was opened by its link, as far as this session knows.
    """

    answers: dict[str, str] = field(default_factory=dict)
    draft: str = ""
    draft_opened: str = ""
    sent: str = ""

    @property
    def held_draft(self) -> HeldDraft | None:
        opened_at = datetime.fromisoformat(self.draft_opened) if self.draft_opened else None
        return HeldDraft(UUID(self.draft), opened_at) if self.draft else None


def kept_answers(request: HttpRequest, key: UUID) -> KeptAnswers:
    """What is kept of this form; nothing, if it was never sent in or the session has ended."""
    return KeptAnswers(**request.session.get(SESSION_KEY, {}).get(str(key), {}))


def keep_answers(request: HttpRequest, key: UUID, answers: dict[str, str]) -> None:
    # Whoever goes back after sending and changes an answer has something to send again.
    _keep(request, key, replace(kept_answers(request, key), answers=answers, sent=""))


def keep_draft(request: HttpRequest, key: UUID, held: HeldDraft) -> None:
    opened = held.opened_at.isoformat() if held.opened_at else ""
    _keep(request, key, replace(kept_answers(request, key), draft=str(held.id), draft_opened=opened))


def keep_reference(request: HttpRequest, key: UUID, reference: str) -> None:
    """Forget the answers, which have been sent, and remember as what."""
    _keep(request, key, KeptAnswers(sent=reference))


def _keep(request: HttpRequest, key: UUID, kept: KeptAnswers) -> None:
    others = {other: value for other, value in request.session.get(SESSION_KEY, {}).items() if other != str(key)}
    newest = list(others.items())[-(KEPT_AT_MOST - 1) :]
    request.session[SESSION_KEY] = dict(newest) | {str(key): asdict(kept)}
