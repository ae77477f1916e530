"""Administrators change the hub's own sentences in its mails: look first, then publish.

A sentence that was published stands in every mail that is written from then on. Mails that wait already stay as they
are: what a school was promised does not change under its feet.
"""

from datetime import datetime

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction

from hubportal.accounts.models import User
from hubportal.mail.kinds import MailKind, Sentence
from hubportal.mail.models import HubSentence
from hubportal.mail.wording import mistakes_in

SALT = "hubportal.mail.sentences"
# How long after looking somebody may publish.
LOOK_LASTS = 24 * 60 * 60


def tidy(text: str) -> str:
    """The text as it is kept: one paragraph, whose lines may break, no spaces at their ends."""
    return "\n".join(line.strip() for line in text.splitlines() if line.strip())


def look(*, kind: MailKind, sentence: Sentence, text: str, by: User) -> str:
    """Check a sentence before it is shown in its mail. Returns the proof that it was looked at, for `publish_sentence`.

    Raises:
        ValidationError: it cannot be published; every mistake, with how to mend it.
    """
    text = tidy(text)
    if mistakes := mistakes_in(text, facts=sentence.facts):
        raise ValidationError({"text": mistakes})
    return signing.dumps(_proof(kind, sentence, text, by), salt=SALT, compress=True)


def tried_in(*, kind: MailKind, seen: str) -> dict[str, str]:
    """The words that are looked at, by place, for `render_sample`; none where the proof is not for this kind."""
    proof = _read(seen)
    return {proof["place"]: proof["text"]} if proof and proof["kind"] == kind.key else {}


@transaction.atomic
def publish_sentence(
    *, kind: MailKind, sentence: Sentence, text: str, seen: str, by: User, now: datetime
) -> HubSentence:
    """Let a sentence stand in all mails of this kind (of all that share it) from now on.

    `seen` is what `look` returned for exactly this text and person. Mails that wait already stay as they are.

    Raises:
        ValidationError: the person may not, the text cannot stand, or nobody has looked at it yet.
    """
    _only_administrators(by)
    text = tidy(text)
    if mistakes := mistakes_in(text, facts=sentence.facts):
        raise ValidationError({"text": mistakes})
    if _read(seen) != _proof(kind, sentence, text, by):
        raise ValidationError({"text": "Look at the e-mail with these words first, then publish them."})
    own, _ = HubSentence.objects.update_or_create(
        kind=sentence.kept_under(kind.key),
        place=sentence.place,
        defaults={"text": text, "changed_at": now, "changed_by": by},
    )
    return own


@transaction.atomic
def restore_sentence(*, kind: MailKind, sentence: Sentence, by: User) -> None:
    """Go back to the words that come with the portal. Doing it twice changes nothing more.

    Raises:
        ValidationError: the person may not.
    """
    _only_administrators(by)
    HubSentence.objects.filter(kind=sentence.kept_under(kind.key), place=sentence.place).delete()


def _only_administrators(by: User) -> None:
    if not by.is_administrator:
        raise ValidationError("Only administrators change the hub's own sentences.")


def _proof(kind: MailKind, sentence: Sentence, text: str, by: User) -> dict[str, str]:
    return {"kind": kind.key, "place": sentence.place, "text": text, "by": str(by.pk)}


def _read(seen: str) -> dict[str, str] | None:
    try:
        return dict(signing.loads(seen, salt=SALT, max_age=LOOK_LASTS))
    except signing.BadSignature:
        return None
