"""The short facts a school gives before the meeting. Nothing in them is required."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from meetings.models import DataForm, Meeting, MeetingStatus
from schools.models import Contact, TimelineKind
from schools.timeline import record_event


def data_form_of(*, meeting: Meeting) -> DataForm:
    """The meeting's data form; a new unsaved one, with the pupils the register knows, where the school has none yet.

    The number of pupils is only a suggestion until the school saves it.
    """
    form = DataForm.objects.filter(meeting=meeting).first() or DataForm(meeting=meeting)
    if form.saved_at is None and form.pupils is None:
        form.pupils = meeting.school.pupils
    return form


@transaction.atomic
def save_data_form(*, data_form: DataForm, now: datetime) -> None:
    """Keep what the school has filled in so far; it can come back to it.

    Raises:
        ValidationError: the meeting has been held or cancelled.
    """
    _check_open(data_form)
    data_form.saved_at = now
    data_form.save()


@transaction.atomic
def send_data_form(*, data_form: DataForm, by_contact: Contact, now: datetime) -> None:
    """Keep the form and tell the hub that the school is done with it; sending it again is fine.

    Raises:
        ValidationError: the meeting has been held or cancelled.
    """
    _check_open(data_form)
    again = "again" if data_form.sent_at else ""
    data_form.saved_at = data_form.sent_at = now
    data_form.sent_by = by_contact
    data_form.save()
    text = " ".join(f"{by_contact.name} sent the data form {again}".split()) + "."
    school = data_form.meeting.school
    record_event(school=school, kind=TimelineKind.DATA_FORM, text=text, by_contact=by_contact, at=now)


def _check_open(data_form: DataForm) -> None:
    # Held until the end of the transaction: two windows that both begin the form make one row.
    meeting = Meeting.objects.select_for_update(no_key=True).get(pk=data_form.meeting_id)
    if meeting.status != MeetingStatus.BOOKED:
        done = meeting.get_status_display().lower()
        raise ValidationError(f"The meeting is {done}, so the form can no longer be changed.")
    if data_form._state.adding:
        data_form.pk = DataForm.objects.filter(meeting=meeting).values_list("pk", flat=True).first()
