"""The forms of requests, meetings and data forms."""

from meetings.forms.data_form import DataFormForm
from meetings.forms.request import RequestForm
from meetings.forms.staff import (
    BookForm,
    CancelForm,
    DeclineForm,
    MeetingFilterForm,
    MoveForm,
    NewMeetingForm,
    ReassignForm,
    RequestFilterForm,
)

__all__ = [
    "BookForm",
    "CancelForm",
    "DataFormForm",
    "DeclineForm",
    "MeetingFilterForm",
    "MoveForm",
    "NewMeetingForm",
    "ReassignForm",
    "RequestFilterForm",
    "RequestForm",
]
