"""The pages of requests, meetings and data forms."""

from meetings.views.data_form import DataFormSaveView, DataFormThanksView, DataFormView
from meetings.views.meetings import (
    MeetingCancelView,
    MeetingDetailView,
    MeetingListView,
    MeetingMoveView,
    NewMeetingView,
)
from meetings.views.public import RequestMeetingView, RequestThanksView
from meetings.views.triage import (
    RequestBookView,
    RequestDeclineView,
    RequestDetailView,
    RequestListView,
    RequestReassignView,
)

__all__ = [
    "DataFormSaveView",
    "DataFormThanksView",
    "DataFormView",
    "MeetingCancelView",
    "MeetingDetailView",
    "MeetingListView",
    "MeetingMoveView",
    "NewMeetingView",
    "RequestBookView",
    "RequestDeclineView",
    "RequestDetailView",
    "RequestListView",
    "RequestMeetingView",
    "RequestReassignView",
    "RequestThanksView",
]
