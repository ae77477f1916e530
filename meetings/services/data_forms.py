"""The short facts a school gives before the meeting. Nothing in them is required.

Several people of a school may have the form open at once: what one saves never undoes what another has saved or sent.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from meetings.models import DATA_FORM_FIELDS, DataForm, Meeting, MeetingStatus
from meetings.queries import Suggestion, suggested_answers
from meetings.rules import merge_answers
from schools.models import Contact, TimelineKind
from schools.timeline import record_event


class AnswersCollide(ValidationError):
    """Somebody else has changed the same answers meanwhile; `saved` holds theirs, by field."""

    def __init__(self, saved: Mapping[str, object]) -> None:
        super().__init__("Somebody else has changed the same answers meanwhile. Choose which ones stay.")
        self.saved = saved


def data_form_of(*, meeting: Meeting) -> DataForm:
    """The meeting's data form as the school finds it: its own answers, and suggestions where it has not answered."""
    form = stored_data_form(meeting=meeting)
    prefill(data_form=form)
    return form


def prefill(*, data_form: DataForm) -> list[Suggestion]:
    """Put into a form what is suggested where the school has not answered yet, and return that.

    Nothing is stored: a suggestion is nobody's answer until the school saves it.
    """
    suggested = suggested_answers(data_form)
    for suggestion in suggested:
        setattr(data_form, suggestion.name, suggestion.answer)
    return suggested


def stored_data_form(*, meeting: Meeting) -> DataForm:
    """The meeting's data form with the school's own answers only; a new unsaved one where there is none yet."""
    form = DataForm.objects.filter(meeting=meeting).first() or DataForm()
    form.meeting = meeting
    return form


@transaction.atomic
def save_data_form(
    *,
    data_form: DataForm,
    loaded: Mapping[str, object] | None = None,
    only: Collection[str] = DATA_FORM_FIELDS,
    now: datetime,
) -> DataForm:
    """Keep what the school has filled in so far; it can come back to it. What has been sent stays sent.

    `data_form` holds the answers as somebody typed them, `loaded` those that their page was opened with: only what
    they changed is written, and what was suggested to them and nobody has answered yet. Without `loaded` all answers
    are written. `only` names the questions this is about, where it is not all of them.

    Raises:
        AnswersCollide: somebody else has changed the same answers since the page was opened. Nothing is written.
        ValidationError: the meeting is not booked any more.
    """
    kept = _merged(data_form, loaded=loaded or {}, only=only)
    kept.saved_at = now
    kept.save()
    return kept


@transaction.atomic
def send_data_form(
    *,
    data_form: DataForm,
    loaded: Mapping[str, object] | None = None,
    only: Collection[str] = DATA_FORM_FIELDS,
    by_contact: Contact,
    now: datetime,
) -> DataForm:
    """Keep the form as `save_data_form` does, and tell the hub that the school is done with it; again is fine.

    Raises:
        AnswersCollide: somebody else has changed the same answers since the page was opened. Nothing is written.
        ValidationError: the meeting is not booked any more.
    """
    kept = _merged(data_form, loaded=loaded or {}, only=only)
    again = "again" if kept.sent_at else ""
    kept.saved_at = kept.sent_at = now
    kept.sent_by = by_contact
    kept.save()
    text = " ".join(f"{by_contact.name} sent the data form {again}".split()) + "."
    school = kept.meeting.school
    record_event(school=school, kind=TimelineKind.DATA_FORM, text=text, by_contact=by_contact, at=now)
    return kept


def _merged(data_form: DataForm, *, loaded: Mapping[str, object], only: Collection[str]) -> DataForm:
    """The form as it is stored now, with what this person changed."""
    # Held until the end of the transaction: two windows that both begin the form make one row.
    meeting = Meeting.objects.select_for_update(no_key=True).get(pk=data_form.meeting_id)
    if meeting.status != MeetingStatus.BOOKED:
        done = meeting.get_status_display().lower()
        raise ValidationError(f"The meeting is {done}, so the form can no longer be changed.")
    kept = stored_data_form(meeting=meeting)
    typed = {name: getattr(data_form, name) for name in only}
    # What nobody has answered yet counts as what this person was shown there.
    shown = {name: loaded[name] for name in typed if name in loaded and not kept.is_answered(name)}
    stored = {name: getattr(kept, name) for name in typed} | shown
    merged = merge_answers(loaded={name: loaded[name] for name in typed if name in loaded}, typed=typed, stored=stored)
    if merged.collisions:
        raise AnswersCollide(merged.collisions)
    for name, answer in merged.answers.items():
        setattr(kept, name, answer)
    kept.saved_fields = sorted({*kept.saved_fields, *typed})
    return kept
