"""The forms of requests, meetings and data forms."""

from meetings.forms.booking import BookForm, MoveForm, NewMeetingForm
from meetings.forms.data_form import DataFormForm
from meetings.forms.own_request import OwnRequestForm
from meetings.forms.request import RequestForm, SaveForm
from meetings.forms.staff import (
    AskForm,
    CancelForm,
    DeclineForm,
    MeetingFilterForm,
    MissForm,
    ReassignForm,
    RequestFilterForm,
    WithdrawForm,
)

__all__ = [
    "AskForm",
    "BookForm",
    "CancelForm",
    "DataFormForm",
    "DeclineForm",
    "MeetingFilterForm",
    "MissForm",
    "MoveForm",
    "NewMeetingForm",
    "OwnRequestForm",
    "ReassignForm",
    "RequestFilterForm",
    "RequestForm",
    "SaveForm",
    "WithdrawForm",
]
