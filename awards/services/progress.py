"""How a school gets on with a priority, in its own words: notes are added, never changed."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from audits.models import Priority
from awards.models import ProgressNote
from awards.queries import priorities_to_note
from schools.models import Contact, TimelineKind
from schools.timeline import record_event

LONGEST_NOTE = 2000
# The same words of the same person within this time are the same note, sent twice.
SAME_NOTE_WITHIN = timedelta(hours=1)
NOT_CURRENT = "This priority is not one of your school’s current ones, so nothing can be noted with it any more."
NO_WORDS = "Write in a few words how it is going."


@transaction.atomic
def add_progress_note(
    *, priority: Priority, text: str, by_contact: Contact, now: datetime | None = None
) -> tuple[ProgressNote, bool]:
    """Add a note to one of the school's current priorities. Returns it and whether it is new: a second click on the
    button finds the first note.

    Raises:
        ValidationError: there are no words or too many, or the priority is not a current one of this school.
    """
    words, at = _checked(text), now or timezone.now()
    # Two clicks at the same moment wait for one another here.
    locked = Priority.objects.select_for_update(of=("self",), no_key=True).filter(pk=priority.pk).first()
    if locked is None or not priorities_to_note(by_contact.school).filter(pk=locked.pk).exists():
        raise ValidationError(NOT_CURRENT)
    same = ProgressNote.objects.filter(priority=locked, by_contact=by_contact, text=words)
    if earlier := same.filter(written_at__gt=at - SAME_NOTE_WITHIN).first():
        return earlier, False
    note = ProgressNote.objects.create(priority=locked, text=words, written_at=at, by_contact=by_contact)
    event = f"A note on how priority {locked.number}, {locked.criterion.title}, is going."
    record_event(school=by_contact.school, kind=TimelineKind.NOTE, text=event, by_contact=by_contact, at=at)
    return note, True


def _checked(text: str) -> str:
    words = text.replace("\r\n", "\n").strip()
    if not words:
        raise ValidationError({"text": NO_WORDS})
    if len(words) > LONGEST_NOTE:
        sentence = f"This may have at most {LONGEST_NOTE} characters; it has {len(words)}. Please shorten it."
        raise ValidationError({"text": sentence})
    return words
