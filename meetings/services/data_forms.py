"""The short facts a school gives before the meeting. Nothing in them is required.

Several people of a school may have the form open at once: what one saves never undoes what another has saved or sent.
"""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from meetings.models import DATA_FORM_FIELDS, DataForm, Meeting, MeetingStatus
from meetings.rules import merge_answers
from schools.models import Contact, TimelineKind
from schools.timeline import record_event


class AnswersCollide(ValidationError):
    """Somebody else has changed the same answers meanwhile; `saved` holds theirs, by field."""

    def __init__(self, saved: Mapping[str, object]) -> None:
        super().__init__("Somebody else has changed the same answers meanwhile. Choose which ones stay.")
        self.saved = saved


def data_form_of(*, meeting: Meeting) -> DataForm:
    """The meeting's data form; a new unsaved one, with the pupils the register knows, where the school has none yet.

    The number of pupils is only a suggestion until the school saves it.
    """
    form = DataForm.objects.filter(meeting=meeting).first() or DataForm(meeting=meeting)
    if form.saved_at is None and form.pupils is None:
        form.pupils = meeting.school.pupils
    return form


@transaction.atomic
def save_data_form(*, data_form: DataForm, loaded: Mapping[str, object] | None = None, now: datetime) -> DataForm:
    """Keep what the school has filled in so far; it can come back to it. What has been sent stays sent.

    `data_form` holds the answers as somebody typed them, `loaded` those that their page was opened with: only what
    they changed is written. Without `loaded` all of them are.

    Raises:
        AnswersCollide: somebody else has changed the same answers since the page was opened. Nothing is written.
        ValidationError: the meeting has been held or cancelled.
    """
    kept = _merged(data_form, loaded=loaded or {})
    kept.saved_at = now
    kept.save()
    return kept


@transaction.atomic
def send_data_form(
    *, data_form: DataForm, loaded: Mapping[str, object] | None = None, by_contact: Contact, now: datetime
) -> DataForm:
    """Keep the form as `save_data_form` does, and tell the hub that the school is done with it; again is fine.

    Raises:
        AnswersCollide: somebody else has changed the same answers since the page was opened. Nothing is written.
        ValidationError: the meeting has been held or cancelled.
    """
    kept = _merged(data_form, loaded=loaded or {})
    again = "again" if kept.sent_at else ""
    kept.saved_at = kept.sent_at = now
    kept.sent_by = by_contact
    kept.save()
    text = " ".join(f"{by_contact.name} sent the data form {again}".split()) + "."
    school = kept.meeting.school
    record_event(school=school, kind=TimelineKind.DATA_FORM, text=text, by_contact=by_contact, at=now)
    return kept


def _merged(data_form: DataForm, *, loaded: Mapping[str, object]) -> DataForm:
    """The form as it is stored now, with what this person changed."""
    # Held until the end of the transaction: two windows that both begin the form make one row.
    meeting = Meeting.objects.select_for_update(no_key=True).get(pk=data_form.meeting_id)
    if meeting.status != MeetingStatus.BOOKED:
        done = meeting.get_status_display().lower()
        raise ValidationError(f"The meeting is {done}, so the form can no longer be changed.")
    kept = data_form_of(meeting=meeting)
    merged = merge_answers(loaded=loaded, typed=_answers(data_form), stored=_answers(kept))
    if merged.collisions:
        raise AnswersCollide(merged.collisions)
    for name, answer in merged.answers.items():
        setattr(kept, name, answer)
    return kept


def _answers(data_form: DataForm) -> dict[str, object]:
    return {name: getattr(data_form, name) for name in DATA_FORM_FIELDS}
