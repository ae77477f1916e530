"""Reads about data forms."""

from django.utils.text import capfirst

from meetings.models import DATA_FORM_FIELDS, DataForm, Meeting


def data_form_rows(meeting: Meeting) -> list[tuple[str, str]]:
    """The answers of the meeting's data form as question and answer; none while nothing has been saved."""
    data_form = getattr(meeting, "data_form", None)
    if data_form is None or data_form.saved_at is None:
        return []
    questions = {field.name: str(field.verbose_name) for field in DataForm._meta.fields}
    return [(capfirst(questions[name]), answer_words(getattr(data_form, name))) for name in DATA_FORM_FIELDS]


def answer_words(value: object) -> str:
    """An answer of the data form as people read it."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return "Not answered" if value in (None, "") else str(value)
